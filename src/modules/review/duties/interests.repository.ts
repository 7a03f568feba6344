import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';

export interface InterestRow {
  readonly userId: string;
  readonly name: string;
  /** Null: in every claim of the business. */
  readonly claimId: string | null;
  readonly at: Date;
}

@Injectable()
export class InterestsRepository {
  /** False when it was declared before. */
  async insert(tx: Tx, row: { userId: string; merchantId: string; claimId: string | undefined; noteDigest: string | undefined; at: Instant }): Promise<boolean> {
    return (await tx.execute(`
      INSERT INTO declared_interest (user_id, merchant_id, claim_id, note_digest, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [row.userId, row.merchantId, row.claimId ?? null, row.noteDigest ?? null, formatInstant(row.at)])) === 1;
  }

  /** Those that count for a claim, oldest first. */
  of(reader: Reader, claim: { id: string; merchantId: string }): Promise<InterestRow[]> {
    return reader.query(`
      SELECT i.user_id AS "userId", u.name, i.claim_id AS "claimId", i.at FROM declared_interest i JOIN app_user u ON u.id = i.user_id
      WHERE i.merchant_id = $1 AND (i.claim_id IS NULL OR i.claim_id = $2) ORDER BY i.at, i.id`,
    [claim.merchantId, claim.id]);
  }
}
