import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLAIM_ORIGINS } from '../src/modules/claims/claim.machine.js';
import { SITE_VERDICTS } from '../src/modules/changes/precomputation.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Claims that the operator opens: whose they are, what was worked out for each site before there were any, and what became of each. */
export class Precomputations2026112620100 implements MigrationInterface {
  name = 'Precomputations2026112620100';

  async up(runner: QueryRunner): Promise<void> {
    await this.origin(runner);
    await this.changes(runner);
    await this.sites(runner);
    await this.outcomes(runner);
  }

  private async origin(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE claim ADD COLUMN origin text NOT NULL DEFAULT 'merchant', ADD CONSTRAINT claim_origin_ck CHECK (origin IN (${list(CLAIM_ORIGINS)}))`);
    await runner.query(`
      CREATE FUNCTION check_claim_correction() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'only what the operator opened is corrected, and once' USING ERRCODE = 'P0001', CONSTRAINT = 'claim_correction_ck';
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_correction_tg BEFORE UPDATE OF state ON claim FOR EACH ROW
      WHEN (OLD.state = 'offered' AND NEW.state = 'submitted' AND (NEW.origin <> 'operator' OR OLD.claim_version <> 1)) EXECUTE FUNCTION check_claim_correction()`);
    await runner.query('ALTER TABLE claim ENABLE ALWAYS TRIGGER claim_correction_tg');
  }

  /** A change is about a draft of a policy, or about a scheme. */
  private async changes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE change ALTER COLUMN edition_id DROP NOT NULL, ALTER COLUMN policy_number DROP NOT NULL, ADD COLUMN scheme_id uuid,
        ADD CONSTRAINT change_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        ADD CONSTRAINT change_subject_ck CHECK ((kind = 'pre_computation') = (scheme_id IS NOT NULL) AND (kind = 'pre_computation') = (edition_id IS NULL)
          AND (edition_id IS NULL) = (policy_number IS NULL))`);
    await runner.query(`CREATE UNIQUE INDEX change_scheme_open_uq ON change (scheme_id) WHERE state IN ('open', 'approved')`);
    await runner.query('CREATE INDEX change_scheme_ix ON change (scheme_id, id) WHERE scheme_id IS NOT NULL');
    await runner.query('ALTER TABLE change_approval ALTER COLUMN policy_version_id DROP NOT NULL');
  }

  /** Every site of a run: what its claim would be and come to, or why there is to be none. No claim is pointed at: there is none yet. */
  private async sites(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE precomputed_site (
        run_id uuid NOT NULL,
        site_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        services text[] NOT NULL,
        claim_window tstzrange NOT NULL,
        answers jsonb NOT NULL,
        amount_minor bigint,
        basis_hash char(64),
        left_out text,
        codes text[] NOT NULL,
        CONSTRAINT precomputed_site_pk PRIMARY KEY (run_id, site_id),
        CONSTRAINT precomputed_site_run_fk FOREIGN KEY (run_id) REFERENCES change_run (id),
        CONSTRAINT precomputed_site_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT precomputed_site_amount_ck CHECK ((left_out IS NULL) = (amount_minor IS NOT NULL) AND (left_out IS NULL) = (basis_hash IS NOT NULL)
          AND (amount_minor IS NULL OR amount_minor BETWEEN 1 AND 1000000000000000))
      )`);
    await this.appendOnly(runner, 'precomputed_site');
    await runner.query('CREATE INDEX precomputed_site_amount_ix ON precomputed_site (run_id, amount_minor, site_id)');
  }

  private async outcomes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE opened_claim (
        change_id uuid NOT NULL,
        site_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        verdict text NOT NULL,
        why text,
        claim_id uuid,
        rehearsed_minor bigint NOT NULL,
        CONSTRAINT opened_claim_pk PRIMARY KEY (change_id, site_id),
        CONSTRAINT opened_claim_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT opened_claim_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT opened_claim_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT opened_claim_claim_uq UNIQUE (claim_id),
        CONSTRAINT opened_claim_verdict_ck CHECK (verdict IN (${list(SITE_VERDICTS)}) AND (verdict = 'opened') = (claim_id IS NOT NULL) AND (verdict = 'left_out') = (why IS NOT NULL))
      )`);
    await this.appendOnly(runner, 'opened_claim');
    await runner.query('CREATE INDEX opened_claim_verdict_ix ON opened_claim (change_id, verdict, site_id)');
  }

  private async appendOnly(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE opened_claim, precomputed_site;
      DROP TRIGGER claim_correction_tg ON claim; DROP FUNCTION check_claim_correction();
      ALTER TABLE claim DROP CONSTRAINT claim_origin_ck; ALTER TABLE claim DROP COLUMN origin;
      DROP INDEX change_scheme_open_uq, change_scheme_ix;
      ALTER TABLE change DROP CONSTRAINT change_subject_ck; ALTER TABLE change DROP CONSTRAINT change_scheme_fk; ALTER TABLE change DROP COLUMN scheme_id`);
  }
}
