import { Injectable } from '@nestjs/common';
import { formatInstant, type CalendarDate, type Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';

export interface SumRow {
  readonly itemId: string;
  readonly bookingKey: string;
  readonly amountMinor: string;
  readonly lineCount: string | null;
}

export interface StatementRow {
  readonly messageId: string;
  readonly statement: number;
  readonly statedMinor: string;
  readonly foundMinor: string;
}

/** Sums that were booked for a batch, and what statements say an account came to. */
@Injectable()
export class BatchSumsRepository {
  /** One that was taken off a batch may be put on another. */
  async add(tx: Tx, sums: readonly { itemId: string; batchId: string; key: string; minor: bigint; count?: bigint }[]): Promise<void> {
    if (sums.length === 0) return;
    await tx.execute(`
      INSERT INTO bank_sum (item_id, batch_id, booking_key, amount_minor, line_count)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
      ON CONFLICT (item_id) DO UPDATE SET batch_id = EXCLUDED.batch_id, allotted_at = NULL`,
    [sums.map(({ itemId }) => itemId), sums.map(({ batchId }) => batchId), sums.map(({ key }) => key), sums.map(({ minor }) => String(minor)), sums.map(({ count }) => count?.toString() ?? null)]);
  }

  /** Those that no line was counted for yet. */
  open(tx: Tx, batchId: string): Promise<SumRow[]> {
    return tx.query(`
      SELECT item_id AS "itemId", booking_key AS "bookingKey", amount_minor::text AS "amountMinor", line_count::text AS "lineCount" FROM bank_sum
      WHERE batch_id = $1 AND allotted_at IS NULL ORDER BY item_id`, [batchId]);
  }

  async allot(tx: Tx, batchId: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE bank_sum SET allotted_at = $2 WHERE batch_id = $1 AND allotted_at IS NULL', [batchId, formatInstant(at)]);
  }

  /** As the first reading of its message has it. */
  async addStatement(tx: Tx, row: { messageId: string; statement: number; payingAccountId: string; statementId?: string; from: CalendarDate; to: CalendarDate; openingMinor: bigint; closingMinor: bigint }): Promise<void> {
    await tx.execute(`
      INSERT INTO bank_statement (message_id, statement, paying_account_id, statement_id, from_on, to_on, opening_minor, closing_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT ON CONSTRAINT bank_statement_pk DO NOTHING`,
    [row.messageId, row.statement, row.payingAccountId, row.statementId ?? null, row.from, row.to, String(row.openingMinor), String(row.closingMinor)]);
  }

  /**
   * What statements say moved, beside what was counted for their days: those of a message, those whose days it books on, those that follow on it and those that did not agree. A statement is
   * compared from the end of the last one before it, so that days between two that nobody has told of are missed.
   */
  statements(tx: Tx, payingAccountId: string, messageId: string): Promise<StatementRow[]> {
    return tx.query(`
      SELECT s.message_id AS "messageId", s.statement, (s.closing_minor - coalesce(p.closing_minor, s.opening_minor))::text AS "statedMinor",
        coalesce((SELECT sum(i.bank_minor) FROM bank_item i WHERE i.paying_account_id = $1 AND i.is_counted AND i.booked_on BETWEEN coalesce(p.to_on + 1, s.from_on) AND s.to_on), 0)::text AS "foundMinor"
      FROM bank_statement s
      LEFT JOIN LATERAL (SELECT b.to_on, b.closing_minor FROM bank_statement b WHERE b.paying_account_id = $1 AND b.to_on < s.from_on ORDER BY b.to_on DESC, b.message_id DESC, b.statement DESC LIMIT 1) p ON true
      WHERE s.paying_account_id = $1 AND (s.message_id = $2
        OR EXISTS (SELECT FROM (SELECT DISTINCT booked_on FROM bank_item WHERE message_id = $2 AND is_counted) d WHERE d.booked_on BETWEEN coalesce(p.to_on + 1, s.from_on) AND s.to_on)
        OR EXISTS (SELECT FROM bank_statement n WHERE n.message_id = $2 AND n.to_on = p.to_on)
        OR EXISTS (SELECT FROM reconciliation_break k WHERE k.message_id = s.message_id AND k.statement = s.statement AND k.kind = 'balance_differs' AND k.state = 'open'))
      ORDER BY s.message_id, s.statement`, [payingAccountId, messageId]);
  }
}
