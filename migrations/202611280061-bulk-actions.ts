import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BULK_KINDS, BULK_STATES, ITEM_STATES } from '../src/modules/review/queues/bulk.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** One verdict, or one owner, for many claims: the list as it was frozen, and what became of each. */
export class BulkActions2026112800610 implements MigrationInterface {
  name = 'BulkActions2026112800610';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bulk_action (
        id uuid NOT NULL DEFAULT uuidv7(),
        kind text NOT NULL,
        outcome text,
        reasons text[] NOT NULL DEFAULT '{}',
        note_digest char(64),
        to_user uuid,
        of_id uuid,
        state text NOT NULL,
        digest char(64) NOT NULL,
        seed char(64) NOT NULL,
        item_count int NOT NULL,
        left_out_count int NOT NULL DEFAULT 0,
        sample_count int NOT NULL,
        sums jsonb NOT NULL,
        why jsonb NOT NULL,
        done_count int NOT NULL DEFAULT 0,
        skipped_count int NOT NULL DEFAULT 0,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        sent_at timestamptz(3),
        ended_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT bulk_action_pk PRIMARY KEY (id),
        CONSTRAINT bulk_action_creator_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT bulk_action_to_fk FOREIGN KEY (to_user) REFERENCES app_user (id),
        CONSTRAINT bulk_action_of_fk FOREIGN KEY (of_id) REFERENCES bulk_action (id),
        CONSTRAINT bulk_action_kind_ck CHECK (kind IN (${list(BULK_KINDS)})),
        CONSTRAINT bulk_action_state_ck CHECK (state IN (${list(BULK_STATES)})),
        CONSTRAINT bulk_action_outcome_ck CHECK ((kind IN ('recommend', 'decide')) = (outcome IS NOT NULL) AND (outcome IS NULL OR outcome IN ('award', 'refuse', 'nil'))),
        CONSTRAINT bulk_action_sent_ck CHECK ((state = 'frozen') = (sent_at IS NULL)),
        CONSTRAINT bulk_action_counts_ck CHECK (item_count BETWEEN 1 AND 10000 AND done_count + skipped_count <= item_count AND sample_count BETWEEN 0 AND item_count)
      )`);
    await runner.query('CREATE INDEX bulk_action_creator_ix ON bulk_action (created_by, id)');
    await runner.query('CREATE TRIGGER bulk_action_version_tg BEFORE UPDATE ON bulk_action FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE bulk_item (
        action_id uuid NOT NULL,
        n int NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        claim_row_version int NOT NULL,
        assessment_id uuid,
        amount_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        sampled boolean NOT NULL,
        opened_at timestamptz(3),
        state text NOT NULL DEFAULT 'pending',
        code text,
        params jsonb,
        CONSTRAINT bulk_item_pk PRIMARY KEY (action_id, n),
        CONSTRAINT bulk_item_claim_uq UNIQUE (action_id, claim_id),
        CONSTRAINT bulk_item_action_fk FOREIGN KEY (action_id) REFERENCES bulk_action (id),
        CONSTRAINT bulk_item_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT bulk_item_state_ck CHECK (state IN (${list(ITEM_STATES)})),
        CONSTRAINT bulk_item_code_ck CHECK ((state = 'skipped') = (code IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX bulk_item_pending_ix ON bulk_item (action_id, n) WHERE state = 'pending'`);
    await runner.query(`
      CREATE FUNCTION bulk_sample_opened() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM bulk_item WHERE action_id = NEW.id AND sampled AND opened_at IS NULL) THEN
          RAISE EXCEPTION 'a sampled claim was not opened' USING ERRCODE = 'P0001', CONSTRAINT = 'bulk_action_sample_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`CREATE TRIGGER bulk_action_sample_tg BEFORE UPDATE OF state ON bulk_action FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION bulk_sample_opened()`);
    await runner.query('ALTER TABLE bulk_action ENABLE ALWAYS TRIGGER bulk_action_sample_tg');
    await runner.query(`
      GRANT SELECT, INSERT ON bulk_action, bulk_item TO makegood_app;
      GRANT UPDATE (state, done_count, skipped_count, sent_at, ended_at, version) ON bulk_action TO makegood_app;
      GRANT UPDATE (opened_at, state, code, params) ON bulk_item TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE bulk_item; DROP TABLE bulk_action; DROP FUNCTION bulk_sample_opened()');
  }
}
