import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DUTY_CONFLICTS } from '../src/modules/identity/duties.rules.js';

/** People, what they may do, and which duties one person may not hold on one thing. */
export class Identity2026112410050 implements MigrationInterface {
  name = 'Identity2026112410050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE app_user (
        id uuid NOT NULL DEFAULT uuidv7(),
        email text NOT NULL,
        name text NOT NULL,
        password_hash text,
        active boolean NOT NULL DEFAULT true,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT app_user_pk PRIMARY KEY (id),
        CONSTRAINT app_user_email_uq UNIQUE (email),
        CONSTRAINT app_user_email_ck CHECK (email = lower(email) AND email LIKE '%_@_%')
      )`);
    await runner.query('CREATE TRIGGER app_user_version_tg BEFORE UPDATE ON app_user FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE user_role (
        user_id uuid NOT NULL,
        role text NOT NULL,
        granted_by uuid,
        granted_at timestamptz(3) NOT NULL,
        CONSTRAINT user_role_pk PRIMARY KEY (user_id, role),
        CONSTRAINT user_role_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query(`
      CREATE TABLE membership (
        user_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        role text NOT NULL,
        CONSTRAINT membership_pk PRIMARY KEY (user_id, merchant_id),
        CONSTRAINT membership_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT membership_role_ck CHECK (role IN ('owner', 'member'))
      )`);
    await runner.query('CREATE INDEX membership_merchant_ix ON membership (merchant_id)');
    await runner.query(`
      CREATE TABLE session (
        token_hash bytea NOT NULL,
        user_id uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        last_seen_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        idle_seconds int NOT NULL,
        revoked_at timestamptz(3),
        CONSTRAINT session_pk PRIMARY KEY (token_hash),
        CONSTRAINT session_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query('CREATE INDEX session_user_ix ON session (user_id)');
    await runner.query(`
      CREATE TABLE sign_in_attempt (
        subject text NOT NULL,
        window_start timestamptz(3) NOT NULL,
        count int NOT NULL,
        CONSTRAINT sign_in_attempt_pk PRIMARY KEY (subject, window_start)
      )`);
    await this.duties(runner);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (name, password_hash, active, version) ON app_user TO makegood_app;
      GRANT SELECT, INSERT, DELETE ON user_role TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (role), DELETE ON membership TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (last_seen_at, revoked_at), DELETE ON session TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (count), DELETE ON sign_in_attempt TO makegood_app;
      GRANT SELECT, INSERT ON duty_held TO makegood_app;
      GRANT SELECT ON duty_conflict TO makegood_app`);
  }

  /** The rows that name actors. Whoever writes one is held to the table of conflicts, whatever role the connection has. */
  private async duties(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE duty_conflict (
        duty text NOT NULL,
        excludes text NOT NULL,
        CONSTRAINT duty_conflict_pk PRIMARY KEY (duty, excludes)
      )`);
    for (const [duty, excludes] of DUTY_CONFLICTS) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes) VALUES ($1, $2), ($2, $1) ON CONFLICT DO NOTHING', [duty, excludes]);
    }
    await runner.query(`
      CREATE TABLE duty_held (
        subject_id uuid NOT NULL,
        duty text NOT NULL,
        user_id uuid NOT NULL,
        held_at timestamptz(3) NOT NULL,
        CONSTRAINT duty_held_pk PRIMARY KEY (subject_id, duty, user_id),
        CONSTRAINT duty_held_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query(`
      CREATE FUNCTION check_duty_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
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
    await runner.query('CREATE TRIGGER duty_held_conflict_tg BEFORE INSERT ON duty_held FOR EACH ROW EXECUTE FUNCTION check_duty_conflict()');
    await runner.query('ALTER TABLE duty_held ENABLE ALWAYS TRIGGER duty_held_conflict_tg');
    await runner.query('CREATE TRIGGER duty_held_append_only_tg BEFORE UPDATE OR DELETE ON duty_held FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE duty_held ENABLE ALWAYS TRIGGER duty_held_append_only_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE duty_held, duty_conflict, sign_in_attempt, session, membership, user_role, app_user; DROP FUNCTION check_duty_conflict()');
  }
}
