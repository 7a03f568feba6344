import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['unknown_external', 'amount_differs', 'duplicate', 'contradicts', 'missing_external', 'sum_differs', 'balance_differs'];
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Money in suspense whose debit the bank never tells, and returns that it announces and never books, are asked after. */
export class MissingBookings2026112902010 implements MigrationInterface {
  name = 'MissingBookings2026112902010';

  async up(runner: QueryRunner): Promise<void> {
    await this.#kinds(runner, [...BEFORE, 'missing_debit', 'missing_return']);
    await runner.query('DROP INDEX reconciliation_break_line_uq');
    await runner.query(`CREATE UNIQUE INDEX reconciliation_break_line_uq ON reconciliation_break (line_id, kind) WHERE kind IN ('missing_external', 'missing_debit', 'missing_return') AND state = 'open'`);
    await runner.query(`CREATE INDEX payment_line_booking_return_ix ON payment_line_booking (line_id) WHERE kind = 'return'`);
    await runner.query(`CREATE INDEX reconciliation_break_confirmed_ix ON reconciliation_break (line_id) WHERE resolution = 'confirmed_paid'`);
    await runner.query(`CREATE INDEX bank_item_announced_ix ON bank_item (paying_account_id) WHERE remark = 'not_booked' AND line_id IS NOT NULL`);
    await runner.query(`CREATE INDEX bank_item_replaced_ix ON bank_item (line_id) WHERE remark = 'replaced'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_line_booking_return_ix, reconciliation_break_confirmed_ix, bank_item_announced_ix, bank_item_replaced_ix, reconciliation_break_line_uq');
    await runner.query(`CREATE UNIQUE INDEX reconciliation_break_line_uq ON reconciliation_break (line_id) WHERE kind = 'missing_external' AND state = 'open'`);
    await this.#kinds(runner, BEFORE);
  }

  async #kinds(runner: QueryRunner, kinds: readonly string[]): Promise<void> {
    await runner.query(`ALTER TABLE reconciliation_break DROP CONSTRAINT reconciliation_break_kind_ck, ADD CONSTRAINT reconciliation_break_kind_ck CHECK (kind IN (${list(kinds)}))`);
  }
}
