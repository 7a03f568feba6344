import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Figures that people put for a step of a claim's working, and refusals they put aside. The newest row of a step is what holds; a
 * row of kind `lifted` takes it back. Who wrote one holds the duty of a recommender: another person decides.
 */
export class Overrides2026112618000 implements MigrationInterface {
  name = 'Overrides2026112618000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE override (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        step text NOT NULL,
        kind text NOT NULL,
        amount_minor bigint,
        currency char(3),
        figure text,
        waives text[],
        reason text NOT NULL,
        evidence_digest char(64),
        basis char(64),
        assessment_id uuid NOT NULL,
        user_id uuid NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT override_pk PRIMARY KEY (claim_id, n),
        CONSTRAINT override_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT override_currency_fk FOREIGN KEY (claim_id, currency) REFERENCES claim (id, currency),
        CONSTRAINT override_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id),
        CONSTRAINT override_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT override_kind_ck CHECK (kind IN ('money', 'ratio', 'number', 'boolean', 'waiver', 'lifted')),
        CONSTRAINT override_amount_ck CHECK ((kind = 'money') = (amount_minor IS NOT NULL) AND (kind = 'money') = (currency IS NOT NULL)
          AND (amount_minor IS NULL OR amount_minor BETWEEN 0 AND 1000000000000000)),
        CONSTRAINT override_figure_ck CHECK ((kind IN ('ratio', 'number', 'boolean')) = (figure IS NOT NULL) AND length(figure) <= 200),
        CONSTRAINT override_waives_ck CHECK ((kind = 'waiver') = (waives IS NOT NULL) AND (waives IS NULL OR cardinality(waives) BETWEEN 1 AND 20)),
        CONSTRAINT override_basis_ck CHECK ((kind = 'lifted') = (basis IS NULL)),
        CONSTRAINT override_step_ck CHECK (step ~ '^[A-Za-z][A-Za-z0-9_]{0,79}$')
      )`);
    await runner.query('CREATE INDEX override_step_ix ON override (claim_id, step, n DESC)');
    await runner.query('CREATE TRIGGER override_append_only_tg BEFORE UPDATE OR DELETE ON override FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE override ENABLE ALWAYS TRIGGER override_append_only_tg');
    await this.duty(runner);
    await runner.query('GRANT SELECT, INSERT ON override TO makegood_app');
  }

  private async duty(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION hold_duty_of_override() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES (NEW.claim_id, 'recommender', NEW.user_id, NEW.at) ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER override_duty_tg BEFORE INSERT ON override FOR EACH ROW EXECUTE FUNCTION hold_duty_of_override()');
    await runner.query('ALTER TABLE override ENABLE ALWAYS TRIGGER override_duty_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE override; DROP FUNCTION hold_duty_of_override()');
  }
}
