import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';

@Injectable()
export class ReopeningsRepository {
  /** Its number; the third violates `claim_reopening_twice_ck`. The claim is locked by the caller. */
  async add(tx: Tx, row: { claimId: string; merchantId: string; by: string; reasonDigest: string; at: Instant }): Promise<number> {
    const [made] = await tx.query<{ n: number }>(`
      INSERT INTO claim_reopening (claim_id, n, merchant_id, reopened_by, reason_digest, at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5 FROM claim_reopening WHERE claim_id = $1 RETURNING n`,
    [row.claimId, row.merchantId, row.by, row.reasonDigest, formatInstant(row.at)]);
    return made?.n ?? 0;
  }
}
