import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A business is heard before less is granted: its time runs from the arrival of the letter, and what it answers stands beside the proposal. */
export class ReductionHearings2026112810400 implements MigrationInterface {
  name = 'ReductionHearings2026112810400';

  async up(runner: QueryRunner): Promise<void> {
    // What was proposed before keeps the time it was told of.
    await runner.query(`ALTER TABLE claim_reduction ADD COLUMN letter_ids uuid[] NOT NULL DEFAULT '{}', ADD COLUMN zone text NOT NULL DEFAULT 'UTC'`);
    await runner.query(`
      CREATE TABLE reduction_answer (
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        reduction_n int NOT NULL,
        k int NOT NULL,
        text_digest char(64) NOT NULL,
        user_id uuid NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT reduction_answer_pk PRIMARY KEY (claim_id, reduction_n, k),
        CONSTRAINT reduction_answer_reduction_fk FOREIGN KEY (claim_id, reduction_n) REFERENCES claim_reduction (claim_id, n),
        CONSTRAINT reduction_answer_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT reduction_answer_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT reduction_answer_k_ck CHECK (k BETWEEN 1 AND 20)
      )`);
    await runner.query('CREATE TRIGGER reduction_answer_append_only_tg BEFORE UPDATE OR DELETE ON reduction_answer FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE reduction_answer ENABLE ALWAYS TRIGGER reduction_answer_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON reduction_answer TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reduction_answer');
    await runner.query('ALTER TABLE claim_reduction DROP COLUMN letter_ids, DROP COLUMN zone');
  }
}
