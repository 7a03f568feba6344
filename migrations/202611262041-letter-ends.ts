import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A letter with a code is of no use after the code; one with a link that is good for a month may well come late. Addresses that letters come back from. */
export class LetterEnds2026112620410 implements MigrationInterface {
  name = 'LetterEnds2026112620410';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE letter ADD COLUMN ends_at timestamptz(3), ADD CONSTRAINT letter_ends_ck CHECK (ends_at > created_at)');
    await runner.query(`UPDATE letter SET ends_at = created_at + interval '10 minutes' WHERE template = 'sign-in.code'`);
    await runner.query(`
      CREATE TABLE unreachable_address (
        address text NOT NULL,
        channel text NOT NULL,
        letter_id uuid NOT NULL,
        since timestamptz(3) NOT NULL,
        CONSTRAINT unreachable_address_pk PRIMARY KEY (address),
        CONSTRAINT unreachable_address_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id),
        CONSTRAINT unreachable_address_channel_ck CHECK (channel IN ('mail', 'sms'))
      )`);
    await runner.query('GRANT SELECT, INSERT, DELETE ON unreachable_address TO makegood_app; GRANT SELECT, DELETE ON unreachable_address TO makegood_eraser');
    await runner.query('CREATE INDEX letter_settled_ix ON letter (settled_at) WHERE settled_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE unreachable_address; DROP INDEX letter_settled_ix; ALTER TABLE letter DROP COLUMN ends_at');
  }
}
