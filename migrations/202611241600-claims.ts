import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { CLAIM_MACHINE, CLAIM_STATES, LIVE_STATES } from '../src/modules/claims/claim.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Claims, what was frozen of them, what they occupy, and what was granted. */
export class Claims2026112416000 implements MigrationInterface {
  name = 'Claims2026112416000';

  async up(runner: QueryRunner): Promise<void> {
    await this.claims(runner);
    await this.machine(runner);
    await this.occupancy(runner);
    await this.entitlements(runner);
    await runner.query(`
      CREATE VIEW inspect.claims AS
      SELECT c.id, c.merchant_id, c.state AS status, c.currency, c.declared_minor AS claimed_minor,
             (SELECT e.gross_minor FROM entitlement e WHERE e.claim_id = c.id ORDER BY e.n DESC LIMIT 1) AS approved_minor, c.version, c.submitted_by
      FROM claim c`);
  }

  private async claims(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim (
        id uuid NOT NULL DEFAULT uuidv7(),
        reference text NOT NULL,
        scheme_id uuid NOT NULL,
        site_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        head text NOT NULL,
        currency char(3) NOT NULL,
        services text[] NOT NULL,
        claim_window tstzrange NOT NULL,
        declared_minor bigint,
        answers jsonb NOT NULL DEFAULT '{}',
        state text NOT NULL DEFAULT 'draft',
        late boolean NOT NULL DEFAULT false,
        opened_by_staff boolean NOT NULL DEFAULT false,
        claim_version int NOT NULL DEFAULT 0,
        assessment_id uuid,
        auto_decision_at timestamptz(3),
        created_by text NOT NULL,
        submitted_by text,
        created_at timestamptz(3) NOT NULL,
        submitted_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT claim_pk PRIMARY KEY (id),
        CONSTRAINT claim_reference_uq UNIQUE (reference),
        CONSTRAINT claim_currency_uq UNIQUE (id, currency),
        CONSTRAINT claim_merchant_uq UNIQUE (id, merchant_id),
        CONSTRAINT claim_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        CONSTRAINT claim_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT claim_state_ck CHECK (state IN (${list(CLAIM_STATES)})),
        CONSTRAINT claim_head_ck CHECK (head IN ('lost_sales', 'fee', 'inconvenience', 'extra_cost')),
        CONSTRAINT claim_services_ck CHECK (cardinality(services) BETWEEN 1 AND 50),
        CONSTRAINT claim_window_ck CHECK (NOT isempty(claim_window) AND lower_inc(claim_window) AND NOT upper_inc(claim_window)
          AND NOT lower_inf(claim_window) AND NOT upper_inf(claim_window)
          AND date_trunc('milliseconds', lower(claim_window)) = lower(claim_window) AND date_trunc('milliseconds', upper(claim_window)) = upper(claim_window)),
        CONSTRAINT claim_declared_ck CHECK (declared_minor BETWEEN 0 AND 1000000000000000),
        CONSTRAINT claim_submitted_ck CHECK (state = 'draft' OR (submitted_by IS NOT NULL AND claim_version > 0))
      )`);
    await runner.query(`CREATE UNIQUE INDEX claim_scheme_site_uq ON claim (scheme_id, site_id) WHERE state NOT IN ('draft', 'withdrawn')`);
    await runner.query('CREATE INDEX claim_merchant_ix ON claim (merchant_id, id)');
    await runner.query('CREATE INDEX claim_state_ix ON claim (state, id)');
    await runner.query('CREATE TRIGGER claim_version_tg BEFORE UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE claim_version (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        frozen jsonb NOT NULL,
        filed_by text NOT NULL,
        filed_at timestamptz(3) NOT NULL,
        CONSTRAINT claim_version_pk PRIMARY KEY (claim_id, n),
        CONSTRAINT claim_version_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id)
      )`);
    await this.appendOnly(runner, 'claim_version');
    await runner.query(`
      GRANT SELECT, INSERT, DELETE ON claim TO makegood_app;
      GRANT UPDATE (services, claim_window, declared_minor, answers, state, late, opened_by_staff, claim_version, assessment_id, auto_decision_at,
        submitted_by, submitted_at, version) ON claim TO makegood_app;
      GRANT SELECT, INSERT ON claim_version TO makegood_app`);
  }

  /** The same table the application decides by; whatever connects is held to it. */
  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT claim_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(CLAIM_MACHINE)) {
      await runner.query('INSERT INTO claim_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON claim_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_claim_transition() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM claim_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a claim does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'claim_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER claim_transition_tg BEFORE UPDATE OF state ON claim FOR EACH ROW EXECUTE FUNCTION check_claim_transition()');
    await runner.query('ALTER TABLE claim ENABLE ALWAYS TRIGGER claim_transition_tg');
    await runner.query(`
      CREATE FUNCTION keep_submitted_claims() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.state <> 'draft' THEN
          RAISE EXCEPTION 'only drafts are deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'claim_kept_ck';
        END IF;
        RETURN OLD;
      END $$`);
    await runner.query('CREATE TRIGGER claim_kept_tg BEFORE DELETE ON claim FOR EACH ROW EXECUTE FUNCTION keep_submitted_claims()');
  }

  /** No loss is made good twice: same head, site and service, overlapping time, both live. */
  private async occupancy(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_occupancy (
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        head text NOT NULL,
        site_id uuid NOT NULL,
        service text NOT NULL,
        span tstzrange NOT NULL,
        live boolean NOT NULL DEFAULT true,
        CONSTRAINT claim_occupancy_pk PRIMARY KEY (claim_id, service),
        CONSTRAINT claim_occupancy_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_occupancy_overlap_ex EXCLUDE USING gist (site_id WITH =, head WITH =, service WITH =, span WITH &&) WHERE (live)
      )`);
    await runner.query('GRANT SELECT, INSERT, DELETE, UPDATE (span, live) ON claim_occupancy TO makegood_app');
    await runner.query(`
      CREATE FUNCTION follow_claim_state() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE claim_occupancy SET live = NEW.state IN (${list(LIVE_STATES)})
        WHERE claim_id = NEW.id AND live <> (NEW.state IN (${list(LIVE_STATES)}));
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_occupancy_follows_tg AFTER UPDATE OF state ON claim FOR EACH ROW
      WHEN (OLD.state <> NEW.state AND OLD.state <> 'draft') EXECUTE FUNCTION follow_claim_state()`);
  }

  private async entitlements(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE determination (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        n int NOT NULL,
        stage text NOT NULL,
        outcome text NOT NULL,
        reasons jsonb NOT NULL,
        assessment_id uuid NOT NULL,
        amount_minor bigint,
        currency char(3) NOT NULL,
        by_rule boolean NOT NULL,
        user_id uuid,
        note_digest char(64),
        at timestamptz(3) NOT NULL,
        CONSTRAINT determination_pk PRIMARY KEY (id),
        CONSTRAINT determination_n_uq UNIQUE (claim_id, n),
        CONSTRAINT determination_claim_fk FOREIGN KEY (claim_id, currency) REFERENCES claim (id, currency),
        CONSTRAINT determination_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT determination_stage_ck CHECK (stage IN ('recommendation', 'decision', 'objection')),
        CONSTRAINT determination_outcome_ck CHECK (outcome IN ('award', 'refuse', 'nil')),
        CONSTRAINT determination_actor_ck CHECK (by_rule = (user_id IS NULL)),
        CONSTRAINT determination_amount_ck CHECK ((outcome = 'award') = (amount_minor IS NOT NULL) AND (amount_minor IS NULL OR amount_minor BETWEEN 1 AND 1000000000000000))
      )`);
    await this.appendOnly(runner, 'determination');
    await runner.query(`
      CREATE TABLE entitlement (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        determination_id uuid NOT NULL,
        assessment_id uuid NOT NULL,
        gross_minor bigint NOT NULL,
        withheld_minor bigint NOT NULL DEFAULT 0,
        net_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        granted_at timestamptz(3) NOT NULL,
        CONSTRAINT entitlement_pk PRIMARY KEY (claim_id, n),
        CONSTRAINT entitlement_claim_fk FOREIGN KEY (claim_id, currency) REFERENCES claim (id, currency),
        CONSTRAINT entitlement_determination_fk FOREIGN KEY (determination_id) REFERENCES determination (id),
        CONSTRAINT entitlement_amount_ck CHECK (gross_minor BETWEEN 1 AND 1000000000000000 AND withheld_minor >= 0 AND net_minor = gross_minor - withheld_minor)
      )`);
    await this.appendOnly(runner, 'entitlement');
    await runner.query(`
      CREATE FUNCTION entitlement_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        before entitlement;
      BEGIN
        SELECT * INTO before FROM entitlement WHERE claim_id = NEW.claim_id ORDER BY n DESC LIMIT 1;
        IF NEW.n <> coalesce(before.n, 0) + 1 OR NEW.gross_minor < coalesce(before.gross_minor, 0) THEN
          RAISE EXCEPTION 'an entitlement is the next one and never falls' USING ERRCODE = 'P0001', CONSTRAINT = 'entitlement_rises_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER entitlement_rises_tg BEFORE INSERT ON entitlement FOR EACH ROW EXECUTE FUNCTION entitlement_never_falls()');
    await runner.query('ALTER TABLE entitlement ENABLE ALWAYS TRIGGER entitlement_rises_tg');
    await runner.query(`
      CREATE TABLE acceptance (
        claim_id uuid NOT NULL,
        entitlement_no int NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        terms_hash char(64) NOT NULL,
        release_hash char(64),
        accepted_by uuid NOT NULL,
        accepted_at timestamptz(3) NOT NULL,
        CONSTRAINT acceptance_pk PRIMARY KEY (claim_id, entitlement_no),
        CONSTRAINT acceptance_entitlement_fk FOREIGN KEY (claim_id, entitlement_no) REFERENCES entitlement (claim_id, n),
        CONSTRAINT acceptance_user_fk FOREIGN KEY (accepted_by) REFERENCES app_user (id),
        CONSTRAINT acceptance_kind_ck CHECK (kind IN ('in_full', 'on_account'))
      )`);
    await this.appendOnly(runner, 'acceptance');
    await runner.query('GRANT SELECT, INSERT ON determination, entitlement, acceptance TO makegood_app');
  }

  private async appendOnly(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW inspect.claims');
    await runner.query('DROP TABLE acceptance, entitlement, determination, claim_occupancy, claim_transition, claim_version, claim');
    await runner.query('DROP FUNCTION check_claim_transition(), keep_submitted_claims(), follow_claim_state(), entitlement_never_falls()');
  }
}
