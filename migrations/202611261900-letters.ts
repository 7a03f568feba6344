import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Letters to people, written by the transaction that gives rise to them. What a letter says and to whom lies apart, so that it can
 * be erased while the row that proves its delivery stays.
 */
export class Letters2026112619000 implements MigrationInterface {
  name = 'Letters2026112619000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE letter (
        id uuid NOT NULL DEFAULT uuidv7(),
        template text NOT NULL,
        language text NOT NULL,
        channel text NOT NULL,
        about_kind text NOT NULL,
        about_id uuid NOT NULL,
        merchant_id uuid,
        secret boolean NOT NULL,
        state text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        fault text,
        taken_until timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        settled_at timestamptz(3),
        CONSTRAINT letter_pk PRIMARY KEY (id),
        CONSTRAINT letter_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT letter_template_ck CHECK (template ~ '^[a-z0-9_-]+(\\.[a-z0-9_-]+)+$'),
        CONSTRAINT letter_language_ck CHECK (language IN ('en', 'ko', 'fr')),
        CONSTRAINT letter_channel_ck CHECK (channel IN ('mail', 'sms')),
        CONSTRAINT letter_state_ck CHECK (state IN ('kept', 'queued', 'deferred', 'sent', 'failed', 'bounced')),
        CONSTRAINT letter_settled_ck CHECK ((state IN ('queued', 'deferred')) = (settled_at IS NULL)),
        CONSTRAINT letter_fault_ck CHECK (state NOT IN ('deferred', 'failed', 'bounced') OR fault IS NOT NULL)
      )`);
    await runner.query('CREATE INDEX letter_about_ix ON letter (about_kind, about_id)');
    await runner.query('CREATE INDEX letter_merchant_ix ON letter (merchant_id) WHERE merchant_id IS NOT NULL');
    await runner.query(`
      CREATE TABLE letter_content (
        letter_id uuid NOT NULL,
        recipient text,
        subject text,
        plain text,
        html text,
        CONSTRAINT letter_content_pk PRIMARY KEY (letter_id),
        CONSTRAINT letter_content_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (state, attempts, fault, taken_until, settled_at) ON letter TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (subject, plain, html) ON letter_content TO makegood_app;
      GRANT SELECT (letter_id), UPDATE (recipient, subject, plain, html) ON letter_content TO makegood_eraser`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE letter_content, letter');
  }
}
