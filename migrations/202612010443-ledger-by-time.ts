import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Balances as they stood on a day are reckoned from the entries since, or until then: found by their time. */
export class LedgerByTime2026120104430 implements MigrationInterface {
  name = 'LedgerByTime2026120104430';

  async up(runner: QueryRunner): Promise<void> {
    for (const side of ['fund', 'paying_account']) await runner.query(`CREATE INDEX ledger_entry_${side}_at_ix ON ledger_entry (${side}_id, at) WHERE ${side}_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger_entry_fund_at_ix; DROP INDEX ledger_entry_paying_account_at_ix');
  }
}
