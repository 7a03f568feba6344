import { Injectable } from '@nestjs/common';
import { CHAIN_START, chainHash, sha256Hex, type ChainLink } from '../../core/audit/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { actorName } from '../../platform/events/event-log.js';
import { AuditRepository } from './audit.repository.js';

export interface AuditRecord {
  readonly aggregate: { readonly type: string; readonly id: string };
  /** Past tense, `aggregate.happened`. */
  readonly action: string;
  /** Ids, amounts as text, codes. Personal values only as digests. */
  readonly data: object;
  /** Spares a read when the aggregate is made in this very transaction. */
  readonly isNew?: boolean;
}

/** Who did what to which aggregate, chained so that nobody can take it back. One chain an aggregate: no commit waits for another. */
@Injectable()
export class AuditTrail {
  constructor(private readonly repository: AuditRepository, private readonly clock: Clock) {}

  async record(tx: Tx, ctx: Context, { aggregate, action, data, isNew }: AuditRecord): Promise<void> {
    const head = isNew === true ? undefined : await this.repository.lockHead(tx, aggregate.type, aggregate.id);
    const entry = {
      aggregateType: aggregate.type, aggregateId: aggregate.id, n: (head?.n ?? 0) + 1, at: this.clock.now(), actor: actorName(ctx.actor), action,
      data: JSON.parse(JSON.stringify(data)) as object,
    };
    const prevHash = head?.hash ?? CHAIN_START;
    await this.repository.append(tx, { ...entry, prevHash, hash: chainHash(prevHash, entry) });
  }

  /** As `record` for many, in the order given, with as many statements as for one. The caller has locked what they are about, in one order. */
  async recordAll(tx: Tx, ctx: Context, records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    const keyOf = (type: string, id: string): string => `${type}\n${id}`;
    const heads = new Map((await this.repository.lockHeads(tx, records.map(({ aggregate }) => aggregate))).map(({ type, id, ...head }) => [keyOf(type, id), head]));
    const at = this.clock.now();
    const entries = records.map(({ aggregate, action, data }): ChainLink => {
      const head = heads.get(keyOf(aggregate.type, aggregate.id));
      const entry = { aggregateType: aggregate.type, aggregateId: aggregate.id, n: (head?.n ?? 0) + 1, at, actor: actorName(ctx.actor), action, data: JSON.parse(JSON.stringify(data)) as object };
      const prevHash = head?.hash ?? CHAIN_START;
      const hash = chainHash(prevHash, entry);
      heads.set(keyOf(aggregate.type, aggregate.id), { n: entry.n, hash });
      return { ...entry, prevHash, hash };
    });
    await this.repository.appendAll(tx, entries);
  }

  /** Keeps free text apart from append-only rows, which carry only its digest. */
  async keepText(tx: Tx, body: string): Promise<string> {
    const digest = sha256Hex(body);
    await this.repository.saveText(tx, digest, body);
    return digest;
  }
}
