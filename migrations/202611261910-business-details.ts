import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How to reach a business, how its number was typed, what registers answered, and which hours were stated when. */
export class BusinessDetails2026112619100 implements MigrationInterface {
  name = 'BusinessDetails2026112619100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE merchant
        ADD COLUMN registration_typed text NOT NULL DEFAULT '',
        ADD COLUMN phone text,
        ADD COLUMN address jsonb,
        ADD CONSTRAINT merchant_phone_ck CHECK (phone ~ '^[+][1-9][0-9]{4,14}$')`);
    await runner.query(`UPDATE merchant SET registration_typed = registration_value, version = version + 1 WHERE registration_value <> ''`);
    await runner.query('CREATE INDEX merchant_twins_ix ON merchant (registration_scheme, registration_value) WHERE registration_scheme <> \'none\'');
    await runner.query('CREATE INDEX merchant_unverified_ix ON merchant (id) WHERE verified_at IS NULL');
    await runner.query('ALTER TABLE site ADD COLUMN address jsonb');
    await runner.query('ALTER TABLE enrolment ADD COLUMN version int NOT NULL DEFAULT 1');
    await runner.query('CREATE TRIGGER enrolment_version_tg BEFORE UPDATE ON enrolment FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await this.growing(runner);
    await runner.query(`
      GRANT UPDATE (registration_scheme, registration_value, registration_typed, country, phone, address) ON merchant TO makegood_app;
      GRANT UPDATE (zone, country, address) ON site TO makegood_app;
      GRANT UPDATE (region, tier, fee_minor, fee_currency, during, version) ON enrolment TO makegood_app`);
  }

  /** What was said stays said: hours typed after an outage must not look like those of before. */
  private async growing(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stated_hours (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        site_id uuid NOT NULL,
        hours jsonb NOT NULL,
        entered_at timestamptz(3) NOT NULL,
        entered_by text NOT NULL,
        CONSTRAINT stated_hours_pk PRIMARY KEY (id),
        CONSTRAINT stated_hours_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id)
      )`);
    await runner.query('CREATE INDEX stated_hours_site_ix ON stated_hours (site_id, id)');
    await runner.query(`
      INSERT INTO stated_hours (merchant_id, site_id, hours, entered_at, entered_by)
      SELECT merchant_id, id, opening_hours, hours_entered_at, 'system:migration' FROM site`);
    await runner.query(`
      CREATE TABLE register_answer (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        registration_scheme text NOT NULL,
        registration_value text NOT NULL,
        outcome text NOT NULL,
        entry jsonb,
        reference text,
        asked_at timestamptz(3) NOT NULL,
        asked_by text NOT NULL,
        CONSTRAINT register_answer_pk PRIMARY KEY (id),
        CONSTRAINT register_answer_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT register_answer_outcome_ck CHECK (outcome IN ('found', 'not_found', 'unavailable')),
        CONSTRAINT register_answer_entry_ck CHECK ((outcome = 'found') = (entry IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX register_answer_merchant_ix ON register_answer (merchant_id, id)');
    for (const table of ['stated_hours', 'register_answer']) {
      await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
      await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE register_answer, stated_hours');
    await runner.query('DROP TRIGGER enrolment_version_tg ON enrolment; ALTER TABLE enrolment DROP COLUMN version; ALTER TABLE site DROP COLUMN address');
    await runner.query('DROP INDEX merchant_twins_ix, merchant_unverified_ix');
    await runner.query('ALTER TABLE merchant DROP COLUMN registration_typed, DROP COLUMN phone, DROP COLUMN address');
  }
}
