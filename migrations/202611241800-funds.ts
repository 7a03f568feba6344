import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Funds and their double-entry ledger: postings are added, never changed, and every entry balances. */
export class Funds2026112418000 implements MigrationInterface {
  name = 'Funds2026112418000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fund (
        id uuid NOT NULL DEFAULT uuidv7(),
        code text NOT NULL,
        name text NOT NULL,
        mode text NOT NULL,
        currency char(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT fund_pk PRIMARY KEY (id),
        CONSTRAINT fund_code_uq UNIQUE (code),
        CONSTRAINT fund_currency_uq UNIQUE (id, currency),
        CONSTRAINT fund_mode_ck CHECK (mode IN ('open', 'first_come', 'shared'))
      )`);
    await runner.query(`
      CREATE TABLE ledger_account (
        id uuid NOT NULL DEFAULT uuidv7(),
        fund_id uuid NOT NULL,
        name text NOT NULL,
        currency char(3) NOT NULL,
        balance_minor bigint NOT NULL DEFAULT 0,
        CONSTRAINT ledger_account_pk PRIMARY KEY (id),
        CONSTRAINT ledger_account_name_uq UNIQUE (fund_id, name),
        CONSTRAINT ledger_account_currency_uq UNIQUE (id, currency),
        CONSTRAINT ledger_account_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT ledger_account_name_ck CHECK (name IN
          ('funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off', 'bank', 'suspense', 'fees')),
        CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN ('funding', 'recoverable'))
      )`);
    await runner.query(`
      CREATE TABLE ledger_entry (
        id uuid NOT NULL DEFAULT uuidv7(),
        seq bigint GENERATED ALWAYS AS IDENTITY,
        fund_id uuid NOT NULL,
        kind text NOT NULL,
        at timestamptz(3) NOT NULL,
        claim_id uuid,
        entitlement_no int,
        reference text,
        CONSTRAINT ledger_entry_pk PRIMARY KEY (id),
        CONSTRAINT ledger_entry_fund_fk FOREIGN KEY (fund_id) REFERENCES fund (id),
        CONSTRAINT ledger_entry_claim_ck CHECK ((claim_id IS NULL) = (entitlement_no IS NULL))
      )`);
    await runner.query('CREATE UNIQUE INDEX ledger_entry_reservation_uq ON ledger_entry (claim_id, entitlement_no) WHERE kind = \'reservation\'');
    await runner.query('CREATE INDEX ledger_entry_fund_ix ON ledger_entry (fund_id, seq)');
    await runner.query(`
      CREATE TABLE ledger_posting (
        entry_id uuid NOT NULL,
        account_id uuid NOT NULL,
        amount_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        CONSTRAINT ledger_posting_pk PRIMARY KEY (entry_id, account_id),
        CONSTRAINT ledger_posting_entry_fk FOREIGN KEY (entry_id) REFERENCES ledger_entry (id),
        CONSTRAINT ledger_posting_account_fk FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency),
        CONSTRAINT ledger_posting_amount_ck CHECK (amount_minor <> 0 AND amount_minor BETWEEN -1000000000000000 AND 1000000000000000)
      )`);
    await runner.query('CREATE INDEX ledger_posting_account_ix ON ledger_posting (account_id)');
    await this.rules(runner);
    await runner.query(`
      GRANT SELECT, INSERT ON fund, ledger_entry, ledger_posting TO makegood_app;
      GRANT SELECT, INSERT ON ledger_account TO makegood_app`);
  }

  private async rules(runner: QueryRunner): Promise<void> {
    // The balance follows the posting inside the database: the application's role cannot write a balance.
    await runner.query(`
      CREATE FUNCTION apply_posting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        UPDATE ledger_account SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.account_id;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER ledger_posting_apply_tg AFTER INSERT ON ledger_posting FOR EACH ROW EXECUTE FUNCTION apply_posting()');
    await runner.query('ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_apply_tg');
    await runner.query(`
      CREATE FUNCTION check_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(*) < 2 OR sum(amount_minor) <> 0 OR count(DISTINCT currency) <> 1 FROM ledger_posting WHERE entry_id = NEW.id) THEN
          RAISE EXCEPTION 'a ledger entry does not balance' USING ERRCODE = 'P0001', CONSTRAINT = 'ledger_entry_balances_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER ledger_entry_balances_tg AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION check_entry_balances()`);
    await runner.query(`
      CREATE FUNCTION check_posting_entry() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT sum(amount_minor) <> 0 FROM ledger_posting WHERE entry_id = NEW.entry_id) THEN
          RAISE EXCEPTION 'a ledger entry does not balance' USING ERRCODE = 'P0001', CONSTRAINT = 'ledger_entry_balances_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER ledger_posting_balances_tg AFTER INSERT ON ledger_posting DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION check_posting_entry()`);
    for (const table of ['ledger_entry', 'ledger_posting']) {
      await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_posting, ledger_entry, ledger_account, fund; DROP FUNCTION apply_posting(), check_entry_balances(), check_posting_entry()');
  }
}
