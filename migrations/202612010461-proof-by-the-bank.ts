import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The third sum of a proof is what the bank has booked by its own word, with what it is still to book beside it. Proofs from before had neither. */
export class ProofByTheBank2026120104610 implements MigrationInterface {
  name = 'ProofByTheBank2026120104610';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger_proof ADD COLUMN unbooked_minor bigint,
        ADD CONSTRAINT ledger_proof_unbooked_ck CHECK (unbooked_minor IS NULL OR bank_minor IS NOT NULL)`);
    await runner.query('CREATE INDEX bank_item_counted_ix ON bank_item (paying_account_id) INCLUDE (bank_minor) WHERE is_counted');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX bank_item_counted_ix');
    await runner.query('ALTER TABLE ledger_proof DROP COLUMN unbooked_minor');
  }
}
