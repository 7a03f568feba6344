import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each time a claim that had ended was taken up by staff again; the third has no number. */
export class Reopenings2026112800340 implements MigrationInterface {
  name = 'Reopenings2026112800340';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_reopening (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        reopened_by uuid NOT NULL,
        reason_digest char(64) NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT claim_reopening_pk PRIMARY KEY (claim_id, n),
        CONSTRAINT claim_reopening_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_reopening_user_fk FOREIGN KEY (reopened_by) REFERENCES app_user (id),
        CONSTRAINT claim_reopening_twice_ck CHECK (n BETWEEN 1 AND 2)
      )`);
    await runner.query('CREATE TRIGGER claim_reopening_append_only_tg BEFORE UPDATE OR DELETE ON claim_reopening FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE claim_reopening ENABLE ALWAYS TRIGGER claim_reopening_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON claim_reopening TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE claim_reopening');
  }
}
