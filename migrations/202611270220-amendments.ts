import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { VERDICTS } from '../src/modules/changes/change-lists.rules.js';
import { CLAIM_MACHINE } from '../src/modules/claims/claim.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Amendments of the register as changes: what they are about, which claims they touch, what became of each, and who was told. */
export class Amendments2026112702200 implements MigrationInterface {
  name = 'Amendments2026112702200';

  async up(runner: QueryRunner): Promise<void> {
    await this.machine(runner);
    await this.subject(runner);
    await this.touched(runner);
    await this.outcomes(runner);
  }

  /** A rise is alive: the pairs it is meant for, and no others. */
  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM claim_transition WHERE event = 'raised_by_change'`);
    for (const { event, from, to } of transitionRows(CLAIM_MACHINE).filter(({ event: name }) => name === 'raised_by_change')) {
      await runner.query('INSERT INTO claim_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query(`ALTER TABLE acceptance DROP CONSTRAINT acceptance_kind_ck, ADD CONSTRAINT acceptance_kind_ck CHECK (kind IN ('in_full', 'on_account', 'raised'))`);
  }

  /** A revision of an outage, which may be written anew while the change is open; and the claim it was proposed from, if any. */
  private async subject(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE change ALTER COLUMN policy_key DROP NOT NULL, ADD COLUMN outage_id uuid, ADD COLUMN outage_revision int, ADD COLUMN from_claim_id uuid,
        ADD CONSTRAINT change_revision_fk FOREIGN KEY (outage_id, outage_revision) REFERENCES outage_revision (outage_id, number),
        ADD CONSTRAINT change_from_claim_fk FOREIGN KEY (from_claim_id) REFERENCES claim (id),
        DROP CONSTRAINT change_subject_ck,
        ADD CONSTRAINT change_subject_ck CHECK ((kind = 'pre_computation') = (scheme_id IS NOT NULL) AND (kind = 'policy_version') = (edition_id IS NOT NULL)
          AND (kind = 'amendment') = (outage_id IS NOT NULL) AND (kind = 'amendment') = (policy_key IS NULL)
          AND (outage_id IS NULL) = (outage_revision IS NULL) AND (edition_id IS NULL) = (policy_number IS NULL) AND (from_claim_id IS NULL OR kind = 'amendment'))`);
    await runner.query(`CREATE UNIQUE INDEX change_outage_open_uq ON change (outage_id) WHERE state IN ('open', 'approved')`);
    await runner.query('CREATE INDEX change_outage_ix ON change (outage_id, id) WHERE outage_id IS NOT NULL');
    await runner.query(`CREATE UNIQUE INDEX change_amendment_applying_uq ON change (kind) WHERE kind = 'amendment' AND state = 'approved'`);
    await runner.query('GRANT UPDATE (outage_revision) ON change TO makegood_app');
  }

  /** The search for touched claims reads nothing but this index. */
  private async touched(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX claim_occupancy_touched_ix ON claim_occupancy USING gist (service, span) INCLUDE (claim_id)');
    await runner.query(`
      CREATE TABLE change_touched (
        run_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        CONSTRAINT change_touched_pk PRIMARY KEY (run_id, claim_id),
        CONSTRAINT change_touched_run_fk FOREIGN KEY (run_id) REFERENCES change_run (id),
        CONSTRAINT change_touched_claim_fk FOREIGN KEY (claim_id) REFERENCES claim (id)
      )`);
    await this.appendOnly(runner, 'change_touched');
  }

  private async outcomes(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE change_applied_item DROP CONSTRAINT change_applied_item_verdict_ck, ADD CONSTRAINT change_applied_item_verdict_ck CHECK (verdict IN (${list(VERDICTS)}))`);
    await runner.query('ALTER TABLE change_applied_item ADD COLUMN told boolean NOT NULL DEFAULT false');
    await runner.query('CREATE INDEX change_applied_item_told_ix ON change_applied_item (change_id, merchant_id, claim_id) WHERE told');
    await runner.query(`
      CREATE TABLE change_told (
        change_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        claims int NOT NULL,
        told_at timestamptz(3) NOT NULL,
        CONSTRAINT change_told_pk PRIMARY KEY (change_id, merchant_id),
        CONSTRAINT change_told_change_fk FOREIGN KEY (change_id) REFERENCES change (id),
        CONSTRAINT change_told_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id)
      )`);
    await this.appendOnly(runner, 'change_told');
  }

  private async appendOnly(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(`CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION forbid_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    await runner.query(`GRANT SELECT, INSERT ON ${table} TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE change_told, change_touched;
      DROP INDEX claim_occupancy_touched_ix, change_outage_open_uq, change_outage_ix, change_amendment_applying_uq, change_applied_item_told_ix;
      ALTER TABLE change_applied_item DROP COLUMN told;
      ALTER TABLE change DROP CONSTRAINT change_subject_ck, DROP COLUMN outage_id, DROP COLUMN outage_revision, DROP COLUMN from_claim_id;
      ALTER TABLE change ADD CONSTRAINT change_subject_ck CHECK ((kind = 'pre_computation') = (scheme_id IS NOT NULL) AND (kind = 'pre_computation') = (edition_id IS NULL)
        AND (edition_id IS NULL) = (policy_number IS NULL))`);
  }
}
