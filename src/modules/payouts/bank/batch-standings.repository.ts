import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';

export interface Standing {
  /** Neither booked nor refused nor back. */
  readonly openCount: number;
  /** Whose money moved. */
  readonly bookedCount: number;
  /** That the bank has spoken of, other than to refuse them. */
  readonly heardCount: number;
}

/** How many lines of a batch stand where, and what follows those of a refused file. */
@Injectable()
export class BatchStandingsRepository {
  async of(tx: Tx, batchId: string): Promise<Standing> {
    const [row] = await tx.named<Standing>('batch_standing', `
      SELECT count(*) FILTER (WHERE state IN ('included', 'in_transit', 'accepted_by_bank'))::int AS "openCount",
        count(*) FILTER (WHERE state IN ('settled', 'returned'))::int AS "bookedCount",
        count(*) FILTER (WHERE state IN ('accepted_by_bank', 'settled', 'returned'))::int AS "heardCount"
      FROM payment_line WHERE batch_id = $1`, [batchId]);
    if (row === undefined) throw new Error('a count has a row');
    return row;
  }

  /**
   * Lines that went down with their file, paid by others at once: of the same entitlement, with a reference of their own, as far as that is
   * still due. What was set off against a debt is left to whoever draws up the next batch, since the debt may be another by then.
   */
  async succeed(tx: Tx, batchId: string, reason: string, { at, by }: { at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, replaces_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, 0, net_minor, method, replace(reference, '-', '') || '-' || n, id, $3, $3, $4
      FROM (
        SELECT l.*, c.reference, 1 + (SELECT max(m.n) FROM payment_line m WHERE m.claim_id = l.claim_id) AS n
        FROM (SELECT id, claim_id, merchant_id, fund_id, entitlement_no, currency, gross_minor, withheld_minor, net_minor, method FROM payment_line
          WHERE batch_id = $1 AND state = 'rejected' AND reason = $2 AND offset_minor = 0) l
        JOIN claim c ON c.id = l.claim_id
        WHERE payable_minor(l.claim_id) >= l.gross_minor AND NOT EXISTS (SELECT FROM payment_line r WHERE r.replaces_id = l.id)) back
      ON CONFLICT DO NOTHING`, [batchId, reason, formatInstant(at), by]);
  }
}
