import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { BATCH_MACHINE, BATCH_STATES, ITEM_STATES } from '../src/modules/claim-batches/batch.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Files of many claims: every row as it was sent, what is wrong with it, and what it became. */
export class ClaimBatches2026112620020 implements MigrationInterface {
  name = 'ClaimBatches2026112620020';

  async up(runner: QueryRunner): Promise<void> {
    await this.batches(runner);
    await this.machine(runner);
    await this.items(runner);
    await this.keys(runner);
  }

  private async batches(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_batch (
        id uuid NOT NULL DEFAULT uuidv7(),
        agent_id uuid NOT NULL,
        state text NOT NULL DEFAULT 'checking',
        mode text NOT NULL,
        ceiling_percent int NOT NULL,
        format text NOT NULL,
        delimiter text NOT NULL,
        columns text[] NOT NULL,
        file_name text NOT NULL,
        file_hash char(64) NOT NULL,
        row_count int NOT NULL DEFAULT 0,
        good_count int NOT NULL DEFAULT 0,
        faulty_count int NOT NULL DEFAULT 0,
        already_count int NOT NULL DEFAULT 0,
        filed_count int NOT NULL DEFAULT 0,
        failed_count int NOT NULL DEFAULT 0,
        letter_cursor uuid,
        uploaded_by uuid NOT NULL,
        uploaded_at timestamptz(3) NOT NULL,
        committed_by uuid,
        committed_at timestamptz(3),
        finished_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT claim_batch_pk PRIMARY KEY (id),
        CONSTRAINT claim_batch_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id),
        CONSTRAINT claim_batch_uploader_fk FOREIGN KEY (uploaded_by) REFERENCES app_user (id),
        CONSTRAINT claim_batch_committer_fk FOREIGN KEY (committed_by) REFERENCES app_user (id),
        CONSTRAINT claim_batch_state_ck CHECK (state IN (${list(BATCH_STATES)})),
        CONSTRAINT claim_batch_mode_ck CHECK (mode IN ('strict', 'lenient')),
        CONSTRAINT claim_batch_format_ck CHECK (format IN ('csv', 'ndjson')),
        CONSTRAINT claim_batch_ceiling_ck CHECK (ceiling_percent BETWEEN 0 AND 100),
        CONSTRAINT claim_batch_committed_ck CHECK ((committed_at IS NULL) = (committed_by IS NULL) AND (state IN ('checking', 'checked', 'over_ceiling') OR committed_at IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX claim_batch_agent_ix ON claim_batch (agent_id, id)');
    await runner.query('CREATE TRIGGER claim_batch_version_tg BEFORE UPDATE ON claim_batch FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON claim_batch TO makegood_app;
      GRANT UPDATE (state, row_count, good_count, faulty_count, already_count, filed_count, failed_count, letter_cursor, committed_by, committed_at, finished_at, version)
        ON claim_batch TO makegood_app`);
  }

  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_batch_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT claim_batch_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(BATCH_MACHINE)) {
      await runner.query('INSERT INTO claim_batch_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON claim_batch_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_claim_batch_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM claim_batch_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a batch does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'claim_batch_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER claim_batch_transition_tg BEFORE UPDATE OF state ON claim_batch FOR EACH ROW EXECUTE FUNCTION check_claim_batch_transition()');
    await runner.query('ALTER TABLE claim_batch ENABLE ALWAYS TRIGGER claim_batch_transition_tg');
  }

  private async items(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_batch_item (
        batch_id uuid NOT NULL,
        n int NOT NULL,
        line int NOT NULL,
        external_id text,
        place_key char(64),
        cells jsonb NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        faults jsonb NOT NULL DEFAULT '[]',
        merchant_id uuid,
        mandate_id uuid,
        claim_id uuid,
        reference text,
        CONSTRAINT claim_batch_item_pk PRIMARY KEY (batch_id, n),
        CONSTRAINT claim_batch_item_batch_fk FOREIGN KEY (batch_id) REFERENCES claim_batch (id),
        CONSTRAINT claim_batch_item_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_batch_item_mandate_fk FOREIGN KEY (mandate_id, merchant_id) REFERENCES mandate (id, merchant_id),
        CONSTRAINT claim_batch_item_state_ck CHECK (state IN (${list(ITEM_STATES)})),
        CONSTRAINT claim_batch_item_filed_ck CHECK (state <> 'filed' OR (claim_id IS NOT NULL AND mandate_id IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX claim_batch_item_state_ix ON claim_batch_item (batch_id, state, n)');
    await runner.query('CREATE INDEX claim_batch_item_external_ix ON claim_batch_item (batch_id, external_id)');
    await runner.query('CREATE INDEX claim_batch_item_place_ix ON claim_batch_item (batch_id, place_key)');
    await runner.query('CREATE INDEX claim_batch_item_mandate_ix ON claim_batch_item (batch_id, mandate_id) WHERE mandate_id IS NOT NULL');
    await runner.query(`
      GRANT SELECT, INSERT ON claim_batch_item TO makegood_app;
      GRANT UPDATE (state, faults, merchant_id, mandate_id, claim_id, reference) ON claim_batch_item TO makegood_app`);
  }

  /** What an agent's own keys stand for. They are never given twice: a row that comes again finds what it became. */
  private async keys(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agent_business (
        agent_id uuid NOT NULL,
        key char(64) NOT NULL,
        merchant_id uuid NOT NULL,
        CONSTRAINT agent_business_pk PRIMARY KEY (agent_id, key),
        CONSTRAINT agent_business_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id),
        CONSTRAINT agent_business_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id)
      )`);
    await runner.query(`
      CREATE TABLE agent_place (
        agent_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        key char(64) NOT NULL,
        site_id uuid NOT NULL,
        CONSTRAINT agent_place_pk PRIMARY KEY (agent_id, merchant_id, key),
        CONSTRAINT agent_place_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id)
      )`);
    await runner.query(`
      CREATE TABLE agent_row (
        agent_id uuid NOT NULL,
        external_id text NOT NULL,
        content_digest char(64) NOT NULL,
        merchant_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        reference text NOT NULL,
        batch_id uuid NOT NULL,
        filed_at timestamptz(3) NOT NULL,
        CONSTRAINT agent_row_pk PRIMARY KEY (agent_id, external_id),
        CONSTRAINT agent_row_claim_uq UNIQUE (claim_id),
        CONSTRAINT agent_row_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT agent_row_batch_fk FOREIGN KEY (batch_id) REFERENCES claim_batch (id)
      )`);
    await runner.query('GRANT SELECT, INSERT ON agent_business, agent_place, agent_row TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE agent_row, agent_place, agent_business, claim_batch_item, claim_batch_transition, claim_batch; DROP FUNCTION check_claim_batch_transition()`);
  }
}
