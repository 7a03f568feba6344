import type { MigrationInterface, QueryRunner } from 'typeorm';

const IN_BATCH = `(state IN ('pending', 'dropped')) <= (batch_id IS NULL) AND (state IN ('included', 'in_transit', 'accepted_by_bank', 'settled')) <= (batch_id IS NOT NULL`;
const PAYEE = `method <> 'bank' OR payee_account_id IS NOT NULL OR state IN ('pending', 'included', 'dropped')`;
const AMOUNT = 'gross_minor BETWEEN 1 AND 1000000000000000 AND withheld_minor >= 0 AND offset_minor >= 0 AND net_minor = gross_minor - withheld_minor - offset_minor';

/** A line of which the tax takes all: settled without a batch, an account or a file, since nothing of it leaves. */
export class WithheldWhole2026120104420 implements MigrationInterface {
  name = 'WithheldWhole2026120104420';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`INSERT INTO payment_line_transition (event, from_state, to_state) VALUES ('withhold', 'pending', 'settled') ON CONFLICT DO NOTHING`);
    await this.checks(runner, { batch: `${IN_BATCH} OR net_minor = 0)`, payee: `${PAYEE} OR net_minor = 0`, amount: `${AMOUNT} AND (net_minor > 0 OR net_minor = 0 AND offset_minor = 0 AND batch_id IS NULL AND state IN ('pending', 'settled'))` });
  }

  private async checks(runner: QueryRunner, { batch, payee, amount }: { batch: string; payee: string; amount: string }): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_line DROP CONSTRAINT payment_line_batch_ck, DROP CONSTRAINT payment_line_payee_ck, DROP CONSTRAINT payment_line_amount_ck,
        ADD CONSTRAINT payment_line_batch_ck CHECK (${batch}), ADD CONSTRAINT payment_line_payee_ck CHECK (${payee}), ADD CONSTRAINT payment_line_amount_ck CHECK (${amount})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.checks(runner, { batch: `${IN_BATCH})`, payee: PAYEE, amount: `${AMOUNT} AND net_minor > 0` });
    await runner.query(`DELETE FROM payment_line_transition WHERE event = 'withhold'`);
  }
}
