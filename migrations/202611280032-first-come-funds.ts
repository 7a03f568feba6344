import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Funds with a limit: what is there is reserved for whoever is decided first. */
export class FirstComeFunds2026112800320 implements MigrationInterface {
  name = 'FirstComeFunds2026112800320';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE fund ADD COLUMN limit_minor bigint,
        ADD CONSTRAINT fund_limit_ck CHECK ((mode = 'first_come') = (limit_minor IS NOT NULL) AND (limit_minor IS NULL OR limit_minor BETWEEN 1 AND 1000000000000000))`);
    await runner.query('CREATE INDEX ledger_entry_claim_ix ON ledger_entry (claim_id) WHERE claim_id IS NOT NULL');
    await runner.query(`CREATE INDEX claim_hold_fund_ix ON claim_hold (placed_at, id) WHERE released_at IS NULL AND kind = 'fund'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX claim_hold_fund_ix; DROP INDEX ledger_entry_claim_ix');
    await runner.query('ALTER TABLE fund DROP CONSTRAINT fund_limit_ck, DROP COLUMN limit_minor');
  }
}
