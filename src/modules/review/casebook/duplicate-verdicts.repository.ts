import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { DuplicateVerdict } from './duplicate-verdicts.rules.js';
import { pairOf } from './signals.rules.js';

export interface VerdictRow {
  readonly otherClaimId: string;
  readonly verdict: DuplicateVerdict;
  readonly reason: string | null;
  readonly userId: string;
  readonly at: Date;
}

/** What people said of pairs of claims. Rows are added, never changed: the newest of a pair stands. */
@Injectable()
export class DuplicateVerdictsRepository {
  /** One after the other speaks of a pair, from whichever of its claims, until the commit. */
  async add(tx: Tx, said: { claimId: string; otherClaimId: string; verdict: DuplicateVerdict; reasonDigest: string; userId: string; at: Instant }): Promise<void> {
    const [low, high] = pairOf(said.claimId, said.otherClaimId);
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 71))', [`${low} ${high}`]);
    await tx.execute(`
      INSERT INTO duplicate_verdict (low_claim_id, high_claim_id, n, verdict, reason_digest, user_id, at)
      SELECT $1::uuid, $2::uuid, coalesce(max(n), 0) + 1, $3, $4, $5::uuid, $6::timestamptz FROM duplicate_verdict WHERE low_claim_id = $1::uuid AND high_claim_id = $2::uuid`,
    [low, high, said.verdict, said.reasonDigest, said.userId, formatInstant(said.at)]);
  }

  /** What stands of each pair that the claim is in. */
  async standing(reader: Reader, claimId: string): Promise<VerdictRow[]> {
    return [...(await this.standingOf(reader, [claimId])).get(claimId)?.values() ?? []];
  }

  /** As `standing`, by claim and by the other of the pair. */
  async standingOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, VerdictRow>>> {
    const rows = await reader.named<VerdictRow & { of: string }>('duplicate_verdict_standing', `
      SELECT asked.id AS "of", said.* FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT DISTINCT ON (low_claim_id, high_claim_id) CASE WHEN low_claim_id = asked.id THEN high_claim_id ELSE low_claim_id END AS "otherClaimId",
               verdict, (SELECT body FROM text_body WHERE digest = reason_digest) AS reason, user_id AS "userId", at
        FROM duplicate_verdict WHERE low_claim_id = asked.id OR high_claim_id = asked.id ORDER BY low_claim_id, high_claim_id, n DESC LIMIT 200) said`, [claimIds]);
    const found = new Map<string, Map<string, VerdictRow>>();
    for (const { of, ...row } of rows) found.set(of, (found.get(of) ?? new Map<string, VerdictRow>()).set(row.otherClaimId, row));
    return found;
  }
}
