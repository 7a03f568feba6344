import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public keys that receipts were signed with, for ever: a receipt is checked long after its key was changed. */
export class ReceiptKeys2026112617000 implements MigrationInterface {
  name = 'ReceiptKeys2026112617000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE receipt_key (
        public_key text NOT NULL,
        first_used_at timestamptz(3) NOT NULL,
        CONSTRAINT receipt_key_pk PRIMARY KEY (public_key),
        CONSTRAINT receipt_key_form_ck CHECK (public_key ~ '^[A-Za-z0-9_-]{43}$')
      )`);
    await runner.query('CREATE TRIGGER receipt_key_append_only_tg BEFORE UPDATE OR DELETE ON receipt_key FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE receipt_key ENABLE ALWAYS TRIGGER receipt_key_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON receipt_key TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE receipt_key');
  }
}
