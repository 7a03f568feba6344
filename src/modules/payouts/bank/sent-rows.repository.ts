import { Injectable } from '@nestjs/common';
import type { Reader } from '../../../platform/database/tx.js';

/** A file that left, under the profile it was written by. */
export interface SentTable {
  readonly batchId: string;
  readonly executeOn: string;
  readonly currency: string;
  readonly profile: object;
  readonly sha256: string;
  readonly count: number;
}

@Injectable()
export class SentRowsRepository {
  /** Tables, newest first. */
  tables(reader: Reader, payingAccountId: string, limit: number): Promise<SentTable[]> {
    return reader.query(`
      SELECT b.id AS "batchId", b.execute_on::text AS "executeOn", b.currency, f.profile, f.sha256, b.released_count AS count FROM payout_file f JOIN payout_batch b ON b.id = f.batch_id
      WHERE b.paying_account_id = $1 AND f.profile ->> 'format' <> 'pain' ORDER BY b.id DESC LIMIT $2`, [payingAccountId, limit]);
  }

  /** Of the payments of a file in its order. */
  async references(reader: Reader, batchId: string): Promise<string[]> {
    const rows = await reader.query<{ reference: string }>('SELECT end_to_end_id AS reference FROM payment_line WHERE batch_id = $1 ORDER BY end_to_end_id COLLATE "C"', [batchId]);
    return rows.map(({ reference }) => reference);
  }
}
