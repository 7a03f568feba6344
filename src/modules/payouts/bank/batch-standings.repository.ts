import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/database/tx.js';

export interface Standing {
  /** Neither booked nor refused nor back. */
  readonly openCount: number;
  /** Whose money moved. */
  readonly bookedCount: number;
  /** That the bank has spoken of, other than to refuse them. */
  readonly heardCount: number;
}

/** How many lines of a batch stand where. */
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
}
