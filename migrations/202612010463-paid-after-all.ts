import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['by_itself', 'attached', 'confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'repayment', 'bank_error', 'reversed', 'noted', 'together', 'confirmed_returned'];
const TWO_PEOPLE = ['confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'confirmed_returned'];
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** A payment that was taken for refused, or back, may turn out to be paid; a sum leaves a batch that it is not of; and two entries cancel out once. */
export class PaidAfterAll2026120104630 implements MigrationInterface {
  name = 'PaidAfterAll2026120104630';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`INSERT INTO payment_line_transition (event, from_state, to_state) VALUES ('find_paid', 'rejected', 'settled'), ('find_paid', 'returned', 'settled') ON CONFLICT DO NOTHING`);
    await runner.query(`
      ALTER TABLE reconciliation_break ADD COLUMN reverses_id uuid, ADD CONSTRAINT reconciliation_break_reverses_fk FOREIGN KEY (reverses_id) REFERENCES reconciliation_break (id),
        ADD CONSTRAINT reconciliation_break_reverses_ck CHECK (reverses_id IS NULL OR resolution = 'reversed');
      CREATE UNIQUE INDEX reconciliation_break_reverses_uq ON reconciliation_break (reverses_id) WHERE reverses_id IS NOT NULL;
      GRANT UPDATE (reverses_id) ON reconciliation_break TO makegood_app;
      GRANT UPDATE (batch_id) ON bank_sum TO makegood_app;
      DROP INDEX reconciliation_break_item_uq;
      CREATE UNIQUE INDEX reconciliation_break_item_uq ON reconciliation_break (item_id, kind) WHERE item_id IS NOT NULL AND state = 'open';
      CREATE INDEX reconciliation_break_contradicts_ix ON reconciliation_break (line_id) WHERE kind = 'contradicts' AND suspense_minor > 0`);
    await this.#resolutions(runner, [...BEFORE, 'other_batch']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.#resolutions(runner, BEFORE);
    await runner.query(`
      DROP INDEX reconciliation_break_contradicts_ix, reconciliation_break_item_uq;
      CREATE UNIQUE INDEX reconciliation_break_item_uq ON reconciliation_break (item_id, kind) WHERE item_id IS NOT NULL;
      ALTER TABLE reconciliation_break DROP COLUMN reverses_id`);
    await runner.query('REVOKE UPDATE (batch_id) ON bank_sum FROM makegood_app');
    await runner.query(`DELETE FROM payment_line_transition WHERE event = 'find_paid'`);
  }

  async #resolutions(runner: QueryRunner, resolutions: readonly string[]): Promise<void> {
    await runner.query(`
      ALTER TABLE reconciliation_break DROP CONSTRAINT reconciliation_break_resolution_ck,
        ADD CONSTRAINT reconciliation_break_resolution_ck CHECK (resolution IN (${list(resolutions)}) AND proposal IN (${list(TWO_PEOPLE)}))`);
  }
}
