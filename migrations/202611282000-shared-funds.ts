import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { VERDICTS } from '../src/modules/changes/change-lists.rules.js';
import { NOTICE_KINDS } from '../src/modules/claims/claim-notices.rules.js';
import { CLAIM_MACHINE } from '../src/modules/claims/claim.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Funds that are shared when everybody has been decided: points, the allocation that turns them into entitlements, and the change that it is. */
export class SharedFunds2026112820000 implements MigrationInterface {
  name = 'SharedFunds2026112820000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE fund DROP CONSTRAINT fund_limit_ck,
        ADD CONSTRAINT fund_limit_ck CHECK ((mode <> 'open') = (limit_minor IS NOT NULL) AND (limit_minor IS NULL OR limit_minor BETWEEN 1 AND 1000000000000000))`);
    await this.decisions(runner);
    await this.points(runner);
    await this.allocations(runner);
    await this.change(runner);
  }

  private async decisions(runner: QueryRunner): Promise<void> {
    for (const { event, from, to } of transitionRows(CLAIM_MACHINE).filter(({ event: name }) => name === 'share')) {
      await runner.query('INSERT INTO claim_transition (event, from_state, to_state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [event, from, to]);
    }
    await runner.query(`
      ALTER TABLE determination DROP CONSTRAINT determination_stage_ck,
        ADD CONSTRAINT determination_stage_ck CHECK (stage IN ('recommendation', 'decision', 'objection', 'reduction', 'allocation'))`);
    await runner.query(`ALTER TABLE decision_notice DROP CONSTRAINT decision_notice_kind_ck, ADD CONSTRAINT decision_notice_kind_ck CHECK (kind IN (${list(NOTICE_KINDS)}))`);
    await runner.query(`ALTER TABLE change_applied_item DROP CONSTRAINT change_applied_item_verdict_ck, ADD CONSTRAINT change_applied_item_verdict_ck CHECK (verdict IN (${list(VERDICTS)}))`);
  }

  /** What decisions on a shared fund grant; of a claim the latest counts. Not an entitlement: nobody can accept it, and its share is less. */
  private async points(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_points (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        merchant_id uuid NOT NULL,
        determination_id uuid NOT NULL,
        assessment_id uuid NOT NULL,
        tier text NOT NULL,
        points_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        granted_at timestamptz(3) NOT NULL,
        CONSTRAINT claim_points_pk PRIMARY KEY (claim_id, n),
        CONSTRAINT claim_points_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_points_determination_fk FOREIGN KEY (determination_id) REFERENCES determination (id),
        CONSTRAINT claim_points_amount_ck CHECK (points_minor BETWEEN 1 AND 1000000000000000)
      )`);
    await this.appendOnly(runner, 'claim_points');
    await runner.query('GRANT SELECT, INSERT ON claim_points TO makegood_app');
  }

  /** One is applied at a time; when it is, is all that is ever written on one later. */
  private async allocations(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fund_allocation (
        id uuid NOT NULL DEFAULT uuidv7(),
        fund_id uuid NOT NULL,
        n int NOT NULL,
        stage text NOT NULL,
        change_id uuid NOT NULL,
        rule jsonb NOT NULL,
        factors jsonb NOT NULL,
        fund_minor bigint NOT NULL,
        shared_minor bigint NOT NULL,
        kept_minor bigint NOT NULL,
        left_minor bigint NOT NULL,
        approved_at timestamptz(3) NOT NULL,
        applied_at timestamptz(3),
        CONSTRAINT fund_allocation_pk PRIMARY KEY (id),
        CONSTRAINT fund_allocation_n_uq UNIQUE (fund_id, n),
        CONSTRAINT fund_allocation_change_uq UNIQUE (change_id),
        CONSTRAINT fund_allocation_fund_fk FOREIGN KEY (fund_id) REFERENCES fund (id),
        CONSTRAINT fund_allocation_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT fund_allocation_stage_ck CHECK (stage IN ('interim', 'final')),
        CONSTRAINT fund_allocation_sum_ck CHECK (shared_minor >= 0 AND kept_minor >= 0 AND left_minor >= 0 AND shared_minor + kept_minor + left_minor = fund_minor)
      )`);
    await runner.query('CREATE UNIQUE INDEX fund_allocation_applying_uq ON fund_allocation (fund_id) WHERE applied_at IS NULL');
    await runner.query(`CREATE UNIQUE INDEX fund_allocation_final_uq ON fund_allocation (fund_id) WHERE stage = 'final'`);
    await runner.query('CREATE TRIGGER fund_allocation_append_only_tg BEFORE UPDATE OR DELETE ON fund_allocation FOR EACH ROW WHEN (OLD.applied_at IS NOT NULL) EXECUTE FUNCTION forbid_change()');
    await runner.query('CREATE TRIGGER fund_allocation_kept_tg BEFORE DELETE ON fund_allocation FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    for (const trigger of ['append_only', 'kept']) await runner.query(`ALTER TABLE fund_allocation ENABLE ALWAYS TRIGGER fund_allocation_${trigger}_tg`);
    await runner.query('GRANT SELECT, INSERT, UPDATE (applied_at) ON fund_allocation TO makegood_app');
  }

  /** An allocation is about a fund; how much of it is kept back is said by whoever proposes an interim one. */
  private async change(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE change ADD COLUMN fund_id uuid, ADD COLUMN stage text, ADD COLUMN kept_back text,
        ADD CONSTRAINT change_fund_fk FOREIGN KEY (fund_id) REFERENCES fund (id),
        ADD CONSTRAINT change_stage_ck CHECK (stage IN ('interim', 'final') AND (stage = 'interim') = (kept_back IS NOT NULL)),
        DROP CONSTRAINT change_subject_ck,
        ADD CONSTRAINT change_subject_ck CHECK ((kind = 'pre_computation') = (scheme_id IS NOT NULL) AND (kind = 'policy_version') = (edition_id IS NOT NULL)
          AND (kind = 'amendment') = (outage_id IS NOT NULL) AND (kind IN ('amendment', 'allocation')) = (policy_key IS NULL)
          AND (kind = 'allocation') = (fund_id IS NOT NULL) AND (fund_id IS NULL) = (stage IS NULL)
          AND (outage_id IS NULL) = (outage_revision IS NULL) AND (edition_id IS NULL) = (policy_number IS NULL) AND (from_claim_id IS NULL OR kind = 'amendment'))`);
    await runner.query(`CREATE UNIQUE INDEX change_fund_open_uq ON change (fund_id) WHERE state IN ('open', 'approved')`);
    await runner.query('CREATE INDEX change_fund_ix ON change (fund_id, id) WHERE fund_id IS NOT NULL');
  }

  private async appendOnly(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX change_fund_open_uq, change_fund_ix;
      ALTER TABLE change DROP CONSTRAINT change_subject_ck, DROP COLUMN fund_id, DROP COLUMN stage, DROP COLUMN kept_back;
      ALTER TABLE change ADD CONSTRAINT change_subject_ck CHECK ((kind = 'pre_computation') = (scheme_id IS NOT NULL) AND (kind = 'policy_version') = (edition_id IS NOT NULL)
        AND (kind = 'amendment') = (outage_id IS NOT NULL) AND (kind = 'amendment') = (policy_key IS NULL)
        AND (outage_id IS NULL) = (outage_revision IS NULL) AND (edition_id IS NULL) = (policy_number IS NULL) AND (from_claim_id IS NULL OR kind = 'amendment'));
      DROP TABLE fund_allocation, claim_points`);
    await runner.query(`DELETE FROM claim_transition WHERE event = 'share'`);
    await runner.query(`
      ALTER TABLE determination DROP CONSTRAINT determination_stage_ck,
        ADD CONSTRAINT determination_stage_ck CHECK (stage IN ('recommendation', 'decision', 'objection', 'reduction'))`);
    await runner.query(`
      ALTER TABLE fund DROP CONSTRAINT fund_limit_ck,
        ADD CONSTRAINT fund_limit_ck CHECK ((mode = 'first_come') = (limit_minor IS NOT NULL) AND (limit_minor IS NULL OR limit_minor BETWEEN 1 AND 1000000000000000))`);
  }
}
