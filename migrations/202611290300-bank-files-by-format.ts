import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The same bytes read as another kind of file are another message: who brought in a table of results as a message of ISO 20022, which is then
 * quarantined, has to be able to bring it in as what it is.
 */
export class BankFilesByFormat2026112903000 implements MigrationInterface {
  name = 'BankFilesByFormat2026112903000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bank_message DROP CONSTRAINT bank_message_digest_uq, ADD CONSTRAINT bank_message_digest_uq UNIQUE (paying_account_id, sha256, format)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bank_message DROP CONSTRAINT bank_message_digest_uq, ADD CONSTRAINT bank_message_digest_uq UNIQUE (paying_account_id, sha256)');
  }
}
