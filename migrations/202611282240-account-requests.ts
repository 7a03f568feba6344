import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Businesses to which money is due, and which have named no account for it: when they are asked next. */
export class AccountRequests2026112822400 implements MigrationInterface {
  name = 'AccountRequests2026112822400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account_request (
        merchant_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        asked int NOT NULL DEFAULT 0,
        next_at timestamptz(3),
        CONSTRAINT account_request_pk PRIMARY KEY (merchant_id),
        CONSTRAINT account_request_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT account_request_asked_ck CHECK (asked BETWEEN 0 AND 100)
      )`);
    await runner.query('CREATE INDEX account_request_next_ix ON account_request (next_at) WHERE next_at IS NOT NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (claim_id, asked, next_at) ON account_request TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_request');
  }
}
