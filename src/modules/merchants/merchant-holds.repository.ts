import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

@Injectable()
export class MerchantHoldsRepository {
  /** One for each thing that asks for it: a second time changes nothing. */
  async place(tx: Tx, hold: { merchantId: string; subjectId: string; at: Instant }): Promise<boolean> {
    return await tx.execute('INSERT INTO merchant_hold (merchant_id, subject_id, placed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [hold.merchantId, hold.subjectId, formatInstant(hold.at)]) === 1;
  }

  async release(tx: Tx, subjectId: string, at: Instant, payeesUntil: Instant | undefined): Promise<boolean> {
    return await tx.execute('UPDATE merchant_hold SET released_at = $2, payees_until = $3 WHERE subject_id = $1 AND released_at IS NULL',
      [subjectId, formatInstant(at), payeesUntil === undefined ? null : formatInstant(payeesUntil)]) === 1;
  }

  /** Since when a business is held, and until when its accounts for payments are afterwards. */
  async standing(reader: Reader, merchantId: string): Promise<{ since: Date | null; payeesUntil: Date | null }> {
    const [row] = await reader.query<{ since: Date | null; payeesUntil: Date | null }>(`
      SELECT min(placed_at) FILTER (WHERE released_at IS NULL) AS since, max(payees_until) AS "payeesUntil" FROM merchant_hold WHERE merchant_id = $1`, [merchantId]);
    return row ?? { since: null, payeesUntil: null };
  }
}
