import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A stop that finance placed names who did and why; one placed by the link of a letter has neither. */
export class PayeeStops2026112620350 implements MigrationInterface {
  name = 'PayeeStops2026112620350';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payee_hold
        ADD COLUMN placed_by uuid,
        ADD COLUMN placed_reason_digest char(64),
        ADD CONSTRAINT payee_hold_placed_by_fk FOREIGN KEY (placed_by) REFERENCES app_user (id),
        ADD CONSTRAINT payee_hold_placed_ck CHECK ((placed_by IS NULL) = (placed_reason_digest IS NULL))`);
    await runner.query('CREATE INDEX payee_reveal_merchant_ix ON payee_reveal (merchant_id, id DESC)');
    await runner.query('CREATE INDEX payee_hold_merchant_ix ON payee_hold (merchant_id, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payee_reveal_merchant_ix, payee_hold_merchant_ix');
    await runner.query('ALTER TABLE payee_hold DROP COLUMN placed_by, DROP COLUMN placed_reason_digest');
  }
}
