import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { POLICY_MACHINE, REACHES, STORED_STATES } from '../src/modules/policies/policy.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Drafts on their way to a version, and since when a version decides: a rule may change while claims for one event come in. */
export class PolicyLifeCycle2026112610000 implements MigrationInterface {
  name = 'PolicyLifeCycle2026112610000';

  async up(runner: QueryRunner): Promise<void> {
    await this.decided(runner);
    await this.editions(runner);
    await this.machine(runner);
    await this.unchanged(runner);
    await this.fourEyes(runner);
  }

  /** Two versions may be for the same events when one decided until the other took over: one answer for an event at any time. */
  private async decided(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE policy_period ADD COLUMN decided tstzrange NOT NULL DEFAULT tstzrange(NULL, NULL)`);
    await runner.query('ALTER TABLE policy_period DROP CONSTRAINT policy_period_one_answer_ex');
    await runner.query('ALTER TABLE policy_period ADD CONSTRAINT policy_period_one_answer_ex EXCLUDE USING gist (key WITH =, effective WITH &&, decided WITH &&)');
    await runner.query('ALTER TABLE policy_period ADD CONSTRAINT policy_period_decided_ck CHECK (NOT isempty(decided) AND NOT upper_inc(decided))');
    await runner.query('GRANT UPDATE (decided) ON policy_period TO makegood_app');
    await runner.query(`
      CREATE OR REPLACE FUNCTION policy_period_only_closes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        closes_events boolean := upper_inf(OLD.effective) AND NOT upper_inf(NEW.effective);
        closes_deciding boolean := upper_inf(OLD.decided) AND NOT upper_inf(NEW.decided);
      BEGIN
        IF NOT (closes_events OR closes_deciding)
          OR (NOT closes_events AND NEW.effective <> OLD.effective) OR (NOT closes_deciding AND NEW.decided <> OLD.decided)
          OR lower(OLD.effective) IS DISTINCT FROM lower(NEW.effective) OR lower(OLD.decided) IS DISTINCT FROM lower(NEW.decided)
          OR (OLD.policy_version_id, OLD.key) <> (NEW.policy_version_id, NEW.key)
        THEN
          RAISE EXCEPTION 'the period of a published policy is only ever closed, once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'policy_period_only_closes_ck';
        END IF;
        RETURN NEW;
      END $$`);
  }

  private async editions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_edition (
        id uuid NOT NULL DEFAULT uuidv7(),
        key text NOT NULL,
        number int NOT NULL,
        state text NOT NULL DEFAULT 'draft',
        source text NOT NULL,
        effective_from timestamptz(3),
        decided_from timestamptz(3),
        reach text NOT NULL,
        hash char(64),
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        approved_by uuid,
        policy_version_id uuid,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT policy_edition_pk PRIMARY KEY (id),
        CONSTRAINT policy_edition_number_uq UNIQUE (key, number),
        CONSTRAINT policy_edition_version_uq UNIQUE (policy_version_id),
        CONSTRAINT policy_edition_version_fk FOREIGN KEY (policy_version_id, key) REFERENCES policy_version (id, key),
        CONSTRAINT policy_edition_author_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT policy_edition_approver_fk FOREIGN KEY (approved_by) REFERENCES app_user (id),
        CONSTRAINT policy_edition_key_ck CHECK (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(key) <= 80),
        CONSTRAINT policy_edition_state_ck CHECK (state IN (${list(STORED_STATES)})),
        CONSTRAINT policy_edition_reach_ck CHECK (reach IN (${list(REACHES)})),
        CONSTRAINT policy_edition_source_ck CHECK (length(source) BETWEEN 1 AND 500000),
        CONSTRAINT policy_edition_hash_ck CHECK (state IN ('draft', 'withdrawn') OR hash ~ '^[0-9a-f]{64}$'),
        CONSTRAINT policy_edition_approved_ck CHECK ((state = 'approved') = (approved_by IS NOT NULL) AND (state = 'approved') = (policy_version_id IS NOT NULL)),
        CONSTRAINT policy_edition_four_eyes_ck CHECK (approved_by <> created_by)
      )`);
    await runner.query('CREATE TRIGGER policy_edition_version_tg BEFORE UPDATE ON policy_edition FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON policy_edition TO makegood_app;
      GRANT UPDATE (state, source, effective_from, decided_from, reach, hash, approved_by, policy_version_id, version) ON policy_edition TO makegood_app`);
  }

  /** The same table the application decides by. */
  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT policy_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(POLICY_MACHINE)) {
      await runner.query('INSERT INTO policy_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON policy_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_policy_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF (TG_OP = 'INSERT' AND NEW.state <> '${POLICY_MACHINE.initial}') OR (TG_OP = 'UPDATE' AND NEW.state <> OLD.state
          AND NOT EXISTS (SELECT FROM policy_transition WHERE from_state = OLD.state AND to_state = NEW.state)) THEN
          RAISE EXCEPTION 'a policy does not go to % that way', NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'policy_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER policy_transition_tg BEFORE INSERT OR UPDATE OF state ON policy_edition FOR EACH ROW EXECUTE FUNCTION check_policy_transition()');
    await runner.query('ALTER TABLE policy_edition ENABLE ALWAYS TRIGGER policy_transition_tg');
  }

  /** Only a draft is edited; what is in review goes back first, and what was approved or withdrawn stays as it is. */
  private async unchanged(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION policy_edition_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'DELETE' OR OLD.state IN ('approved', 'withdrawn')
          OR (OLD.id, OLD.key, OLD.number, OLD.created_by) <> (NEW.id, NEW.key, NEW.number, NEW.created_by)
          OR (OLD.state <> 'draft' AND (OLD.source, OLD.effective_from, OLD.decided_from, OLD.reach) IS DISTINCT FROM (NEW.source, NEW.effective_from, NEW.decided_from, NEW.reach))
        THEN
          RAISE EXCEPTION 'only a draft is edited' USING ERRCODE = 'P0001', CONSTRAINT = 'policy_edition_stays_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER policy_edition_stays_tg BEFORE UPDATE OR DELETE ON policy_edition FOR EACH ROW EXECUTE FUNCTION policy_edition_stays()');
    await runner.query('ALTER TABLE policy_edition ENABLE ALWAYS TRIGGER policy_edition_stays_tg');
  }

  /** Whoever wrote any of it does not approve it: asked of the rows that name the authors, whatever role the connection has. */
  private async fourEyes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION check_policy_four_eyes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM duty_held WHERE subject_id = NEW.id AND user_id = NEW.approved_by AND duty = 'author') THEN
          RAISE EXCEPTION 'an author does not approve' USING ERRCODE = 'P0001', CONSTRAINT = 'policy_edition_four_eyes_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER policy_edition_four_eyes_tg BEFORE UPDATE OF approved_by ON policy_edition FOR EACH ROW
      WHEN (NEW.approved_by IS NOT NULL) EXECUTE FUNCTION check_policy_four_eyes()`);
    await runner.query('ALTER TABLE policy_edition ENABLE ALWAYS TRIGGER policy_edition_four_eyes_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_edition, policy_transition');
    await runner.query('DROP FUNCTION check_policy_transition(), policy_edition_stays(), check_policy_four_eyes()');
    await runner.query('ALTER TABLE policy_period DROP CONSTRAINT policy_period_one_answer_ex');
    await runner.query('ALTER TABLE policy_period DROP COLUMN decided');
    await runner.query('ALTER TABLE policy_period ADD CONSTRAINT policy_period_one_answer_ex EXCLUDE USING gist (key WITH =, effective WITH &&)');
  }
}
