import { Injectable } from '@nestjs/common';
import type { ReconciliationClass } from '../../../core/payments/reconcile.js';
import { formatInstant, type CalendarDate, type Instant } from '../../../core/time/index.js';
import type { Reader } from '../../../platform/database/tx.js';
import type { BreakKind } from './breaks.rules.js';

export interface DayRow {
  readonly class: ReconciliationClass;
  readonly count: number;
  readonly debitedMinor: string;
  readonly creditedMinor: string;
}

export interface ProofRow {
  readonly linesMinor: string;
  readonly paidMinor: string;
  readonly clearedMinor: string;
}

/** Days of paying accounts: what was booked, what is open, and whether three sums that nobody computes from one another agree. */
@Injectable()
export class ReconciliationsRepository {
  day(reader: Reader, payingAccountId: string, on: CalendarDate): Promise<DayRow[]> {
    return reader.query(`
      SELECT class, count(*)::int AS count, coalesce(sum(-bank_minor) FILTER (WHERE bank_minor < 0), 0)::text AS "debitedMinor", coalesce(sum(bank_minor) FILTER (WHERE bank_minor > 0), 0)::text AS "creditedMinor"
      FROM bank_item WHERE paying_account_id = $1 AND booked_on = $2 AND is_counted GROUP BY class ORDER BY class`, [payingAccountId, on]);
  }

  openBreaks(reader: Reader, payingAccountId: string, before: Instant): Promise<{ kind: BreakKind; count: number }[]> {
    return reader.query(`
      SELECT kind, count(*)::int AS count FROM reconciliation_break
      WHERE paying_account_id = $1 AND opened_at < $2 AND (resolved_at IS NULL OR resolved_at >= $2) GROUP BY kind ORDER BY kind`, [payingAccountId, formatInstant(before)]);
  }

  /**
   * Before an instant: what the history of lines says was settled, less what businesses paid back of it; what funds posted as paid and taken back for both;
   * and what was booked for them on the account. A return takes what was set off against a debt back as well, which no bank has seen.
   */
  async proof(reader: Reader, payingAccountId: string, before: Instant): Promise<ProofRow> {
    const [row] = await reader.query<ProofRow>(`
      SELECT
        ((SELECT coalesce(sum(CASE WHEN m.to_state = 'settled' THEN l.net_minor ELSE -l.net_minor END), 0) FROM payment_line_move m JOIN payment_line l ON l.id = m.line_id
          JOIN payout_batch b ON b.id = l.batch_id WHERE b.paying_account_id = $1 AND m.at < $2 AND (m.to_state = 'settled' OR m.from_state = 'settled'))
          - (SELECT coalesce(sum(amount_minor), 0) FROM overpayment_entry WHERE paying_account_id = $1 AND at < $2))::text AS "linesMinor",
        ((SELECT coalesce(sum(p.amount_minor + CASE e.kind WHEN 'payment_return' THEN l.offset_minor ELSE 0 END), 0) FROM ledger_entry e JOIN payment_line l ON l.id = e.line_id JOIN payout_batch b ON b.id = l.batch_id
          JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id AND a.name = 'paid'
          WHERE b.paying_account_id = $1 AND e.kind IN ('payment_settle', 'payment_return') AND e.at < $2)
          + (SELECT coalesce(sum(p.amount_minor), 0) FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id AND a.name = 'paid'
            WHERE e.kind = 'recovery_repaid' AND e.fund_id IS NOT NULL AND e.reference = ($1::uuid)::text AND e.at < $2))::text AS "paidMinor",
        (SELECT coalesce(sum(p.amount_minor), 0) FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_entry e ON e.id = p.entry_id
          WHERE a.paying_account_id = $1 AND a.name = 'cleared' AND e.at < $2)::text AS "clearedMinor"`, [payingAccountId, formatInstant(before)]);
    if (row === undefined) throw new Error('a sum has a row');
    return row;
  }
}
