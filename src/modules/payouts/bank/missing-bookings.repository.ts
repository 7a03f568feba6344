import { Injectable } from '@nestjs/common';
import { formatInstant, type CalendarDate, type Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';

export interface Due {
  readonly payingAccountId: string;
  readonly zone: string;
  /** The last day after which the working days of the account are over. */
  readonly dueBy: CalendarDate;
  readonly at: Instant;
  readonly limit: number;
}

/** SQL: whether such a booking counts for the line `l`. */
export const BOOKED = (kind: 'debit' | 'return'): string => `EXISTS (SELECT FROM payment_line_booking e WHERE e.line_id = l.id AND e.kind = '${kind}')`;
/** SQL: whether a debit of `l` stands in suspense by itself, since another line had taken its place. */
export const REPLACED_DEBIT = `EXISTS (SELECT FROM bank_item i WHERE i.line_id = l.id AND i.remark = 'replaced' AND i.is_counted AND i.bank_minor < 0)`;

/** What the bank owes us word of, as breaks; each answers how many it opened. */
@Injectable()
export class MissingBookingsRepository {
  /** Lines that were to be paid by a day and that nothing was booked for. */
  openMissing(tx: Tx, { payingAccountId, dueBy, at, limit }: Due): Promise<number> {
    return tx.execute(`
      INSERT INTO reconciliation_break (paying_account_id, currency, opened_at, kind, line_id)
      SELECT b.paying_account_id, b.currency, $3, 'missing_external', l.id FROM payout_batch b JOIN payment_line l ON l.batch_id = b.id
      WHERE b.paying_account_id = $1 AND b.state IN ('released', 'acknowledged') AND b.execute_on <= $2 AND l.state IN ('in_transit', 'accepted_by_bank') AND NOT ${BOOKED('debit')}
        AND NOT EXISTS (SELECT FROM reconciliation_break k WHERE k.line_id = l.id AND k.kind = 'missing_external' AND k.state = 'open')
      ORDER BY l.id LIMIT $4 ON CONFLICT DO NOTHING`, [payingAccountId, dueBy, formatInstant(at), limit]);
  }

  /** Lines whose money stands in suspense, since it came back or people said that it was paid, and whose debit was never told. */
  openMissingDebits(tx: Tx, { payingAccountId, zone, dueBy, at, limit }: Due): Promise<number> {
    return tx.execute(`
      INSERT INTO reconciliation_break (paying_account_id, currency, opened_at, kind, line_id, suspense_minor)
      SELECT b.paying_account_id, b.currency, $4, 'missing_debit', l.id, -l.net_minor
      FROM (
        SELECT line_id, at FROM payment_line_booking WHERE kind = 'return'
        UNION ALL SELECT line_id, resolved_at FROM reconciliation_break WHERE resolution = 'confirmed_paid') since
      JOIN payment_line l ON l.id = since.line_id JOIN payout_batch b ON b.id = l.batch_id
      WHERE b.paying_account_id = $1 AND (since.at AT TIME ZONE $2)::date <= $3 AND (l.state = 'settled' OR ${BOOKED('return')}) AND NOT ${BOOKED('debit')} AND NOT ${REPLACED_DEBIT}
        AND NOT EXISTS (SELECT FROM reconciliation_break k WHERE k.line_id = l.id AND k.kind = 'missing_debit' AND (k.state = 'open' OR k.resolution IN ('bank_error', 'reversed')))
      ORDER BY l.id LIMIT $5 ON CONFLICT DO NOTHING`, [payingAccountId, zone, dueBy, formatInstant(at), limit]);
  }

  /** Returns that were announced, since anybody last looked, or that people said had happened, and that are not booked. */
  openMissingReturns(tx: Tx, { payingAccountId, zone, dueBy, at, limit }: Due): Promise<number> {
    return tx.execute(`
      INSERT INTO reconciliation_break (paying_account_id, currency, opened_at, kind, line_id)
      SELECT DISTINCT b.paying_account_id, b.currency, $4::timestamptz, 'missing_return', l.id FROM bank_item i JOIN payment_line l ON l.id = i.line_id JOIN payout_batch b ON b.id = l.batch_id
      WHERE i.paying_account_id = $1 AND i.remark = 'not_booked' AND i.line_id IS NOT NULL AND i.said ->> 'direction' = 'credit' AND (i.at AT TIME ZONE $2)::date <= $3
        AND l.state IN ('in_transit', 'accepted_by_bank', 'settled') AND NOT ${BOOKED('return')}
        AND NOT EXISTS (SELECT FROM reconciliation_break k WHERE k.line_id = l.id AND k.kind = 'missing_return' AND (k.state = 'open' OR k.opened_at >= i.at))
      UNION SELECT b.paying_account_id, b.currency, $4::timestamptz, 'missing_return', l.id FROM payment_line_move m JOIN payment_line l ON l.id = m.line_id JOIN payout_batch b ON b.id = l.batch_id
      WHERE b.paying_account_id = $1 AND m.to_state = 'returned' AND (m.at AT TIME ZONE $2)::date <= $3 AND l.state <> 'settled' AND ${BOOKED('debit')} AND NOT ${BOOKED('return')}
        AND NOT EXISTS (SELECT FROM reconciliation_break k WHERE k.line_id = l.id AND (k.kind = 'contradicts' AND k.suspense_minor > 0 OR k.kind = 'missing_return' AND (k.state = 'open' OR k.opened_at >= m.at)))
      ORDER BY 5 LIMIT $5 ON CONFLICT DO NOTHING`, [payingAccountId, zone, dueBy, formatInstant(at), limit]);
  }
}
