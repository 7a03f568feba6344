import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';

export interface NewApproval {
  readonly claimId: string;
  readonly merchantId: string;
  /** Number of the recommendation that was approved; another one makes this worth nothing. */
  readonly recommendationN: number;
  readonly assessmentId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly userId: string;
  readonly noteDigest: string | undefined;
  readonly at: Instant;
}

export interface ApprovalRow {
  readonly recommendationN: number;
  readonly assessmentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly userId: string;
  readonly userName: string;
  readonly at: Date;
}

/** First approvals of awards that need two. Rows only grow. */
@Injectable()
export class ApprovalsRepository {
  async insert(tx: Tx, row: NewApproval): Promise<void> {
    await tx.execute(`
      INSERT INTO claim_approval (claim_id, merchant_id, recommendation_n, assessment_id, amount_minor, currency, user_id, note_digest, at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [row.claimId, row.merchantId, row.recommendationN, row.assessmentId, row.amountMinor.toString(), row.currency, row.userId, row.noteDigest ?? null, formatInstant(row.at)]);
  }

  /** Oldest first. */
  of(reader: Reader, claimId: string): Promise<ApprovalRow[]> {
    return reader.query(`
      SELECT recommendation_n AS "recommendationN", assessment_id AS "assessmentId", amount_minor::text AS "amountMinor", currency, user_id AS "userId", u.name AS "userName", a.at
      FROM claim_approval a JOIN app_user u ON u.id = a.user_id WHERE a.claim_id = $1 ORDER BY a.at, a.id`, [claimId]);
  }
}
