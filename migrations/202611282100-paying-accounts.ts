import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The accounts that money leaves from, and the bank's side of the ledger: what funds promise and pay stands on accounts of the fund, what
 * the bank has booked on accounts of the paying account. An entry is of one or of the other, and balances by itself.
 */
export class PayingAccounts2026112821000 implements MigrationInterface {
  name = 'PayingAccounts2026112821000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE paying_account (
        id uuid NOT NULL DEFAULT uuidv7(),
        code text NOT NULL,
        name text NOT NULL,
        currency char(3) NOT NULL,
        holder text NOT NULL,
        zone text NOT NULL,
        account jsonb NOT NULL,
        address jsonb,
        profile jsonb NOT NULL,
        approvals jsonb NOT NULL,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT paying_account_pk PRIMARY KEY (id),
        CONSTRAINT paying_account_code_uq UNIQUE (code),
        CONSTRAINT paying_account_currency_uq UNIQUE (id, currency),
        CONSTRAINT paying_account_created_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT paying_account_approvals_ck CHECK (jsonb_typeof(approvals) = 'array' AND jsonb_array_length(approvals) BETWEEN 1 AND 10)
      )`);
    await runner.query('CREATE TRIGGER paying_account_version_tg BEFORE UPDATE ON paying_account FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      ALTER TABLE fund ADD COLUMN paying_account_id uuid, ADD COLUMN method text NOT NULL DEFAULT 'bank',
        ADD CONSTRAINT fund_method_ck CHECK (method IN ('bank', 'bill_credit', 'benefit')),
        ADD CONSTRAINT fund_paying_account_fk FOREIGN KEY (paying_account_id, currency) REFERENCES paying_account (id, currency)`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (name, holder, zone, account, address, profile, approvals, version) ON paying_account TO makegood_app;
      GRANT UPDATE (paying_account_id, method, version) ON fund TO makegood_app`);
    await this.ledger(runner);
    await this.balances(runner);
  }

  private async ledger(runner: QueryRunner): Promise<void> {
    // They stood with every fund and were never posted to: they are the bank's, of one paying account.
    await runner.query(`DELETE FROM ledger_account a WHERE a.name IN ('bank', 'suspense', 'fees') AND NOT EXISTS (SELECT FROM ledger_posting p WHERE p.account_id = a.id)`);
    await runner.query(`
      ALTER TABLE ledger_account ALTER COLUMN fund_id DROP NOT NULL, ADD COLUMN paying_account_id uuid,
        ADD CONSTRAINT ledger_account_paying_fk FOREIGN KEY (paying_account_id, currency) REFERENCES paying_account (id, currency),
        ADD CONSTRAINT ledger_account_bank_name_uq UNIQUE (paying_account_id, name),
        DROP CONSTRAINT ledger_account_name_ck,
        ADD CONSTRAINT ledger_account_name_ck CHECK (CASE WHEN fund_id IS NOT NULL THEN paying_account_id IS NULL
          AND name IN ('funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off')
          ELSE paying_account_id IS NOT NULL AND name IN ('bank', 'capital', 'cleared', 'suspense', 'fees') END),
        DROP CONSTRAINT ledger_account_sign_ck,
        ADD CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN ('funding', 'recoverable', 'bank', 'capital', 'suspense'))`);
    await runner.query(`
      ALTER TABLE ledger_entry ALTER COLUMN fund_id DROP NOT NULL, ADD COLUMN paying_account_id uuid, ADD COLUMN line_id uuid,
        ADD CONSTRAINT ledger_entry_paying_fk FOREIGN KEY (paying_account_id) REFERENCES paying_account (id),
        ADD CONSTRAINT ledger_entry_side_ck CHECK ((fund_id IS NULL) <> (paying_account_id IS NULL))`);
    await runner.query('CREATE INDEX ledger_entry_paying_ix ON ledger_entry (paying_account_id, seq) WHERE paying_account_id IS NOT NULL');
    await runner.query('CREATE INDEX ledger_entry_line_ix ON ledger_entry (line_id) WHERE line_id IS NOT NULL');
  }

  /** Many postings of one statement move a balance once, not once each. */
  private async balances(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER ledger_posting_apply_tg ON ledger_posting');
    await runner.query('DROP FUNCTION apply_posting()');
    await runner.query(`
      CREATE FUNCTION apply_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        UPDATE ledger_account a SET balance_minor = a.balance_minor + moved.minor
        FROM (SELECT account_id, sum(amount_minor) AS minor FROM posted GROUP BY account_id ORDER BY account_id) moved WHERE a.id = moved.account_id AND moved.minor <> 0;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER ledger_posting_apply_tg AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION apply_postings()`);
    await runner.query('ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_apply_tg');
    await runner.query(`
      CREATE OR REPLACE FUNCTION check_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(*) < 2 OR sum(p.amount_minor) <> 0 OR count(DISTINCT p.currency) <> 1
              OR bool_or(a.fund_id IS DISTINCT FROM NEW.fund_id OR a.paying_account_id IS DISTINCT FROM NEW.paying_account_id)
            FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = NEW.id) THEN
          RAISE EXCEPTION 'a ledger entry does not balance' USING ERRCODE = 'P0001', CONSTRAINT = 'ledger_entry_balances_ck';
        END IF;
        RETURN NULL;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM ledger_account WHERE paying_account_id IS NOT NULL');
    await runner.query(`
      ALTER TABLE ledger_entry DROP COLUMN line_id, DROP COLUMN paying_account_id, ALTER COLUMN fund_id SET NOT NULL;
      ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_name_ck, DROP CONSTRAINT ledger_account_sign_ck, DROP COLUMN paying_account_id, ALTER COLUMN fund_id SET NOT NULL,
        ADD CONSTRAINT ledger_account_name_ck CHECK (name IN
          ('funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off', 'bank', 'suspense', 'fees')),
        ADD CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN ('funding', 'recoverable'));
      ALTER TABLE fund DROP COLUMN paying_account_id, DROP COLUMN method; DROP TABLE paying_account`);
    await runner.query(`INSERT INTO ledger_account (fund_id, name, currency) SELECT id, unnest(ARRAY['bank', 'suspense', 'fees']), currency FROM fund`);
    await runner.query('DROP TRIGGER ledger_posting_apply_tg ON ledger_posting; DROP FUNCTION apply_postings()');
    await runner.query(`
      CREATE FUNCTION apply_posting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        UPDATE ledger_account SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.account_id;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER ledger_posting_apply_tg AFTER INSERT ON ledger_posting FOR EACH ROW EXECUTE FUNCTION apply_posting()');
    await runner.query('ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_apply_tg');
    await runner.query(`
      CREATE OR REPLACE FUNCTION check_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(*) < 2 OR sum(amount_minor) <> 0 OR count(DISTINCT currency) <> 1 FROM ledger_posting WHERE entry_id = NEW.id) THEN
          RAISE EXCEPTION 'a ledger entry does not balance' USING ERRCODE = 'P0001', CONSTRAINT = 'ledger_entry_balances_ck';
        END IF;
        RETURN NULL;
      END $$`);
  }
}
