import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A short code that lets another device bring the sales file of one claim: kept as hashes, open once, for half an hour. */
export class Handovers2026112619350 implements MigrationInterface {
  name = 'Handovers2026112619350';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE handover (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        code_hash char(64) NOT NULL,
        token_hash char(64),
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        opened_at timestamptz(3),
        revoked_at timestamptz(3),
        CONSTRAINT handover_pk PRIMARY KEY (id),
        CONSTRAINT handover_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id) ON DELETE CASCADE,
        CONSTRAINT handover_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT handover_code_uq UNIQUE (code_hash),
        CONSTRAINT handover_token_uq UNIQUE (token_hash),
        CONSTRAINT handover_opened_ck CHECK ((opened_at IS NULL) = (token_hash IS NULL)),
        CONSTRAINT handover_time_ck CHECK (expires_at > created_at AND expires_at <= created_at + interval '30 minutes')
      )`);
    await runner.query('CREATE INDEX handover_claim_ix ON handover (claim_id, created_at)');
    await runner.query('GRANT SELECT, INSERT ON handover TO makegood_app');
    await runner.query('GRANT UPDATE (token_hash, opened_at, revoked_at) ON handover TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE handover');
  }
}
