import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries, type FiledClaim } from '../claims/index.js';
import type { PolicyCandidate } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { statesIn } from './claim-rehearsal.service.js';

/** The claims a candidate may reach: filed under a scheme of its policy, in a state that its reach names. */
@Injectable()
export class ChangeBook {
  constructor(private readonly claims: ClaimQueries, private readonly schemes: SchemeQueries) {}

  async size(reader: Reader, { key, reach }: Pick<PolicyCandidate, 'key' | 'reach'>, since?: Instant): Promise<number> {
    return this.claims.countFiled(reader, { schemeIds: await this.schemes.idsOfPolicy(reader, key), states: statesIn(reach), ...(since === undefined ? {} : { since }) });
  }

  /** Claims that came in after an instant, newest first. */
  async arrived(reader: Reader, { key, reach }: Pick<PolicyCandidate, 'key' | 'reach'>, since: Instant, limit: number): ReturnType<ClaimQueries['filedSince']> {
    return this.claims.filedSince(reader, { schemeIds: await this.schemes.idsOfPolicy(reader, key), states: statesIn(reach), since, limit });
  }

  /** What each claim is paid in. */
  async currencies(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.claims.heads(reader, ids)).map(({ id, currency }) => [id, currency]));
  }

  /** The next claims in the order of their ids. */
  async next(reader: Reader, { key, reach }: Pick<PolicyCandidate, 'key' | 'reach'>, after: string | null, limit: number): Promise<FiledClaim[]> {
    const wanted = { schemeIds: await this.schemes.idsOfPolicy(reader, key), states: statesIn(reach), limit };
    return this.claims.filed(reader, after === null ? wanted : { ...wanted, after });
  }
}
