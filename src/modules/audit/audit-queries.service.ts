import { Injectable } from '@nestjs/common';
import { CHAIN_START, verifyChain, type ChainFault, type ChainLink } from '../../core/audit/index.js';
import type { Result } from '../../core/errors/index.js';
import { ok } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { AuditRepository } from './audit.repository.js';

export interface ChainVerdict {
  readonly aggregate: { readonly type: string; readonly id: string };
  readonly count: number;
  readonly faults: readonly ChainFault[];
}

/** Reads chains and says whether they are whole. */
@Injectable()
export class AuditQueries {
  constructor(private readonly database: Database, private readonly repository: AuditRepository) {}

  chain(type: string, id: string): Promise<ChainLink[]> {
    return this.repository.chain(this.database.reader, type, id);
  }

  /** What the newest entry of each of these actions says, by action. */
  async newest(type: string, id: string, actions: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
    return new Map((await this.repository.newest(this.database.reader, { type, id, actions })).map(({ action, data }) => [action, data]));
  }

  /** Free texts by their digest; one that was erased is not among them. */
  async texts(digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return digests.length === 0 ? new Map() : new Map((await this.repository.texts(this.database.reader, digests)).map(({ digest, body }) => [digest, body]));
  }

  heads(after: readonly string[] | undefined, limit: number) {
    return this.repository.heads(this.database.reader, after, limit);
  }

  async verify(type: string, id: string): Promise<ChainVerdict> {
    const head = await this.repository.head(this.database.reader, type, id);
    const links = await this.chain(type, id);
    return { aggregate: { type, id }, count: links.length, faults: verifyChain(links, { count: head?.n ?? 0, hash: head?.hash ?? CHAIN_START }) };
  }

  /** Walks every chain, a page of heads at a time; calls back with those that are not whole. */
  async verifyAll(onFault: (verdict: ChainVerdict) => void): Promise<Result<{ chains: number; entries: number }>> {
    let [chains, entries] = [0, 0];
    let after: readonly string[] | undefined;
    for (;;) {
      const heads = await this.heads(after, 500);
      for (const { type, id } of heads) {
        const verdict = await this.verify(type, id);
        chains += 1;
        entries += verdict.count;
        if (verdict.faults.length > 0) onFault(verdict);
      }
      const last = heads.at(-1);
      if (last === undefined) return ok({ chains, entries });
      after = [last.type, last.id];
    }
  }
}
