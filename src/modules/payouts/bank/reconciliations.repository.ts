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

/** Days of paying accounts: what was booked, and what is open. */
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
}
