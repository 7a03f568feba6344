import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { CLAIM_HOLD_KINDS } from '../src/modules/claims/claim-holds.rules.js';
import { CLAIM_MACHINE } from '../src/modules/claims/claim.machine.js';
import { TASK_KINDS } from '../src/modules/tasks/tasks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What casework stands on: the whole machine, holds beside a claim's state, and tasks about more than changes. */
export class Casework2026112800000 implements MigrationInterface {
  name = 'Casework2026112800000';

  async up(runner: QueryRunner): Promise<void> {
    await this.transitions(runner);
    await this.holds(runner);
    await runner.query('ALTER TABLE task DROP CONSTRAINT task_kind_ck');
    await runner.query(`ALTER TABLE task ADD CONSTRAINT task_kind_ck CHECK (kind IN (${list(TASK_KINDS)})), ALTER COLUMN figures DROP NOT NULL`);
  }

  /** The table again, as the machine is: a database of before has other rows. */
  private async transitions(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM claim_transition');
    for (const { event, from, to } of transitionRows(CLAIM_MACHINE)) {
      await runner.query('INSERT INTO claim_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
  }

  private async holds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_hold (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        reason_digest char(64),
        placed_by uuid,
        placed_at timestamptz(3) NOT NULL,
        review_on date,
        released_by uuid,
        released_at timestamptz(3),
        release_digest char(64),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT claim_hold_pk PRIMARY KEY (id),
        CONSTRAINT claim_hold_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_hold_kind_ck CHECK (kind IN (${list(CLAIM_HOLD_KINDS)})),
        CONSTRAINT claim_hold_placer_fk FOREIGN KEY (placed_by) REFERENCES app_user (id),
        CONSTRAINT claim_hold_releaser_fk FOREIGN KEY (released_by) REFERENCES app_user (id),
        CONSTRAINT claim_hold_placed_ck CHECK (placed_by IS NULL OR (reason_digest IS NOT NULL AND review_on IS NOT NULL)),
        CONSTRAINT claim_hold_released_ck CHECK (released_at IS NOT NULL OR (released_by IS NULL AND release_digest IS NULL))
      )`);
    await runner.query('CREATE UNIQUE INDEX claim_hold_standing_uq ON claim_hold (claim_id, kind) WHERE released_at IS NULL');
    await runner.query('CREATE INDEX claim_hold_review_ix ON claim_hold (review_on, id) WHERE released_at IS NULL');
    await runner.query(`
      CREATE FUNCTION claim_hold_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a hold is released once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'claim_hold_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER claim_hold_released_tg BEFORE UPDATE OR DELETE ON claim_hold FOR EACH ROW WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION claim_hold_stays()');
    await runner.query('CREATE TRIGGER claim_hold_kept_tg BEFORE DELETE ON claim_hold FOR EACH ROW EXECUTE FUNCTION claim_hold_stays()');
    await runner.query('ALTER TABLE claim_hold ENABLE ALWAYS TRIGGER claim_hold_released_tg');
    await runner.query('ALTER TABLE claim_hold ENABLE ALWAYS TRIGGER claim_hold_kept_tg');
    await runner.query('CREATE TRIGGER claim_hold_version_tg BEFORE UPDATE ON claim_hold FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON claim_hold TO makegood_app;
      GRANT UPDATE (review_on, released_by, released_at, release_digest, version) ON claim_hold TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE claim_hold; DROP FUNCTION claim_hold_stays()');
    await runner.query('DELETE FROM task WHERE figures IS NULL');
    await runner.query('ALTER TABLE task ALTER COLUMN figures SET NOT NULL');
  }
}
