import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { DUTY_CONFLICTS } from '../src/modules/identity/duties.rules.js';
import { PAYEE_MACHINE, PAYEE_STATES } from '../src/modules/payees/payee.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Where merchants are paid to. The number itself is sealed by the application; the database has its last four characters. */
export class Payees2026112619500 implements MigrationInterface {
  name = 'Payees2026112619500';

  async up(runner: QueryRunner): Promise<void> {
    await this.accounts(runner);
    await this.machine(runner);
    await this.holds(runner);
    await this.reveals(runner);
    // An installation that is older than the pair: a new one has it from the table of duties.
    for (const [duty, excludes] of DUTY_CONFLICTS.filter((pair) => pair.includes('payee_editor'))) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes) VALUES ($1, $2), ($2, $1) ON CONFLICT DO NOTHING', [duty, excludes]);
    }
  }

  private async accounts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payee_account (
        id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        country char(2) NOT NULL,
        bank text,
        holder text,
        last_four text NOT NULL,
        sealed bytea,
        wrapped_key bytea,
        key_id text NOT NULL,
        blind_index bytea NOT NULL,
        index_key_id text NOT NULL,
        contact_email text,
        state text NOT NULL DEFAULT '${PAYEE_MACHINE.initial}',
        usable_from timestamptz(3) NOT NULL,
        check_outcome text NOT NULL,
        holder_on_account text,
        checked_at timestamptz(3) NOT NULL,
        checked_by uuid,
        freeze_token_hash bytea,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT payee_account_pk PRIMARY KEY (id),
        CONSTRAINT payee_account_merchant_uq UNIQUE (id, merchant_id),
        CONSTRAINT payee_account_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT payee_account_created_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT payee_account_checked_by_fk FOREIGN KEY (checked_by) REFERENCES app_user (id),
        CONSTRAINT payee_account_kind_ck CHECK (kind IN ('iban', 'kr', 'us')),
        CONSTRAINT payee_account_state_ck CHECK (state IN (${list(PAYEE_STATES)})),
        CONSTRAINT payee_account_check_ck CHECK (check_outcome IN ('match', 'close', 'none', 'unavailable') AND (holder_on_account IS NULL OR check_outcome = 'close')),
        CONSTRAINT payee_account_usable_ck CHECK (state <> 'usable' OR check_outcome = 'match'),
        CONSTRAINT payee_account_last_four_ck CHECK (last_four ~ '^[A-Z0-9]{2,4}$'),
        CONSTRAINT payee_account_sealed_ck CHECK ((sealed IS NULL) = (wrapped_key IS NULL)),
        CONSTRAINT payee_account_index_ck CHECK (octet_length(blind_index) = 32),
        CONSTRAINT payee_account_other_editor_ck CHECK (checked_by IS NULL OR checked_by <> created_by)
      )`);
    await runner.query(`CREATE UNIQUE INDEX payee_account_usable_uq ON payee_account (merchant_id) WHERE state = 'usable'`);
    await runner.query(`CREATE UNIQUE INDEX payee_account_waiting_uq ON payee_account (merchant_id) WHERE state = 'waiting'`);
    await runner.query('CREATE UNIQUE INDEX payee_account_token_uq ON payee_account (freeze_token_hash)');
    await runner.query('CREATE INDEX payee_account_merchant_ix ON payee_account (merchant_id, id DESC)');
    await runner.query('CREATE INDEX payee_account_index_ix ON payee_account (blind_index)');
    await runner.query('CREATE TRIGGER payee_account_version_tg BEFORE UPDATE ON payee_account FOR EACH ROW EXECUTE FUNCTION bump_version()');
    // What an account is cannot be changed, only what becomes of it; the key around its key can.
    await runner.query(`
      GRANT SELECT, INSERT ON payee_account TO makegood_app;
      GRANT UPDATE (state, check_outcome, holder_on_account, checked_at, checked_by, wrapped_key, key_id, version) ON payee_account TO makegood_app;
      GRANT SELECT (id, merchant_id, version), UPDATE (holder, holder_on_account, contact_email, sealed, wrapped_key, version) ON payee_account TO makegood_eraser`);
  }

  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payee_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT payee_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(PAYEE_MACHINE)) {
      await runner.query('INSERT INTO payee_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON payee_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_payee_transition() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM payee_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a payee account does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'payee_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER payee_transition_tg BEFORE UPDATE OF state ON payee_account FOR EACH ROW EXECUTE FUNCTION check_payee_transition()');
    await runner.query('ALTER TABLE payee_account ENABLE ALWAYS TRIGGER payee_transition_tg');
  }

  /** A stop on everything paid to a merchant; one at a time. */
  private async holds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payee_hold (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        placed_at timestamptz(3) NOT NULL,
        released_at timestamptz(3),
        released_by uuid,
        reason_digest char(64),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT payee_hold_pk PRIMARY KEY (id),
        CONSTRAINT payee_hold_account_fk FOREIGN KEY (account_id, merchant_id) REFERENCES payee_account (id, merchant_id),
        CONSTRAINT payee_hold_released_by_fk FOREIGN KEY (released_by) REFERENCES app_user (id),
        CONSTRAINT payee_hold_released_ck CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (reason_digest IS NULL))
      )`);
    await runner.query('CREATE UNIQUE INDEX payee_hold_open_uq ON payee_hold (merchant_id) WHERE released_at IS NULL');
    await runner.query('CREATE TRIGGER payee_hold_version_tg BEFORE UPDATE ON payee_hold FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('GRANT SELECT, INSERT, UPDATE (released_at, released_by, reason_digest, version) ON payee_hold TO makegood_app');
  }

  /** Who read a whole number, when and why. */
  private async reveals(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payee_reveal (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        account_id uuid NOT NULL,
        user_id uuid NOT NULL,
        reason_digest char(64) NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT payee_reveal_pk PRIMARY KEY (id),
        CONSTRAINT payee_reveal_account_fk FOREIGN KEY (account_id, merchant_id) REFERENCES payee_account (id, merchant_id),
        CONSTRAINT payee_reveal_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query('CREATE INDEX payee_reveal_user_ix ON payee_reveal (user_id, at)');
    await runner.query('CREATE TRIGGER payee_reveal_append_only_tg BEFORE UPDATE OR DELETE ON payee_reveal FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE payee_reveal ENABLE ALWAYS TRIGGER payee_reveal_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON payee_reveal TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payee_reveal, payee_hold, payee_transition, payee_account; DROP FUNCTION check_payee_transition()');
  }
}
