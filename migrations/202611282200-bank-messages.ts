import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RECONCILIATION_CLASSES } from '../src/core/payments/reconcile.js';
import { BREAK_KINDS, RESOLUTIONS, TWO_PEOPLE } from '../src/modules/payouts/bank/breaks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What banks say of our payments: the files as they came, everything in them as it was understood, and what did not fit. */
export class BankMessages2026112822000 implements MigrationInterface {
  name = 'BankMessages2026112822000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE paying_account ADD COLUMN missing_after_days int NOT NULL DEFAULT 3,
        ADD CONSTRAINT paying_account_missing_ck CHECK (missing_after_days BETWEEN 1 AND 30);
      GRANT UPDATE (missing_after_days) ON paying_account TO makegood_app`);
    await this.messages(runner);
    await this.items(runner);
    await this.counted(runner);
    await this.breaks(runner);
  }

  private async messages(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bank_message (
        id uuid NOT NULL DEFAULT uuidv7(),
        paying_account_id uuid NOT NULL,
        sha256 char(64) NOT NULL,
        byte_count bigint NOT NULL,
        file_name text NOT NULL,
        format text NOT NULL,
        kind text,
        message_version text,
        bank_message_id text,
        bank_created_at text,
        schema_valid text NOT NULL DEFAULT 'not_checked',
        state text NOT NULL DEFAULT 'received',
        staged_count int NOT NULL DEFAULT 0,
        item_count int NOT NULL DEFAULT 0,
        moved_count int NOT NULL DEFAULT 0,
        break_count int NOT NULL DEFAULT 0,
        fault_count int NOT NULL DEFAULT 0,
        faults jsonb NOT NULL DEFAULT '[]',
        refusal jsonb,
        received_by uuid NOT NULL,
        received_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT bank_message_pk PRIMARY KEY (id),
        CONSTRAINT bank_message_digest_uq UNIQUE (paying_account_id, sha256),
        CONSTRAINT bank_message_account_uq UNIQUE (id, paying_account_id),
        CONSTRAINT bank_message_account_fk FOREIGN KEY (paying_account_id) REFERENCES paying_account (id),
        CONSTRAINT bank_message_person_fk FOREIGN KEY (received_by) REFERENCES app_user (id),
        CONSTRAINT bank_message_kind_ck CHECK (kind IN ('pain.002', 'camt.053', 'camt.054', 'result')),
        CONSTRAINT bank_message_schema_ck CHECK (schema_valid IN ('yes', 'no', 'not_checked')),
        CONSTRAINT bank_message_state_ck CHECK (state IN ('received', 'applied', 'quarantined') AND (state = 'received') = (ended_at IS NULL)
          AND (state = 'quarantined') = (refusal IS NOT NULL) AND (state <> 'applied' OR kind IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX bank_message_account_ix ON bank_message (paying_account_id, id DESC)');
    await runner.query('CREATE TRIGGER bank_message_version_tg BEFORE UPDATE ON bank_message FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE FUNCTION bank_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a bank message that was applied or quarantined stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'bank_message_stays_ck';
      END $$`);
    await runner.query(`CREATE TRIGGER bank_message_stays_tg BEFORE UPDATE ON bank_message FOR EACH ROW WHEN (OLD.state <> 'received') EXECUTE FUNCTION bank_message_stays()`);
    await runner.query('CREATE TRIGGER bank_message_kept_tg BEFORE DELETE ON bank_message FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    for (const trigger of ['bank_message_stays_tg', 'bank_message_kept_tg']) await runner.query(`ALTER TABLE bank_message ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (kind, message_version, bank_message_id, bank_created_at, schema_valid, state, staged_count, item_count, moved_count, break_count, fault_count,
        faults, refusal, ended_at, version) ON bank_message TO makegood_app`);
    // What was read of a file until it counts, each time it was begun by itself; nothing refers to it.
    await runner.query(`
      CREATE TABLE bank_report (
        message_id uuid NOT NULL,
        reading uuid NOT NULL,
        n int NOT NULL,
        said jsonb NOT NULL,
        CONSTRAINT bank_report_pk PRIMARY KEY (message_id, reading, n),
        CONSTRAINT bank_report_message_fk FOREIGN KEY (message_id) REFERENCES bank_message (id)
      );
      GRANT SELECT, INSERT, DELETE ON bank_report TO makegood_app`);
  }

  private async items(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bank_item (
        id uuid NOT NULL DEFAULT uuidv7(),
        message_id uuid NOT NULL,
        n int NOT NULL,
        paying_account_id uuid NOT NULL,
        kind text NOT NULL,
        class text NOT NULL,
        remark text,
        line_id uuid,
        batch_id uuid,
        fact text,
        moved_to text,
        end_to_end_id text,
        booking_key text,
        is_counted boolean NOT NULL DEFAULT false,
        bank_minor bigint,
        booked_on date,
        said jsonb NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT bank_item_pk PRIMARY KEY (id),
        CONSTRAINT bank_item_n_uq UNIQUE (message_id, n),
        CONSTRAINT bank_item_message_fk FOREIGN KEY (message_id, paying_account_id) REFERENCES bank_message (id, paying_account_id),
        CONSTRAINT bank_item_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id),
        CONSTRAINT bank_item_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT bank_item_kind_ck CHECK (kind IN ('status', 'booking')),
        CONSTRAINT bank_item_class_ck CHECK (class IN (${list(RECONCILIATION_CLASSES)})),
        CONSTRAINT bank_item_counted_ck CHECK (is_counted = (bank_minor IS NOT NULL) AND (NOT is_counted OR (kind = 'booking' AND booking_key IS NOT NULL)))
      )`);
    // The same booking counts once, whichever messages tell of it.
    await runner.query('CREATE UNIQUE INDEX bank_item_counted_uq ON bank_item (paying_account_id, booking_key) WHERE is_counted');
    await runner.query('CREATE INDEX bank_item_line_ix ON bank_item (line_id) WHERE line_id IS NOT NULL');
    await runner.query('CREATE INDEX bank_item_class_ix ON bank_item (message_id, class, n)');
    await runner.query('CREATE INDEX bank_item_booked_ix ON bank_item (paying_account_id, booked_on) WHERE is_counted');
    await runner.query(`
      CREATE TABLE bank_statement (
        message_id uuid NOT NULL,
        statement int NOT NULL,
        paying_account_id uuid NOT NULL,
        statement_id text,
        from_on date NOT NULL,
        to_on date NOT NULL,
        opening_minor bigint NOT NULL,
        closing_minor bigint NOT NULL,
        CONSTRAINT bank_statement_pk PRIMARY KEY (message_id, statement),
        CONSTRAINT bank_statement_message_fk FOREIGN KEY (message_id, paying_account_id) REFERENCES bank_message (id, paying_account_id),
        CONSTRAINT bank_statement_days_ck CHECK (from_on <= to_on)
      )`);
    await runner.query('CREATE INDEX bank_statement_days_ix ON bank_statement (paying_account_id, to_on, from_on)');
    for (const table of ['bank_item', 'bank_statement']) await appendOnly(runner, table);
  }

  /** Which booking was counted for what: a line is debited once and comes back once, whatever is told. */
  private async counted(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payment_line_booking (
        line_id uuid NOT NULL,
        kind text NOT NULL,
        booking_key text NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT payment_line_booking_pk PRIMARY KEY (line_id, kind),
        CONSTRAINT payment_line_booking_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id),
        CONSTRAINT payment_line_booking_kind_ck CHECK (kind IN ('debit', 'return'))
      )`);
    await appendOnly(runner, 'payment_line_booking');
    await runner.query(`
      CREATE TABLE bank_sum (
        item_id uuid NOT NULL,
        batch_id uuid NOT NULL,
        booking_key text NOT NULL,
        amount_minor bigint NOT NULL,
        line_count bigint,
        allotted_at timestamptz(3),
        CONSTRAINT bank_sum_pk PRIMARY KEY (item_id),
        CONSTRAINT bank_sum_item_fk FOREIGN KEY (item_id) REFERENCES bank_item (id),
        CONSTRAINT bank_sum_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT bank_sum_amount_ck CHECK (amount_minor > 0)
      )`);
    await runner.query('CREATE INDEX bank_sum_open_ix ON bank_sum (batch_id) WHERE allotted_at IS NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (allotted_at) ON bank_sum TO makegood_app');
  }

  private async breaks(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reconciliation_break (
        id uuid NOT NULL DEFAULT uuidv7(),
        paying_account_id uuid NOT NULL,
        kind text NOT NULL,
        item_id uuid,
        line_id uuid,
        batch_id uuid,
        message_id uuid,
        statement int,
        currency char(3) NOT NULL,
        suspense_minor bigint NOT NULL DEFAULT 0,
        stated_minor bigint,
        found_minor bigint,
        state text NOT NULL DEFAULT 'open',
        opened_at timestamptz(3) NOT NULL,
        proposal text,
        proposed_by uuid,
        proposed_at timestamptz(3),
        resolution text,
        note text,
        resolved_by uuid,
        resolved_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT reconciliation_break_pk PRIMARY KEY (id),
        CONSTRAINT reconciliation_break_account_fk FOREIGN KEY (paying_account_id, currency) REFERENCES paying_account (id, currency),
        CONSTRAINT reconciliation_break_item_fk FOREIGN KEY (item_id) REFERENCES bank_item (id),
        CONSTRAINT reconciliation_break_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id),
        CONSTRAINT reconciliation_break_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT reconciliation_break_statement_fk FOREIGN KEY (message_id, statement) REFERENCES bank_statement (message_id, statement),
        CONSTRAINT reconciliation_break_proposer_fk FOREIGN KEY (proposed_by) REFERENCES app_user (id),
        CONSTRAINT reconciliation_break_resolver_fk FOREIGN KEY (resolved_by) REFERENCES app_user (id),
        CONSTRAINT reconciliation_break_kind_ck CHECK (kind IN (${list(BREAK_KINDS)})),
        CONSTRAINT reconciliation_break_state_ck CHECK (state IN ('open', 'resolved') AND (state = 'resolved') = (resolution IS NOT NULL AND resolved_at IS NOT NULL)),
        CONSTRAINT reconciliation_break_resolution_ck CHECK (resolution IN (${list(RESOLUTIONS)}) AND proposal IN (${list(TWO_PEOPLE)})),
        CONSTRAINT reconciliation_break_person_ck CHECK (resolution IS NULL OR (resolution = 'by_itself') = (resolved_by IS NULL)),
        CONSTRAINT reconciliation_break_proposal_ck CHECK ((proposal IS NULL) = (proposed_by IS NULL) AND (proposal IS NULL) = (proposed_at IS NULL)),
        CONSTRAINT reconciliation_break_two_ck CHECK (resolution IS NULL OR resolution NOT IN (${list(TWO_PEOPLE)})
          OR (proposed_by IS NOT NULL AND proposal = resolution AND proposed_by <> resolved_by AND note IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX reconciliation_break_open_ix ON reconciliation_break (paying_account_id, id) WHERE state = 'open'`);
    await runner.query('CREATE UNIQUE INDEX reconciliation_break_item_uq ON reconciliation_break (item_id, kind) WHERE item_id IS NOT NULL');
    // One open question of its kind about a line, a batch or a statement.
    await runner.query(`CREATE UNIQUE INDEX reconciliation_break_line_uq ON reconciliation_break (line_id) WHERE kind = 'missing_external' AND state = 'open'`);
    await runner.query(`CREATE UNIQUE INDEX reconciliation_break_batch_uq ON reconciliation_break (batch_id) WHERE kind = 'sum_differs' AND state = 'open'`);
    await runner.query(`CREATE UNIQUE INDEX reconciliation_break_statement_uq ON reconciliation_break (message_id, statement) WHERE kind = 'balance_differs' AND state = 'open'`);
    await runner.query('CREATE INDEX reconciliation_break_of_line_ix ON reconciliation_break (line_id) WHERE line_id IS NOT NULL');
    await runner.query('CREATE TRIGGER reconciliation_break_version_tg BEFORE UPDATE ON reconciliation_break FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE FUNCTION reconciliation_break_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a break that was resolved stays resolved' USING ERRCODE = 'P0001', CONSTRAINT = 'reconciliation_break_stays_ck';
      END $$`);
    await runner.query(`CREATE TRIGGER reconciliation_break_stays_tg BEFORE UPDATE ON reconciliation_break FOR EACH ROW WHEN (OLD.state = 'resolved') EXECUTE FUNCTION reconciliation_break_stays()`);
    await runner.query('CREATE TRIGGER reconciliation_break_kept_tg BEFORE DELETE ON reconciliation_break FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    for (const trigger of ['reconciliation_break_stays_tg', 'reconciliation_break_kept_tg']) await runner.query(`ALTER TABLE reconciliation_break ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (suspense_minor, stated_minor, found_minor, state, proposal, proposed_by, proposed_at, resolution, note, resolved_by, resolved_at, version)
        ON reconciliation_break TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reconciliation_break, bank_sum, payment_line_booking, bank_statement, bank_item, bank_report, bank_message');
    await runner.query('DROP FUNCTION bank_message_stays(), reconciliation_break_stays(); ALTER TABLE paying_account DROP COLUMN missing_after_days');
  }
}

async function appendOnly(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
  await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
  await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
}
