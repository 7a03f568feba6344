import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { CHANGE_KINDS, CHANGE_MACHINE, CHANGE_STATES } from '../src/modules/changes/change.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Changes, their rehearsals claim by claim, the approval that names one of them, and what applying it came to. */
export class Changes2026112610100 implements MigrationInterface {
  name = 'Changes2026112610100';

  async up(runner: QueryRunner): Promise<void> {
    await this.changes(runner);
    await this.machine(runner);
    await this.runs(runner);
    await this.approvals(runner);
    await this.applied(runner);
  }

  private async changes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change (
        id uuid NOT NULL DEFAULT uuidv7(),
        kind text NOT NULL,
        state text NOT NULL DEFAULT 'open',
        edition_id uuid NOT NULL,
        policy_key text NOT NULL,
        policy_number int NOT NULL,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        applied_cursor uuid,
        applied_count int NOT NULL DEFAULT 0,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT change_pk PRIMARY KEY (id),
        CONSTRAINT change_edition_fk FOREIGN KEY (edition_id) REFERENCES policy_edition (id),
        CONSTRAINT change_author_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT change_kind_ck CHECK (kind IN (${list(CHANGE_KINDS)})),
        CONSTRAINT change_state_ck CHECK (state IN (${list(CHANGE_STATES)}))
      )`);
    await runner.query(`CREATE UNIQUE INDEX change_edition_open_uq ON change (edition_id) WHERE state <> 'withdrawn'`);
    await runner.query('CREATE TRIGGER change_version_tg BEFORE UPDATE ON change FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON change TO makegood_app;
      GRANT UPDATE (state, applied_cursor, applied_count, version) ON change TO makegood_app`);
  }

  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT change_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(CHANGE_MACHINE)) {
      await runner.query('INSERT INTO change_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON change_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_change_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM change_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a change does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'change_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER change_transition_tg BEFORE UPDATE OF state ON change FOR EACH ROW EXECUTE FUNCTION check_change_transition()');
    await runner.query('ALTER TABLE change ENABLE ALWAYS TRIGGER change_transition_tg');
  }

  private async runs(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_run (
        id uuid NOT NULL DEFAULT uuidv7(),
        change_id uuid NOT NULL,
        n int NOT NULL,
        state text NOT NULL DEFAULT 'running',
        head jsonb NOT NULL,
        started_by uuid NOT NULL,
        started_at timestamptz(3) NOT NULL,
        expected_count int NOT NULL,
        done_count int NOT NULL DEFAULT 0,
        cursor uuid,
        finished_at timestamptz(3),
        report text,
        digest char(64),
        fault text,
        CONSTRAINT change_run_pk PRIMARY KEY (id),
        CONSTRAINT change_run_n_uq UNIQUE (change_id, n),
        CONSTRAINT change_run_digest_uq UNIQUE (id, digest),
        CONSTRAINT change_run_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT change_run_state_ck CHECK (state IN ('running', 'finished', 'failed')),
        CONSTRAINT change_run_report_ck CHECK ((state = 'finished') = (report IS NOT NULL) AND (state = 'finished') = (digest IS NOT NULL)
          AND (state = 'failed') = (fault IS NOT NULL) AND (state = 'running') = (finished_at IS NULL))
      )`);
    await runner.query(`
      CREATE FUNCTION change_run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'DELETE' OR OLD.state <> 'running' OR (OLD.id, OLD.change_id, OLD.n, OLD.head, OLD.started_at) <> (NEW.id, NEW.change_id, NEW.n, NEW.head, NEW.started_at) THEN
          RAISE EXCEPTION 'a report is never edited' USING ERRCODE = 'P0001', CONSTRAINT = 'change_run_stays_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER change_run_stays_tg BEFORE UPDATE OR DELETE ON change_run FOR EACH ROW EXECUTE FUNCTION change_run_stays()');
    await runner.query('ALTER TABLE change_run ENABLE ALWAYS TRIGGER change_run_stays_tg');
    await runner.query(`
      CREATE TABLE change_run_item (
        run_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        claim_version int NOT NULL,
        claim_state text NOT NULL,
        before_outcome text NOT NULL,
        before_minor bigint NOT NULL,
        after_outcome text NOT NULL,
        after_minor bigint NOT NULL,
        assessed_minor bigint,
        input_hash char(64) NOT NULL,
        causes jsonb NOT NULL,
        placebo_weeks int,
        placebo_outcome text,
        placebo_minor bigint,
        CONSTRAINT change_run_item_pk PRIMARY KEY (run_id, claim_id),
        CONSTRAINT change_run_item_run_fk FOREIGN KEY (run_id) REFERENCES change_run (id),
        CONSTRAINT change_run_item_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id)
      )`);
    await this.appendOnly(runner, 'change_run_item');
    await runner.query('CREATE INDEX change_run_item_difference_ix ON change_run_item (run_id, (after_minor - before_minor), claim_id)');
    await runner.query(`
      GRANT SELECT, INSERT ON change_run TO makegood_app;
      GRANT UPDATE (state, done_count, cursor, finished_at, report, digest, fault) ON change_run TO makegood_app`);
  }

  /** One a change; never by its author, nor by anybody who wrote a part of what it proposes. */
  private async approvals(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_approval (
        change_id uuid NOT NULL,
        run_id uuid NOT NULL,
        digest char(64) NOT NULL,
        bound_minor bigint NOT NULL,
        rerun_count int NOT NULL,
        moved_minor bigint NOT NULL,
        policy_version_id uuid NOT NULL,
        approved_by uuid NOT NULL,
        approved_at timestamptz(3) NOT NULL,
        CONSTRAINT change_approval_pk PRIMARY KEY (change_id),
        CONSTRAINT change_approval_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT change_approval_run_fk FOREIGN KEY (run_id, digest) REFERENCES change_run (id, digest),
        CONSTRAINT change_approval_version_fk FOREIGN KEY (policy_version_id) REFERENCES policy_version (id),
        CONSTRAINT change_approval_user_fk FOREIGN KEY (approved_by) REFERENCES app_user (id)
      )`);
    await this.appendOnly(runner, 'change_approval');
    await runner.query(`
      CREATE FUNCTION check_change_four_eyes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM change c WHERE c.id = NEW.change_id AND (c.created_by = NEW.approved_by
          OR EXISTS (SELECT FROM duty_held h WHERE h.user_id = NEW.approved_by AND h.duty = 'author' AND h.subject_id IN (c.id, c.edition_id)))) THEN
          RAISE EXCEPTION 'an author does not approve' USING ERRCODE = 'P0001', CONSTRAINT = 'change_approval_four_eyes_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER change_approval_four_eyes_tg BEFORE INSERT ON change_approval FOR EACH ROW EXECUTE FUNCTION check_change_four_eyes()');
    await runner.query('ALTER TABLE change_approval ENABLE ALWAYS TRIGGER change_approval_four_eyes_tg');
  }

  private async applied(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_applied_item (
        change_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        verdict text NOT NULL,
        rehearsed_minor bigint,
        applied_outcome text NOT NULL,
        applied_minor bigint,
        assessment_id uuid NOT NULL,
        CONSTRAINT change_applied_item_pk PRIMARY KEY (change_id, claim_id),
        CONSTRAINT change_applied_item_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT change_applied_item_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT change_applied_item_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id),
        CONSTRAINT change_applied_item_verdict_ck CHECK (verdict IN ('as_rehearsed', 'changed_since', 'arrived_since', 'waits_for_raise', 'kept'))
      )`);
    await this.appendOnly(runner, 'change_applied_item');
    await runner.query('CREATE INDEX change_applied_item_verdict_ix ON change_applied_item (change_id, verdict, claim_id)');
  }

  private async appendOnly(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE change_applied_item, change_approval, change_run_item, change_run, change_transition, change');
    await runner.query('DROP FUNCTION check_change_transition(), change_run_stays(), check_change_four_eyes()');
  }
}
