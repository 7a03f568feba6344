import { Injectable } from '@nestjs/common';
import { CHAIN_START, chainHash, sha256Hex } from '../../core/audit/index.js';
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

  /** Keeps free text apart from append-only rows, which carry only its digest. */
  async keepText(tx: Tx, body: string): Promise<string> {
    const digest = sha256Hex(body);
    await this.repository.saveText(tx, digest, body);
    return digest;
  }
}
