import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which claims are filled in together, under which version of the policy their questions were last seen; and forms that came too late to be taken. */
export class ClaimFilings2026112619200 implements MigrationInterface {
  name = 'ClaimFilings2026112619200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_filing (
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        filing_id uuid NOT NULL,
        policy_version_id uuid NOT NULL,
        CONSTRAINT claim_filing_pk PRIMARY KEY (claim_id),
        CONSTRAINT claim_filing_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id) ON DELETE CASCADE,
        CONSTRAINT claim_filing_policy_fk FOREIGN KEY (policy_version_id) REFERENCES policy_version (id)
      )`);
    await runner.query('CREATE INDEX claim_filing_together_ix ON claim_filing (filing_id)');
    await runner.query(`
      GRANT SELECT, INSERT ON claim_filing TO makegood_app;
      GRANT UPDATE (policy_version_id) ON claim_filing TO makegood_app`);
    await runner.query(`
      CREATE TABLE kept_form (
        token_hash char(64) NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        browser_hash char(64) NOT NULL,
        address text NOT NULL,
        fields jsonb NOT NULL,
        kept_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        CONSTRAINT kept_form_pk PRIMARY KEY (token_hash),
        CONSTRAINT kept_form_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id) ON DELETE CASCADE,
        CONSTRAINT kept_form_address_ck CHECK (length(address) <= 300),
        CONSTRAINT kept_form_fields_ck CHECK (pg_column_size(fields) <= 262144),
        CONSTRAINT kept_form_ends_ck CHECK (ends_at > kept_at)
      )`);
    await runner.query('CREATE INDEX kept_form_claim_ix ON kept_form (claim_id, kept_at)');
    await runner.query('CREATE INDEX kept_form_ends_ix ON kept_form (ends_at)');
    await runner.query('GRANT SELECT, INSERT, DELETE ON kept_form TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE kept_form; DROP TABLE claim_filing');
  }
}
