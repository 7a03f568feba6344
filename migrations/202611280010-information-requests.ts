import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ITEM_KINDS, REQUEST_STATES, OUTCOMES } from '../src/modules/review/requests/request-catalogue.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What reviewers ask merchants for: a request with its due time, the items of it, and what was said to each. */
export class InformationRequests2026112800100 implements MigrationInterface {
  name = 'InformationRequests2026112800100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE information_request (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        n int NOT NULL,
        state text NOT NULL DEFAULT 'open',
        asked_by uuid NOT NULL,
        asked_at timestamptz(3) NOT NULL,
        due_on date NOT NULL,
        promised_at timestamptz(3) NOT NULL,
        note_digest char(64),
        note_language text,
        notice_ids uuid[] NOT NULL DEFAULT '{}',
        noticed_at timestamptz(3) NOT NULL,
        reminder_count int NOT NULL DEFAULT 0,
        next_at timestamptz(3) NOT NULL,
        settled_at timestamptz(3),
        settled_by uuid,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT information_request_pk PRIMARY KEY (id),
        CONSTRAINT information_request_n_uq UNIQUE (claim_id, n),
        CONSTRAINT information_request_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT information_request_asker_fk FOREIGN KEY (asked_by) REFERENCES app_user (id),
        CONSTRAINT information_request_settler_fk FOREIGN KEY (settled_by) REFERENCES app_user (id),
        CONSTRAINT information_request_state_ck CHECK (state IN (${list(REQUEST_STATES)})),
        CONSTRAINT information_request_settled_ck CHECK ((state = 'open') = (settled_at IS NULL)),
        CONSTRAINT information_request_note_ck CHECK ((note_digest IS NULL) = (note_language IS NULL) AND note_language IN ('en', 'ko', 'fr')),
        CONSTRAINT information_request_due_ck CHECK (promised_at > asked_at AND noticed_at >= asked_at)
      )`);
    await runner.query('CREATE UNIQUE INDEX information_request_open_uq ON information_request (claim_id) WHERE state = \'open\'');
    await runner.query('CREATE INDEX information_request_next_ix ON information_request (next_at, id) WHERE state = \'open\'');
    await runner.query(`
      CREATE FUNCTION information_request_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a request is settled once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'information_request_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER information_request_settled_tg BEFORE UPDATE ON information_request FOR EACH ROW WHEN (OLD.state <> \'open\') EXECUTE FUNCTION information_request_stays()');
    await runner.query('CREATE TRIGGER information_request_kept_tg BEFORE DELETE ON information_request FOR EACH ROW EXECUTE FUNCTION information_request_stays()');
    for (const trigger of ['settled', 'kept']) await runner.query(`ALTER TABLE information_request ENABLE ALWAYS TRIGGER information_request_${trigger}_tg`);
    await runner.query('CREATE TRIGGER information_request_version_tg BEFORE UPDATE ON information_request FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await this.items(runner);
    await runner.query(`
      GRANT SELECT, INSERT ON information_request, information_item, information_answer TO makegood_app;
      GRANT UPDATE (state, due_on, promised_at, notice_ids, noticed_at, reminder_count, next_at, settled_at, settled_by, version) ON information_request TO makegood_app`);
  }

  private async items(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE information_item (
        request_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        subject text,
        period tstzrange,
        CONSTRAINT information_item_pk PRIMARY KEY (request_id, n),
        CONSTRAINT information_item_request_fk FOREIGN KEY (request_id) REFERENCES information_request (id),
        CONSTRAINT information_item_kind_ck CHECK (kind IN (${list(ITEM_KINDS)})),
        CONSTRAINT information_item_subject_ck CHECK ((subject IS NOT NULL) = (kind IN ('evidence', 'answer', 'explanation'))),
        CONSTRAINT information_item_period_ck CHECK ((period IS NOT NULL) = (kind = 'sales_records'))
      );
      CREATE TABLE information_answer (
        request_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        outcome text NOT NULL,
        text_digest char(64),
        CONSTRAINT information_answer_pk PRIMARY KEY (request_id, n),
        CONSTRAINT information_answer_item_fk FOREIGN KEY (request_id, n) REFERENCES information_item (request_id, n),
        CONSTRAINT information_answer_outcome_ck CHECK (outcome IN (${list(OUTCOMES)})),
        CONSTRAINT information_answer_reason_ck CHECK (outcome = 'given' OR text_digest IS NOT NULL)
      )`);
    for (const table of ['information_item', 'information_answer']) {
      await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE information_answer, information_item, information_request; DROP FUNCTION information_request_stays()');
  }
}
