import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Merchants, where they trade and when, and the services they used. */
export class Merchants2026112411000 implements MigrationInterface {
  name = 'Merchants2026112411000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE merchant (
        id uuid NOT NULL DEFAULT uuidv7(),
        legal_name text NOT NULL,
        registration_scheme text NOT NULL,
        registration_value text NOT NULL,
        sector_system text NOT NULL,
        sector_code text NOT NULL,
        country char(2) NOT NULL,
        language text NOT NULL,
        zone text NOT NULL,
        sizes jsonb NOT NULL DEFAULT '[]',
        verified_at timestamptz(3),
        verified_by uuid,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT merchant_pk PRIMARY KEY (id),
        CONSTRAINT merchant_verified_ck CHECK ((verified_at IS NULL) = (verified_by IS NULL)),
        CONSTRAINT merchant_verified_by_fk FOREIGN KEY (verified_by) REFERENCES app_user (id),
        CONSTRAINT merchant_country_ck CHECK (country ~ '^[A-Z]{2}$')
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX merchant_registration_uq ON merchant (registration_scheme, registration_value)
      WHERE verified_at IS NOT NULL AND registration_scheme <> 'none'`);
    await runner.query('CREATE TRIGGER merchant_version_tg BEFORE UPDATE ON merchant FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('ALTER TABLE membership ADD CONSTRAINT membership_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id)');
    await runner.query(`
      CREATE TABLE site (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        name text NOT NULL,
        online boolean NOT NULL,
        zone text NOT NULL,
        country char(2) NOT NULL,
        opening_hours jsonb NOT NULL,
        hours_entered_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT site_pk PRIMARY KEY (id),
        CONSTRAINT site_merchant_uq UNIQUE (id, merchant_id),
        CONSTRAINT site_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id)
      )`);
    await runner.query('CREATE INDEX site_merchant_ix ON site (merchant_id)');
    await runner.query('CREATE TRIGGER site_version_tg BEFORE UPDATE ON site FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE enrolment (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        site_id uuid NOT NULL,
        service_code text NOT NULL,
        region text NOT NULL DEFAULT '*',
        tier text,
        fee_minor bigint,
        fee_currency char(3),
        during tstzrange NOT NULL,
        source text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT enrolment_pk PRIMARY KEY (id),
        CONSTRAINT enrolment_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT enrolment_fee_ck CHECK ((fee_minor IS NULL) = (fee_currency IS NULL) AND (fee_minor IS NULL OR fee_minor BETWEEN 0 AND 1000000000000000)),
        CONSTRAINT enrolment_during_ck CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during) AND NOT lower_inf(during)),
        CONSTRAINT enrolment_overlap_ex EXCLUDE USING gist (site_id WITH =, service_code WITH =, during WITH &&)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (legal_name, sector_system, sector_code, language, zone, sizes, verified_at, verified_by, version) ON merchant TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (name, online, opening_hours, hours_entered_at, version) ON site TO makegood_app;
      GRANT SELECT, INSERT ON enrolment TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE membership DROP CONSTRAINT membership_merchant_fk; DROP TABLE enrolment, site, merchant');
  }
}
