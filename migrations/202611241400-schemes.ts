import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Schemes2026112414000 implements MigrationInterface {
  name = 'Schemes2026112414000';

  async up(runner: QueryRunner): Promise<void> {
    await this.schemes(runner);
    await this.extensions(runner);
    await this.texts(runner);
  }

  private async schemes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheme (
        id uuid NOT NULL DEFAULT uuidv7(),
        code text NOT NULL,
        title jsonb NOT NULL,
        policy_key text NOT NULL,
        currency char(3) NOT NULL,
        fund_id uuid,
        zone text NOT NULL,
        opens_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL,
        grace_days int NOT NULL DEFAULT 0,
        contact jsonb NOT NULL,
        target_days jsonb NOT NULL DEFAULT '{}',
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT scheme_pk PRIMARY KEY (id),
        CONSTRAINT scheme_code_uq UNIQUE (code),
        CONSTRAINT scheme_created_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT scheme_code_ck CHECK (code ~ '^[a-z0-9]+([._-][a-z0-9]+)*$' AND length(code) <= 80),
        CONSTRAINT scheme_dates_ck CHECK (opens_at < closes_at
          AND date_trunc('milliseconds', opens_at) = opens_at AND date_trunc('milliseconds', closes_at) = closes_at),
        CONSTRAINT scheme_grace_ck CHECK (grace_days BETWEEN 0 AND 366),
        CONSTRAINT scheme_title_ck CHECK (jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb),
        CONSTRAINT scheme_contact_ck CHECK (jsonb_typeof(contact) = 'object'),
        CONSTRAINT scheme_target_days_ck CHECK (jsonb_typeof(target_days) = 'object')
      )`);
    await runner.query('CREATE TRIGGER scheme_version_tg BEFORE UPDATE ON scheme FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE scheme_outage (
        scheme_id uuid NOT NULL,
        outage_id uuid NOT NULL,
        CONSTRAINT scheme_outage_pk PRIMARY KEY (scheme_id, outage_id),
        CONSTRAINT scheme_outage_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        CONSTRAINT scheme_outage_outage_fk FOREIGN KEY (outage_id) REFERENCES outage (id)
      )`);
    await runner.query('CREATE INDEX scheme_outage_outage_ix ON scheme_outage (outage_id)');
    // The promise made when it was published: no dates, policy or outages change by an update; later closing is an extension row.
    await runner.query('GRANT SELECT, INSERT, UPDATE (title, fund_id, contact, target_days, version) ON scheme TO makegood_app');
    await runner.query('GRANT SELECT, INSERT ON scheme_outage TO makegood_app');
    await runner.query(`
      CREATE TRIGGER scheme_outage_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON scheme_outage
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE scheme_outage ENABLE ALWAYS TRIGGER scheme_outage_append_only_tg');
  }

  private async extensions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheme_extension (
        scheme_id uuid NOT NULL,
        number int NOT NULL,
        closes_at timestamptz NOT NULL,
        reason text NOT NULL,
        extended_by uuid NOT NULL,
        extended_at timestamptz(3) NOT NULL,
        CONSTRAINT scheme_extension_pk PRIMARY KEY (scheme_id, number),
        CONSTRAINT scheme_extension_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        CONSTRAINT scheme_extension_by_fk FOREIGN KEY (extended_by) REFERENCES app_user (id),
        CONSTRAINT scheme_extension_closes_ck CHECK (date_trunc('milliseconds', closes_at) = closes_at),
        CONSTRAINT scheme_extension_reason_ck CHECK (length(reason) > 0)
      )`);
    await runner.query(`
      CREATE FUNCTION scheme_extension_is_later() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        number_before int;
        closes_before timestamptz;
      BEGIN
        PERFORM FROM scheme WHERE id = NEW.scheme_id FOR NO KEY UPDATE;
        SELECT COALESCE(max(e.number), 0), COALESCE(max(e.closes_at), (SELECT closes_at FROM scheme WHERE id = NEW.scheme_id))
          INTO number_before, closes_before FROM scheme_extension e WHERE e.scheme_id = NEW.scheme_id;
        IF NEW.number <> number_before + 1 OR NEW.closes_at <= closes_before THEN
          RAISE EXCEPTION 'an extension moves the closing later'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'scheme_extension_later_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER scheme_extension_later_tg BEFORE INSERT ON scheme_extension FOR EACH ROW EXECUTE FUNCTION scheme_extension_is_later()`);
    await runner.query('ALTER TABLE scheme_extension ENABLE ALWAYS TRIGGER scheme_extension_later_tg');
    await runner.query(`
      CREATE TRIGGER scheme_extension_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON scheme_extension
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE scheme_extension ENABLE ALWAYS TRIGGER scheme_extension_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON scheme_extension TO makegood_app');
  }

  /** An acceptance names the hash of the text it accepted, so a text is never edited: a new one supersedes it. */
  private async texts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheme_text (
        id uuid NOT NULL DEFAULT uuidv7(),
        scheme_id uuid NOT NULL,
        kind text NOT NULL,
        language text NOT NULL,
        number int NOT NULL,
        hash char(64) NOT NULL,
        body text NOT NULL,
        written_by uuid NOT NULL,
        written_at timestamptz(3) NOT NULL,
        CONSTRAINT scheme_text_pk PRIMARY KEY (id),
        CONSTRAINT scheme_text_number_uq UNIQUE (scheme_id, kind, language, number),
        CONSTRAINT scheme_text_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        CONSTRAINT scheme_text_by_fk FOREIGN KEY (written_by) REFERENCES app_user (id),
        CONSTRAINT scheme_text_kind_ck CHECK (kind IN ('terms', 'release', 'limitation', 'who_decides')),
        CONSTRAINT scheme_text_language_ck CHECK (language IN ('en', 'ko', 'fr')),
        CONSTRAINT scheme_text_number_ck CHECK (number >= 1),
        CONSTRAINT scheme_text_hash_ck CHECK (hash ~ '^[0-9a-f]{64}$'),
        CONSTRAINT scheme_text_body_ck CHECK (kind = 'release' OR length(body) > 0)
      )`);
    await runner.query(`
      CREATE TRIGGER scheme_text_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON scheme_text
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE scheme_text ENABLE ALWAYS TRIGGER scheme_text_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON scheme_text TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scheme_text, scheme_extension, scheme_outage, scheme');
    await runner.query('DROP FUNCTION scheme_extension_is_later()');
  }
}
