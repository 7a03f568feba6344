import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people say of two claims that may be one, who looked at a claim on which day, and the indexes by which the same file is found again. */
export class Casepage2026112800700 implements MigrationInterface {
  name = 'Casepage2026112800700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE duplicate_verdict (
        low_claim_id uuid NOT NULL,
        high_claim_id uuid NOT NULL,
        n int NOT NULL,
        verdict text NOT NULL,
        reason_digest char(64) NOT NULL,
        user_id uuid NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT duplicate_verdict_pk PRIMARY KEY (low_claim_id, high_claim_id, n),
        CONSTRAINT duplicate_verdict_low_fk FOREIGN KEY (low_claim_id) REFERENCES claim (id),
        CONSTRAINT duplicate_verdict_high_fk FOREIGN KEY (high_claim_id) REFERENCES claim (id),
        CONSTRAINT duplicate_verdict_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT duplicate_verdict_pair_ck CHECK (low_claim_id < high_claim_id),
        CONSTRAINT duplicate_verdict_n_ck CHECK (n > 0),
        CONSTRAINT duplicate_verdict_ck CHECK (verdict IN ('duplicate', 'not_duplicate'))
      )`);
    await runner.query('CREATE INDEX duplicate_verdict_high_ix ON duplicate_verdict (high_claim_id)');
    await runner.query('CREATE TRIGGER duplicate_verdict_append_only_tg BEFORE UPDATE OR DELETE ON duplicate_verdict FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE duplicate_verdict ENABLE ALWAYS TRIGGER duplicate_verdict_append_only_tg');
    await runner.query(`
      CREATE TABLE case_sight (
        claim_id uuid NOT NULL,
        user_id uuid NOT NULL,
        seen_on date NOT NULL,
        first_at timestamptz(3) NOT NULL,
        last_at timestamptz(3) NOT NULL,
        CONSTRAINT case_sight_pk PRIMARY KEY (claim_id, seen_on, user_id),
        CONSTRAINT case_sight_claim_fk FOREIGN KEY (claim_id) REFERENCES claim (id) ON DELETE CASCADE,
        CONSTRAINT case_sight_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT case_sight_times_ck CHECK (first_at <= last_at)
      )`);
    await runner.query('CREATE INDEX evidence_file_same_ix ON evidence_file (sha256) WHERE frozen_at IS NOT NULL');
    await runner.query('CREATE INDEX sales_set_same_file_ix ON sales_set (file_sha256) WHERE used_at IS NOT NULL');
    await runner.query('CREATE INDEX sales_set_same_records_ix ON sales_set (records_sha256) WHERE used_at IS NOT NULL');
    await runner.query('CREATE INDEX sales_set_merchant_ix ON sales_set (merchant_id, id) WHERE used_at IS NOT NULL');
    await runner.query(`
      GRANT SELECT, INSERT ON duplicate_verdict TO makegood_app;
      GRANT SELECT, INSERT, UPDATE (last_at) ON case_sight TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX evidence_file_same_ix, sales_set_same_file_ix, sales_set_same_records_ix, sales_set_merchant_ix');
    await runner.query('DROP TABLE duplicate_verdict, case_sight');
  }
}
