import type { MigrationInterface, QueryRunner } from 'typeorm';

const signs = (belowNought: string): string => `
  ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_sign_ck, ADD CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN (${belowNought}))`;
const BEFORE = `'funding', 'recoverable', 'written_off', 'bank', 'capital', 'suspense'`;

/**
 * More may come back than left: money is paid back on an account that has paid for little, or before the bank books the payment, or the payment comes
 * back after it. All of that has happened when the books hear of it, so they take it; what is owed and what is paid are kept by lines and overpayments.
 */
export class MoreCameBackThanLeft2026120103100 implements MigrationInterface {
  name = 'MoreCameBackThanLeft2026120103100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(signs(`${BEFORE}, 'paid', 'cleared'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(signs(BEFORE));
  }
}
