import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { RECOVERY_KINDS, RECOVERY_MACHINE, RECOVERY_STATES } from '../src/modules/recoveries/recovery.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** People who cannot get in any more, businesses that have changed hands, and what stands still until that is settled. */
export class Recoveries2026112620400 implements MigrationInterface {
  name = 'Recoveries2026112620400';

  async up(runner: QueryRunner): Promise<void> {
    await this.holds(runner);
    await this.requests(runner);
    await this.machine(runner);
    await runner.query('GRANT UPDATE (email, phone) ON app_user TO makegood_app');
  }

  /** A stop on a business while somebody has to look at who speaks for it. `payees_until`: accounts for payments wait longer than the rest. */
  private async holds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE merchant_hold (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        subject_id uuid NOT NULL,
        placed_at timestamptz(3) NOT NULL,
        released_at timestamptz(3),
        payees_until timestamptz(3),
        CONSTRAINT merchant_hold_pk PRIMARY KEY (id),
        CONSTRAINT merchant_hold_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT merchant_hold_released_ck CHECK (released_at >= placed_at),
        CONSTRAINT merchant_hold_payees_ck CHECK (payees_until IS NULL OR payees_until > released_at)
      )`);
    await runner.query('CREATE UNIQUE INDEX merchant_hold_open_uq ON merchant_hold (subject_id) WHERE released_at IS NULL');
    await runner.query('CREATE INDEX merchant_hold_merchant_ix ON merchant_hold (merchant_id)');
    await runner.query('GRANT SELECT, INSERT, UPDATE (released_at, payees_until) ON merchant_hold TO makegood_app');
  }

  private async requests(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recovery_request (
        id uuid NOT NULL DEFAULT uuidv7(),
        reference text NOT NULL,
        kind text NOT NULL,
        name text,
        channel text NOT NULL,
        address text,
        language text NOT NULL,
        business_typed text,
        told_digest char(64) NOT NULL,
        merchant_id uuid,
        person_id uuid,
        state text NOT NULL DEFAULT '${RECOVERY_MACHINE.initial}',
        link_hash bytea,
        notice_until timestamptz(3),
        told_contacts int,
        recommended_by uuid,
        recommended_digest char(64),
        settled_at timestamptz(3),
        settled_by uuid,
        reason_digest char(64),
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT recovery_request_pk PRIMARY KEY (id),
        CONSTRAINT recovery_request_reference_uq UNIQUE (reference),
        CONSTRAINT recovery_request_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT recovery_request_person_fk FOREIGN KEY (person_id) REFERENCES app_user (id),
        CONSTRAINT recovery_request_recommended_fk FOREIGN KEY (recommended_by) REFERENCES app_user (id),
        CONSTRAINT recovery_request_settled_fk FOREIGN KEY (settled_by) REFERENCES app_user (id),
        CONSTRAINT recovery_request_kind_ck CHECK (kind IN (${list(RECOVERY_KINDS)})),
        CONSTRAINT recovery_request_channel_ck CHECK (channel = 'mail' OR (channel = 'sms' AND kind = 'cannot_sign_in')),
        CONSTRAINT recovery_request_language_ck CHECK (language IN ('en', 'ko', 'fr')),
        CONSTRAINT recovery_request_state_ck CHECK (state IN (${list(RECOVERY_STATES)})),
        CONSTRAINT recovery_request_matched_ck CHECK ((merchant_id IS NULL) = (notice_until IS NULL) AND (merchant_id IS NULL) = (told_contacts IS NULL)),
        CONSTRAINT recovery_request_recommended_ck CHECK (state <> 'recommended' OR (merchant_id IS NOT NULL AND recommended_by IS NOT NULL AND recommended_digest IS NOT NULL)),
        CONSTRAINT recovery_request_person_ck CHECK (state NOT IN ('recommended', 'granted') OR (kind = 'cannot_sign_in') = (person_id IS NOT NULL)),
        CONSTRAINT recovery_request_settled_ck CHECK ((state IN ('granted', 'refused', 'stopped')) = (settled_at IS NOT NULL)),
        CONSTRAINT recovery_request_two_people_ck CHECK (state <> 'granted' OR (settled_by IS NOT NULL AND settled_by <> recommended_by)),
        CONSTRAINT recovery_request_refused_ck CHECK (state <> 'refused' OR (settled_by IS NOT NULL AND reason_digest IS NOT NULL))
      )`);
    await runner.query('CREATE UNIQUE INDEX recovery_request_link_uq ON recovery_request (link_hash)');
    await runner.query('CREATE INDEX recovery_request_merchant_ix ON recovery_request (merchant_id)');
    await runner.query(`CREATE INDEX recovery_request_waiting_ix ON recovery_request (id) WHERE state IN ('open', 'recommended')`);
    await runner.query('CREATE TRIGGER recovery_request_version_tg BEFORE UPDATE ON recovery_request FOR EACH ROW EXECUTE FUNCTION bump_version()');
    // What was asked is never changed, only what becomes of it.
    await runner.query(`
      GRANT SELECT, INSERT ON recovery_request TO makegood_app;
      GRANT UPDATE (merchant_id, person_id, state, link_hash, notice_until, told_contacts, recommended_by, recommended_digest, settled_at, settled_by, reason_digest, version)
        ON recovery_request TO makegood_app;
      GRANT SELECT (id, version), UPDATE (name, address, business_typed, version) ON recovery_request TO makegood_eraser`);
  }

  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recovery_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT recovery_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(RECOVERY_MACHINE)) {
      await runner.query('INSERT INTO recovery_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON recovery_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_recovery_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM recovery_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a recovery request does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'recovery_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER recovery_transition_tg BEFORE UPDATE OF state ON recovery_request FOR EACH ROW EXECUTE FUNCTION check_recovery_transition()');
    await runner.query('ALTER TABLE recovery_request ENABLE ALWAYS TRIGGER recovery_transition_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recovery_transition, recovery_request, merchant_hold; DROP FUNCTION check_recovery_transition()');
  }
}
