import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person asked to be released: its file is written and judged meanwhile, and nothing leaves until both are done. */
export class PayoutReleases2026112821180 implements MigrationInterface {
  name = 'PayoutReleases2026112821180';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payout_release (
        id uuid NOT NULL DEFAULT uuidv7(),
        batch_id uuid NOT NULL,
        asked_by uuid NOT NULL,
        asked_at timestamptz(3) NOT NULL,
        state text NOT NULL DEFAULT 'running',
        written_count int NOT NULL DEFAULT 0,
        total_count int NOT NULL,
        fault_count int NOT NULL DEFAULT 0,
        faults jsonb NOT NULL DEFAULT '[]',
        finished_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT payout_release_pk PRIMARY KEY (id),
        CONSTRAINT payout_release_batch_fk FOREIGN KEY (batch_id) REFERENCES payout_batch (id),
        CONSTRAINT payout_release_person_fk FOREIGN KEY (asked_by) REFERENCES app_user (id),
        CONSTRAINT payout_release_state_ck CHECK (state IN ('running', 'done', 'refused') AND (state = 'running') = (finished_at IS NULL))
      )`);
    await runner.query(`CREATE UNIQUE INDEX payout_release_running_uq ON payout_release (batch_id) WHERE state = 'running'`);
    await runner.query('CREATE INDEX payout_release_batch_ix ON payout_release (batch_id, id DESC)');
    await runner.query('CREATE TRIGGER payout_release_version_tg BEFORE UPDATE ON payout_release FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('GRANT SELECT, INSERT, UPDATE (state, written_count, fault_count, faults, finished_at, version) ON payout_release TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payout_release');
  }
}
