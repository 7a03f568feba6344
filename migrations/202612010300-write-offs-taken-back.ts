import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever proposed to give money up may think better of it, and owes nobody a reason for that: only who answers a colleague does. */
export class WriteOffsTakenBack2026120103000 implements MigrationInterface {
  name = 'WriteOffsTakenBack2026120103000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE write_off DROP CONSTRAINT write_off_decided_ck,
        ADD CONSTRAINT write_off_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NOT NULL OR note_digest IS NULL)
          AND (outcome IS NULL OR outcome IN ('written_off', 'dropped'))),
        ADD CONSTRAINT write_off_note_ck CHECK (outcome IS NULL OR note_digest IS NOT NULL OR (outcome = 'dropped' AND decided_by = proposed_by))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE write_off DROP CONSTRAINT write_off_note_ck, DROP CONSTRAINT write_off_decided_ck,
        ADD CONSTRAINT write_off_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (note_digest IS NULL)
          AND (outcome IS NULL OR outcome IN ('written_off', 'dropped')))`);
  }
}
