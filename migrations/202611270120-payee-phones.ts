import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is known by a telephone alone is told of their account all the same; and what was put off is counted in the hour it goes out. */
export class PayeePhones2026112701200 implements MigrationInterface {
  name = 'PayeePhones2026112701200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payee_account ADD COLUMN contact_phone text, ADD CONSTRAINT payee_account_contact_ck CHECK (contact_email IS NULL OR contact_phone IS NULL)');
    await runner.query('GRANT UPDATE (contact_phone) ON payee_account TO makegood_eraser');
    await runner.query(`CREATE INDEX letter_sms_ix ON letter (created_at) WHERE channel = 'sms'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX letter_sms_ix; ALTER TABLE payee_account DROP CONSTRAINT payee_account_contact_ck, DROP COLUMN contact_phone');
  }
}
