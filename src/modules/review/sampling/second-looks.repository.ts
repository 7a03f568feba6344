import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { LookVerdict } from './second-looks.rules.js';

export interface SecondLookRow {
  /** The decision that was looked at, by its number in the claim. */
  readonly determinationNo: number;
  readonly verdict: LookVerdict;
  readonly reason: string | null;
  readonly userId: string;
  readonly at: Instant;
}

/** The newest decision of a claim, and whether somebody has looked at it. */
export interface DecisionToLookAt {
  readonly determinationId: string;
  readonly isLookedAt: boolean;
}

/** Second looks at sampled claims. Rows are added, never changed: one a decision. */
@Injectable()
export class SecondLooksRepository {
  async decision(reader: Reader, claimId: string): Promise<DecisionToLookAt | undefined> {
    const [row] = await reader.query<DecisionToLookAt>(`
      SELECT d.id AS "determinationId", EXISTS (SELECT FROM second_look l WHERE l.determination_id = d.id) AS "isLookedAt"
      FROM determination d WHERE d.claim_id = $1 AND d.stage = 'decision' ORDER BY d.n DESC LIMIT 1`, [claimId]);
    return row;
  }

  async add(tx: Tx, look: { determinationId: string; claimId: string; merchantId: string; verdict: LookVerdict; reasonDigest: string; userId: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO second_look (determination_id, claim_id, merchant_id, verdict, reason_digest, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [look.determinationId, look.claimId, look.merchantId, look.verdict, look.reasonDigest, look.userId, formatInstant(look.at)]);
  }

  /** Oldest first. */
  of(reader: Reader, claimId: string): Promise<SecondLookRow[]> {
    return reader.query(`
      SELECT d.n AS "determinationNo", l.verdict, (SELECT body FROM text_body WHERE digest = l.reason_digest) AS reason, l.user_id AS "userId", (extract(epoch FROM l.at) * 1000)::float8 AS at
      FROM second_look l JOIN determination d ON d.id = l.determination_id WHERE l.claim_id = $1 ORDER BY d.n`, [claimId]);
  }

  /** What was found last, by claim. */
  async verdicts(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, LookVerdict>> {
    const rows = await reader.query<{ claimId: string; verdict: LookVerdict }>(
      'SELECT DISTINCT ON (claim_id) claim_id AS "claimId", verdict FROM second_look WHERE claim_id = ANY ($1::uuid[]) ORDER BY claim_id, at DESC', [claimIds]);
    return new Map(rows.map(({ claimId, verdict }) => [claimId, verdict]));
  }
}
