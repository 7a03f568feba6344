import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was paid back stays with the account it came back on, whichever its fund pays from later: the entry of the overpayment names the account, and
 * so does the entry in the ledger of the fund. Of earlier ones the bank's side knows it: the n-th repayment of an overpayment is its n-th entry there.
 */
export class RepaymentsByAccount2026120101100 implements MigrationInterface {
  name = 'RepaymentsByAccount2026120101100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE overpayment_entry ADD COLUMN paying_account_id uuid, ADD CONSTRAINT overpayment_entry_account_fk FOREIGN KEY (paying_account_id) REFERENCES paying_account (id);
      ALTER TABLE overpayment_entry DISABLE TRIGGER overpayment_entry_append_only_tg;
      WITH booked AS (
        SELECT reference, paying_account_id, row_number() OVER (PARTITION BY reference ORDER BY seq) AS nth FROM ledger_entry WHERE kind = 'recovery_repaid' AND paying_account_id IS NOT NULL),
      repaid AS (
        SELECT x.id, f.paying_account_id AS now, x.overpayment_id::text AS reference, row_number() OVER (PARTITION BY x.overpayment_id ORDER BY x.id) AS nth
        FROM overpayment_entry x JOIN overpayment o ON o.id = x.overpayment_id JOIN fund f ON f.id = o.fund_id WHERE x.kind = 'repaid')
      UPDATE overpayment_entry e SET paying_account_id = coalesce(b.paying_account_id, r.now) FROM repaid r LEFT JOIN booked b USING (reference, nth) WHERE e.id = r.id;
      ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_entry_append_only_tg;
      ALTER TABLE overpayment_entry ADD CONSTRAINT overpayment_entry_account_ck CHECK ((kind = 'repaid') = (paying_account_id IS NOT NULL))`);
    await runner.query('CREATE INDEX overpayment_entry_account_ix ON overpayment_entry (paying_account_id) WHERE paying_account_id IS NOT NULL');
    await runner.query(`
      ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only_tg;
      WITH repaid AS (
        SELECT o.claim_id, o.entitlement_no, x.paying_account_id, row_number() OVER (PARTITION BY o.id ORDER BY x.id) AS nth
        FROM overpayment_entry x JOIN overpayment o ON o.id = x.overpayment_id WHERE x.kind = 'repaid'),
      posted AS (
        SELECT id, claim_id, entitlement_no, row_number() OVER (PARTITION BY claim_id, entitlement_no ORDER BY seq) AS nth FROM ledger_entry WHERE kind = 'recovery_repaid' AND fund_id IS NOT NULL)
      UPDATE ledger_entry e SET reference = r.paying_account_id::text FROM posted p JOIN repaid r USING (claim_id, entitlement_no, nth) WHERE e.id = p.id;
      ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_append_only_tg`);
    await runner.query(`CREATE INDEX ledger_entry_repaid_ix ON ledger_entry (reference) WHERE kind = 'recovery_repaid' AND fund_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger_entry_repaid_ix; ALTER TABLE overpayment_entry DROP COLUMN paying_account_id');
  }
}
