import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every run that counted, with the bytes it can be recomputed from. */
export class Assessments2026112417000 implements MigrationInterface {
  name = 'Assessments2026112417000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE assessment (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        n int NOT NULL,
        claim_version int NOT NULL,
        policy_version_id uuid NOT NULL,
        register_version int NOT NULL,
        engine text NOT NULL,
        input_hash char(64) NOT NULL,
        frozen text NOT NULL,
        result_hash char(64) NOT NULL,
        result text NOT NULL,
        outcome text NOT NULL,
        provisional boolean NOT NULL,
        cash_minor bigint,
        currency char(3) NOT NULL,
        assessed_at timestamptz(3) NOT NULL,
        CONSTRAINT assessment_pk PRIMARY KEY (id),
        CONSTRAINT assessment_n_uq UNIQUE (claim_id, n),
        CONSTRAINT assessment_input_uq UNIQUE (claim_id, input_hash),
        CONSTRAINT assessment_claim_fk FOREIGN KEY (claim_id, currency) REFERENCES claim (id, currency),
        CONSTRAINT assessment_version_fk FOREIGN KEY (claim_id, claim_version) REFERENCES claim_version (claim_id, n),
        CONSTRAINT assessment_outcome_ck CHECK (outcome IN ('eligible', 'nil', 'ineligible', 'refer')),
        CONSTRAINT assessment_cash_ck CHECK ((outcome IN ('eligible', 'nil')) = (cash_minor IS NOT NULL) AND (cash_minor IS NULL OR cash_minor BETWEEN 0 AND 1000000000000000))
      )`);
    await runner.query('CREATE TRIGGER assessment_append_only_tg BEFORE UPDATE OR DELETE ON assessment FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE assessment ENABLE ALWAYS TRIGGER assessment_append_only_tg');
    await runner.query('ALTER TABLE claim ADD CONSTRAINT claim_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id)');
    await runner.query('ALTER TABLE determination ADD CONSTRAINT determination_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id)');
    await runner.query('ALTER TABLE entitlement ADD CONSTRAINT entitlement_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id)');
    await runner.query('GRANT SELECT, INSERT ON assessment TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE claim DROP CONSTRAINT claim_assessment_fk; ALTER TABLE determination DROP CONSTRAINT determination_assessment_fk');
    await runner.query('ALTER TABLE entitlement DROP CONSTRAINT entitlement_assessment_fk; DROP TABLE assessment');
  }
}
