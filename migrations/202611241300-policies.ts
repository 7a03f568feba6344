import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Policies2026112413000 implements MigrationInterface {
  name = 'Policies2026112413000';

  async up(runner: QueryRunner): Promise<void> {
    // What was published, for ever: source as written, document as resolved, and the hash that claims pin.
    await runner.query(`
      CREATE TABLE policy_version (
        id uuid NOT NULL DEFAULT uuidv7(),
        key text NOT NULL,
        number int NOT NULL,
        hash char(64) NOT NULL,
        use text NOT NULL,
        currency char(3) NOT NULL,
        title jsonb NOT NULL,
        source text NOT NULL,
        resolved text NOT NULL,
        published_by text NOT NULL,
        published_at timestamptz(3) NOT NULL,
        CONSTRAINT policy_version_pk PRIMARY KEY (id),
        CONSTRAINT policy_version_number_uq UNIQUE (key, number),
        CONSTRAINT policy_version_hash_uq UNIQUE (key, hash),
        CONSTRAINT policy_version_key_uq UNIQUE (id, key),
        CONSTRAINT policy_version_number_ck CHECK (number >= 1),
        CONSTRAINT policy_version_hash_ck CHECK (hash ~ '^[0-9a-f]{64}$'),
        CONSTRAINT policy_version_key_ck CHECK (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(key) <= 80),
        CONSTRAINT policy_version_use_ck CHECK (use IN ('template', 'reference'))
      )`);
    await runner.query(`
      CREATE TRIGGER policy_version_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_version
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE policy_version ENABLE ALWAYS TRIGGER policy_version_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON policy_version TO makegood_app');
    await this.periods(runner);
    await this.reasons(runner);
  }

  /** The sentences shared by all policies; the latest catalogue speaks, and a code once published is never taken out. */
  private async reasons(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_reasons (
        number int NOT NULL,
        hash char(64) NOT NULL,
        body text NOT NULL,
        published_by text NOT NULL,
        published_at timestamptz(3) NOT NULL,
        CONSTRAINT policy_reasons_pk PRIMARY KEY (number),
        CONSTRAINT policy_reasons_number_ck CHECK (number >= 1),
        CONSTRAINT policy_reasons_hash_ck CHECK (hash ~ '^[0-9a-f]{64}$')
      )`);
    await runner.query(`
      CREATE TRIGGER policy_reasons_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_reasons
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE policy_reasons ENABLE ALWAYS TRIGGER policy_reasons_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON policy_reasons TO makegood_app');
  }

  /** Which events a version is for. Beside the version, because a successor closes it; exactly one version answers for an instant. */
  private async periods(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_period (
        policy_version_id uuid NOT NULL,
        key text NOT NULL,
        effective tstzrange NOT NULL,
        CONSTRAINT policy_period_pk PRIMARY KEY (policy_version_id),
        CONSTRAINT policy_period_version_fk FOREIGN KEY (policy_version_id, key) REFERENCES policy_version (id, key),
        CONSTRAINT policy_period_effective_ck CHECK (
          NOT isempty(effective) AND NOT upper_inc(effective) AND (lower_inf(effective) OR lower_inc(effective))),
        CONSTRAINT policy_period_one_answer_ex EXCLUDE USING gist (key WITH =, effective WITH &&)
      )`);
    await runner.query(`
      CREATE FUNCTION policy_period_only_closes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT upper_inf(OLD.effective) OR upper_inf(NEW.effective)
          OR lower(OLD.effective) IS DISTINCT FROM lower(NEW.effective)
          OR (OLD.policy_version_id, OLD.key) <> (NEW.policy_version_id, NEW.key)
        THEN
          RAISE EXCEPTION 'the period of a published policy is only ever closed, once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'policy_period_only_closes_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER policy_period_only_closes_tg BEFORE UPDATE ON policy_period FOR EACH ROW EXECUTE FUNCTION policy_period_only_closes()`);
    await runner.query('ALTER TABLE policy_period ENABLE ALWAYS TRIGGER policy_period_only_closes_tg');
    await runner.query(`
      CREATE TRIGGER policy_period_stays_tg BEFORE DELETE OR TRUNCATE ON policy_period FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE policy_period ENABLE ALWAYS TRIGGER policy_period_stays_tg');
    await runner.query('GRANT SELECT, INSERT, UPDATE (effective) ON policy_period TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_reasons, policy_period, policy_version');
    await runner.query('DROP FUNCTION policy_period_only_closes()');
  }
}
