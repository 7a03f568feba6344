import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['by_itself', 'attached', 'confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'bank_error', 'reversed', 'noted'];
const TWO_PEOPLE = ['confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted'];
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Money that a business pays back and the bank has booked is placed from suspense, and what it pays back says which booking brought it. */
export class Repayments2026112902000 implements MigrationInterface {
  name = 'Repayments2026112902000';

  async up(runner: QueryRunner): Promise<void> {
    await this.#resolutions(runner, [...BEFORE, 'repayment']);
    await runner.query(`
      ALTER TABLE overpayment_entry ADD COLUMN break_id uuid,
        ADD CONSTRAINT overpayment_entry_break_fk FOREIGN KEY (break_id) REFERENCES reconciliation_break (id),
        ADD CONSTRAINT overpayment_entry_break_ck CHECK (break_id IS NULL OR kind = 'repaid')`);
    await runner.query('CREATE UNIQUE INDEX overpayment_entry_break_uq ON overpayment_entry (break_id, overpayment_id) WHERE break_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE overpayment_entry DROP COLUMN break_id');
    await this.#resolutions(runner, BEFORE);
  }

  async #resolutions(runner: QueryRunner, resolutions: readonly string[]): Promise<void> {
    await runner.query(`
      ALTER TABLE reconciliation_break DROP CONSTRAINT reconciliation_break_resolution_ck,
        ADD CONSTRAINT reconciliation_break_resolution_ck CHECK (resolution IN (${list(resolutions)}) AND proposal IN (${list(TWO_PEOPLE)}))`);
  }
}
