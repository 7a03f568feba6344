import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['by_itself', 'attached', 'confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'repayment', 'bank_error', 'reversed', 'noted'];
const TWO_BEFORE = ['confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted'];
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Two bookings may be one payment, and two people may say that a payment came back which no file tells of. */
export class BankAnswers2026120104600 implements MigrationInterface {
  name = 'BankAnswers2026120104600';

  up(runner: QueryRunner): Promise<void> {
    return this.#answers(runner, [...BEFORE, 'together', 'confirmed_returned'], [...TWO_BEFORE, 'confirmed_returned']);
  }

  down(runner: QueryRunner): Promise<void> {
    return this.#answers(runner, BEFORE, TWO_BEFORE);
  }

  async #answers(runner: QueryRunner, resolutions: readonly string[], twoPeople: readonly string[]): Promise<void> {
    await runner.query(`
      ALTER TABLE reconciliation_break DROP CONSTRAINT reconciliation_break_resolution_ck, DROP CONSTRAINT reconciliation_break_two_ck,
        ADD CONSTRAINT reconciliation_break_resolution_ck CHECK (resolution IN (${list(resolutions)}) AND proposal IN (${list(twoPeople)})),
        ADD CONSTRAINT reconciliation_break_two_ck CHECK (resolution IS NULL OR resolution NOT IN (${list(twoPeople)})
          OR (proposed_by IS NOT NULL AND proposal = resolution AND proposed_by <> resolved_by AND note IS NOT NULL))`);
  }
}
