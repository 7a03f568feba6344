import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DUTY_TABLE, ROLE_TABLE } from '../src/modules/identity/duties.rules.js';
import { DUTY_PROFILES } from '../src/platform/config/config.js';

const PROFILES = DUTY_PROFILES.map((profile) => `'${profile}'`).join(', ');

/**
 * Which duties and roles exclude each other depends on how many people there are: each pair names the least profile it holds in, and
 * one row says which profile this installation has. What a person is to a claim counts wherever it was written down: on the claim, on
 * its business, by belonging to the business, or by an interest they declared.
 */
export class DutyProfiles2026112800400 implements MigrationInterface {
  name = 'DutyProfiles2026112800400';

  async up(runner: QueryRunner): Promise<void> {
    await this.profiles(runner);
    await this.interests(runner);
    await this.duties(runner);
  }

  private async profiles(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE duty_profile (
        installation boolean NOT NULL DEFAULT true,
        profile text NOT NULL,
        CONSTRAINT duty_profile_pk PRIMARY KEY (installation),
        CONSTRAINT duty_profile_one_ck CHECK (installation),
        CONSTRAINT duty_profile_ck CHECK (profile IN (${PROFILES}))
      )`);
    await runner.query('INSERT INTO duty_profile (profile) VALUES (\'standard\')');
    await runner.query(`
      CREATE FUNCTION holds_in_profile(since text) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT array_position(ARRAY[${PROFILES}], since) <= array_position(ARRAY[${PROFILES}], p.profile) FROM duty_profile p
      $$`);
    await runner.query('ALTER TABLE duty_conflict ADD COLUMN since text NOT NULL DEFAULT \'small\'');
    for (const { pair: [duty, excludes], from } of DUTY_TABLE) {
      await runner.query(`INSERT INTO duty_conflict (duty, excludes, since) VALUES ($1, $2, $3), ($2, $1, $3)
        ON CONFLICT (duty, excludes) DO UPDATE SET since = excluded.since`, [duty, excludes, from]);
    }
    await runner.query(`
      CREATE TABLE role_conflict (
        role text NOT NULL,
        excludes text NOT NULL,
        since text NOT NULL,
        CONSTRAINT role_conflict_pk PRIMARY KEY (role, excludes)
      )`);
    for (const { pair: [role, excludes], from } of ROLE_TABLE) {
      await runner.query('INSERT INTO role_conflict (role, excludes, since) VALUES ($1, $2, $3), ($2, $1, $3)', [role, excludes, from]);
    }
    await runner.query(`
      CREATE FUNCTION check_role_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.user_id::text, 13));
        IF EXISTS (
          SELECT FROM user_role r JOIN role_conflict c ON c.role = NEW.role AND c.excludes = r.role WHERE r.user_id = NEW.user_id AND holds_in_profile(c.since)
        ) THEN
          RAISE EXCEPTION 'roles in conflict' USING ERRCODE = 'P0001', CONSTRAINT = 'user_role_conflict_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER user_role_conflict_tg BEFORE INSERT ON user_role FOR EACH ROW EXECUTE FUNCTION check_role_conflict()');
    await runner.query('ALTER TABLE user_role ENABLE ALWAYS TRIGGER user_role_conflict_tg');
    await runner.query(`
      GRANT SELECT, UPDATE (profile) ON duty_profile TO makegood_app;
      GRANT SELECT ON role_conflict TO makegood_app`);
  }

  private async interests(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE declared_interest (
        id uuid NOT NULL DEFAULT uuidv7(),
        user_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        claim_id uuid,
        note_digest char(64),
        at timestamptz(3) NOT NULL,
        CONSTRAINT declared_interest_pk PRIMARY KEY (id),
        CONSTRAINT declared_interest_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT declared_interest_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT declared_interest_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id)
      )`);
    await runner.query('CREATE UNIQUE INDEX declared_interest_uq ON declared_interest (user_id, merchant_id, claim_id) NULLS NOT DISTINCT');
    await runner.query('CREATE INDEX declared_interest_merchant_ix ON declared_interest (merchant_id)');
    await runner.query('CREATE TRIGGER declared_interest_append_only_tg BEFORE UPDATE OR DELETE ON declared_interest FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE declared_interest ENABLE ALWAYS TRIGGER declared_interest_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON declared_interest TO makegood_app');
  }

  private async duties(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION duties_on(subject uuid, person uuid) RETURNS SETOF text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT duty FROM duty_held WHERE subject_id = subject AND user_id = person
        UNION SELECT h.duty FROM claim c JOIN duty_held h ON h.subject_id = c.merchant_id AND h.user_id = person WHERE c.id = subject
        UNION SELECT 'interest' FROM claim c JOIN membership m ON m.merchant_id = c.merchant_id AND m.user_id = person WHERE c.id = subject
        UNION SELECT 'interest' FROM claim c JOIN declared_interest i ON i.merchant_id = c.merchant_id AND i.user_id = person AND (i.claim_id IS NULL OR i.claim_id = c.id) WHERE c.id = subject
      $$`);
    // Filing is on the path of every claim: what else somebody may be is asked only of duties that something outside the table of held ones can exclude.
    await runner.query(`
      CREATE OR REPLACE FUNCTION check_duty_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_id::text || NEW.user_id::text, 11));
        IF EXISTS (
          SELECT FROM duty_held h JOIN duty_conflict c ON c.duty = NEW.duty AND c.excludes = h.duty
          WHERE h.subject_id = NEW.subject_id AND h.user_id = NEW.user_id AND holds_in_profile(c.since)
        ) OR NEW.duty IN ('recommender', 'decider', 'reconsiderer') AND EXISTS (
          SELECT FROM duties_on(NEW.subject_id, NEW.user_id) held (duty) JOIN duty_conflict c ON c.duty = NEW.duty AND c.excludes = held.duty WHERE holds_in_profile(c.since)
        ) THEN
          RAISE EXCEPTION 'duties in conflict' USING ERRCODE = 'P0001', CONSTRAINT = 'duty_held_conflict_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE FUNCTION determination_rests_on_nobody_interested() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM claim c WHERE c.id = NEW.claim_id AND c.state = 'recommended') AND EXISTS (
          SELECT FROM (SELECT user_id FROM determination WHERE claim_id = NEW.claim_id AND stage = 'recommendation' ORDER BY n DESC LIMIT 1) last
          WHERE last.user_id IS NOT NULL AND 'interest' IN (SELECT duties_on(NEW.claim_id, last.user_id))
        ) THEN
          RAISE EXCEPTION 'recommended by somebody with an interest' USING ERRCODE = 'P0001', CONSTRAINT = 'determination_interest_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER determination_interest_tg BEFORE INSERT ON determination FOR EACH ROW
      WHEN (NEW.stage = 'decision' AND NEW.user_id IS NOT NULL) EXECUTE FUNCTION determination_rests_on_nobody_interested()`);
    await runner.query('ALTER TABLE determination ENABLE ALWAYS TRIGGER determination_interest_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER determination_interest_tg ON determination; DROP FUNCTION determination_rests_on_nobody_interested();
      DROP TRIGGER user_role_conflict_tg ON user_role; DROP FUNCTION check_role_conflict(); DROP TABLE role_conflict`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION check_duty_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_id::text || NEW.user_id::text, 11));
        IF EXISTS (
          SELECT FROM duty_held h JOIN duty_conflict c ON c.duty = NEW.duty AND c.excludes = h.duty
          WHERE h.subject_id = NEW.subject_id AND h.user_id = NEW.user_id
        ) THEN
          RAISE EXCEPTION 'duties in conflict' USING ERRCODE = 'P0001', CONSTRAINT = 'duty_held_conflict_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('DROP FUNCTION duties_on(uuid, uuid); DROP TABLE declared_interest; DROP FUNCTION holds_in_profile(text); DROP TABLE duty_profile; ALTER TABLE duty_conflict DROP COLUMN since');
  }
}
