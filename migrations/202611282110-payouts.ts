import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows, type Machine } from '../src/core/machine/index.js';
import { DUTY_TABLE } from '../src/modules/identity/duties.rules.js';
import { BATCH_MACHINE, BATCH_STATES } from '../src/modules/payouts/payout-batch.machine.js';
import { COUNTING_STATES, LINE_MACHINE, LINE_STATES } from '../src/modules/payouts/payment-line.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const COUNTING = list(COUNTING_STATES);

/** Payment lines and the batches they leave in. */
export class Payouts2026112821100 implements MigrationInterface {
  name = 'Payouts2026112821100';

  async up(runner: QueryRunner): Promise<void> {
    for (const { pair: [duty, excludes], from } of DUTY_TABLE) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes, since) VALUES ($1, $2, $3), ($2, $1, $3) ON CONFLICT DO NOTHING', [duty, excludes, from]);
    }
    await this.batches(runner);
    await this.lines(runner);
    await this.machine(runner, 'payment_line', LINE_MACHINE);
    await this.machine(runner, 'payout_batch', BATCH_MACHINE);
  }

  private async batches(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SEQUENCE payout_batch_number_seq; GRANT USAGE ON SEQUENCE payout_batch_number_seq TO makegood_app');
    await runner.query(`
      CREATE TABLE payout_batch (
        id uuid NOT NULL DEFAULT uuidv7(),
        number bigint NOT NULL,
        fund_id uuid NOT NULL,
        paying_account_id uuid NOT NULL,
        currency char(3) NOT NULL,
        method text NOT NULL,
        state text NOT NULL DEFAULT '${BATCH_MACHINE.initial}',
        execute_on date NOT NULL,
        message_id text NOT NULL,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        locked_by uuid,
        locked_at timestamptz(3),
        line_count int,
        gross_minor bigint,
        withheld_minor bigint,
        total_minor bigint,
        digest char(64),
        approvals_needed int,
        released_by uuid,
        released_at timestamptz(3),
        released_count int,
        released_minor bigint,
        ended_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT payout_batch_pk PRIMARY KEY (id),
        CONSTRAINT payout_batch_number_uq UNIQUE (number),
        CONSTRAINT payout_batch_message_uq UNIQUE (message_id),
        CONSTRAINT payout_batch_currency_uq UNIQUE (id, currency),
        CONSTRAINT payout_batch_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT payout_batch_paying_fk FOREIGN KEY (paying_account_id, currency) REFERENCES paying_account (id, currency),
        CONSTRAINT payout_batch_creator_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT payout_batch_locker_fk FOREIGN KEY (locked_by) REFERENCES app_user (id),
        CONSTRAINT payout_batch_releaser_fk FOREIGN KEY (released_by) REFERENCES app_user (id),
        CONSTRAINT payout_batch_method_ck CHECK (method IN ('bank', 'bill_credit', 'benefit')),
        CONSTRAINT payout_batch_state_ck CHECK (state IN (${list(BATCH_STATES)})),
        CONSTRAINT payout_batch_message_ck CHECK (message_id ~ '^[A-Za-z0-9-]{1,35}$'),
        CONSTRAINT payout_batch_locked_ck CHECK (state IN ('open', 'cancelled') OR (locked_by IS NOT NULL AND locked_at IS NOT NULL AND line_count > 0 AND total_minor > 0
          AND gross_minor >= total_minor AND digest IS NOT NULL AND approvals_needed > 0)),
        CONSTRAINT payout_batch_released_ck CHECK (state NOT IN ('released', 'acknowledged', 'settled', 'refused') OR (released_by IS NOT NULL AND released_at IS NOT NULL
          AND released_count BETWEEN 1 AND line_count AND released_minor BETWEEN 1 AND total_minor)),
        CONSTRAINT payout_batch_people_ck CHECK (released_by <> locked_by)
      )`);
    await runner.query('CREATE INDEX payout_batch_fund_ix ON payout_batch (fund_id, id DESC)');
    await runner.query('CREATE INDEX payout_batch_state_ix ON payout_batch (state, id)');
    await runner.query('CREATE TRIGGER payout_batch_version_tg BEFORE UPDATE ON payout_batch FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE payout_approval (
        batch_id uuid NOT NULL,
        user_id uuid NOT NULL,
        digest char(64) NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT payout_approval_pk PRIMARY KEY (batch_id, user_id),
        CONSTRAINT payout_approval_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT payout_approval_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query(`
      CREATE TABLE payout_file (
        batch_id uuid NOT NULL,
        name text NOT NULL,
        media_type text NOT NULL,
        profile jsonb NOT NULL,
        sha256 char(64) NOT NULL,
        byte_count bigint NOT NULL,
        schema_check text NOT NULL,
        rendered_at timestamptz(3) NOT NULL,
        CONSTRAINT payout_file_pk PRIMARY KEY (batch_id),
        CONSTRAINT payout_file_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT payout_file_bytes_ck CHECK (byte_count > 0),
        CONSTRAINT payout_file_schema_ck CHECK (schema_check IN ('valid', 'no_schema', 'not_applicable'))
      )`);
    for (const table of ['payout_approval', 'payout_file']) await appendOnly(runner, table);
    await runner.query(`
      GRANT SELECT, INSERT ON payout_batch TO makegood_app;
      GRANT UPDATE (state, execute_on, locked_by, locked_at, line_count, gross_minor, withheld_minor, total_minor, digest, approvals_needed, released_by, released_at,
        released_count, released_minor, ended_at, version) ON payout_batch TO makegood_app`);
  }

  private async lines(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payment_line (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        entitlement_no int NOT NULL,
        n int NOT NULL,
        currency char(3) NOT NULL,
        gross_minor bigint NOT NULL,
        withheld_minor bigint NOT NULL,
        offset_minor bigint NOT NULL,
        net_minor bigint NOT NULL,
        method text NOT NULL,
        state text NOT NULL DEFAULT '${LINE_MACHINE.initial}',
        reason text,
        batch_id uuid,
        payee_account_id uuid,
        end_to_end_id text NOT NULL,
        uetr uuid NOT NULL DEFAULT gen_random_uuid(),
        replaces_id uuid,
        created_at timestamptz(3) NOT NULL,
        moved_at timestamptz(3) NOT NULL,
        moved_by text NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT payment_line_pk PRIMARY KEY (id),
        CONSTRAINT payment_line_n_uq UNIQUE (claim_id, n),
        CONSTRAINT payment_line_end_to_end_uq UNIQUE (end_to_end_id),
        CONSTRAINT payment_line_replaces_uq UNIQUE (replaces_id),
        CONSTRAINT payment_line_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT payment_line_entitlement_fk FOREIGN KEY (claim_id, entitlement_no) REFERENCES entitlement (claim_id, n),
        CONSTRAINT payment_line_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT payment_line_batch_fk FOREIGN KEY (batch_id, currency) REFERENCES payout_batch (id, currency),
        CONSTRAINT payment_line_payee_fk FOREIGN KEY (payee_account_id, merchant_id) REFERENCES payee_account (id, merchant_id),
        CONSTRAINT payment_line_replaces_fk FOREIGN KEY (replaces_id) REFERENCES payment_line (id),
        CONSTRAINT payment_line_method_ck CHECK (method IN ('bank', 'bill_credit', 'benefit')),
        CONSTRAINT payment_line_state_ck CHECK (state IN (${list(LINE_STATES)})),
        CONSTRAINT payment_line_amount_ck CHECK (gross_minor BETWEEN 1 AND 1000000000000000 AND withheld_minor >= 0 AND offset_minor >= 0
          AND net_minor = gross_minor - withheld_minor - offset_minor AND net_minor > 0),
        CONSTRAINT payment_line_batch_ck CHECK ((state IN ('pending', 'dropped')) <= (batch_id IS NULL) AND (state IN ('included', 'in_transit', 'accepted_by_bank', 'settled')) <= (batch_id IS NOT NULL)),
        CONSTRAINT payment_line_payee_ck CHECK (method <> 'bank' OR payee_account_id IS NOT NULL OR state IN ('pending', 'included', 'dropped')),
        CONSTRAINT payment_line_end_to_end_ck CHECK (end_to_end_id ~ '^[A-Z0-9][A-Z0-9-]{0,33}[A-Z0-9]$')
      )`);
    // One living line for a claim and a version of its entitlement, however many build batches at once.
    await runner.query(`CREATE UNIQUE INDEX payment_line_counting_uq ON payment_line (claim_id, entitlement_no) WHERE state IN (${COUNTING})`);
    await runner.query(`CREATE INDEX payment_line_pending_ix ON payment_line (fund_id, method, id) WHERE state = 'pending'`);
    await runner.query('CREATE INDEX payment_line_batch_ix ON payment_line (batch_id, end_to_end_id) WHERE batch_id IS NOT NULL');
    await runner.query(`CREATE INDEX payment_line_open_ix ON payment_line (batch_id) WHERE state IN ('in_transit', 'accepted_by_bank')`);
    await runner.query('CREATE INDEX payment_line_merchant_ix ON payment_line (merchant_id, id DESC)');
    await runner.query('CREATE TRIGGER payment_line_version_tg BEFORE UPDATE ON payment_line FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE payout_drop (
        batch_id uuid NOT NULL,
        line_id uuid NOT NULL,
        reason text NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT payout_drop_pk PRIMARY KEY (batch_id, line_id),
        CONSTRAINT payout_drop_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT payout_drop_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id)
      )`);
    await runner.query(`
      CREATE TABLE payment_line_move (
        line_id uuid NOT NULL,
        n int NOT NULL,
        from_state text,
        to_state text NOT NULL,
        batch_id uuid,
        reason text,
        moved_by text NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT payment_line_move_pk PRIMARY KEY (line_id, n),
        CONSTRAINT payment_line_move_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id)
      )`);
    for (const table of ['payout_drop', 'payment_line_move']) await appendOnly(runner, table);
    // The database writes the history of a line, so that no path around the application leaves none.
    await runner.query(`
      CREATE FUNCTION note_lines_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO payment_line_move (line_id, n, to_state, batch_id, reason, moved_by, at) SELECT id, version, state, batch_id, reason, moved_by, moved_at FROM made;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE FUNCTION note_lines_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO payment_line_move (line_id, n, from_state, to_state, batch_id, reason, moved_by, at)
        SELECT a.id, a.version, b.state, a.state, coalesce(a.batch_id, b.batch_id), a.reason, a.moved_by, a.moved_at FROM after_move a JOIN before_move b ON b.id = a.id WHERE a.state <> b.state;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER payment_line_made_tg AFTER INSERT ON payment_line REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION note_lines_made()');
    await runner.query(`
      CREATE TRIGGER payment_line_moved_tg AFTER UPDATE ON payment_line REFERENCING OLD TABLE AS before_move NEW TABLE AS after_move FOR EACH STATEMENT EXECUTE FUNCTION note_lines_moved()`);
    for (const trigger of ['payment_line_made_tg', 'payment_line_moved_tg']) await runner.query(`ALTER TABLE payment_line ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (state, reason, batch_id, payee_account_id, moved_at, moved_by, version) ON payment_line TO makegood_app`);
  }

  private async machine(runner: QueryRunner, table: 'payment_line' | 'payout_batch', machine: Machine<string, string>): Promise<void> {
    await runner.query(`
      CREATE TABLE ${table}_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT ${table}_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(machine)) {
      await runner.query(`INSERT INTO ${table}_transition (event, from_state, to_state) VALUES ($1, $2, $3)`, [event, from, to]);
    }
    await runner.query(`GRANT SELECT ON ${table}_transition TO makegood_app`);
    await runner.query(`
      CREATE FUNCTION check_${table}_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'INSERT' AND NEW.state <> '${machine.initial}' OR TG_OP = 'UPDATE' AND NEW.state <> OLD.state
          AND NOT EXISTS (SELECT FROM ${table}_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'no transition to %', NEW.state USING ERRCODE = 'P0001', CONSTRAINT = '${table}_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`CREATE TRIGGER ${table}_transition_tg BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION check_${table}_transition()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_transition_tg`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payment_line_move, payout_drop, payout_file, payout_approval, payment_line, payout_batch, payment_line_transition, payout_batch_transition');
    await runner.query('DROP FUNCTION check_payment_line_transition(), check_payout_batch_transition(), note_lines_made(), note_lines_moved(); DROP SEQUENCE payout_batch_number_seq');
  }
}

async function appendOnly(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
  await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
  await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
}
