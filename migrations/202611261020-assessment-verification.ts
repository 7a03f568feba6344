import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far a recomputation of all assessments has come, so that one that was cut short goes on. */
export class AssessmentVerification2026112610200 implements MigrationInterface {
  name = 'AssessmentVerification2026112610200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE assessment_verification (
        id uuid NOT NULL DEFAULT uuidv7(),
        started_at timestamptz(3) NOT NULL,
        cursor uuid,
        checked_count int NOT NULL DEFAULT 0,
        faults uuid[] NOT NULL DEFAULT '{}',
        finished_at timestamptz(3),
        CONSTRAINT assessment_verification_pk PRIMARY KEY (id)
      )`);
    await runner.query('CREATE UNIQUE INDEX assessment_verification_open_uq ON assessment_verification ((finished_at IS NULL)) WHERE finished_at IS NULL');
    await runner.query(`
      GRANT SELECT, INSERT ON assessment_verification TO makegood_app;
      GRANT UPDATE (cursor, checked_count, faults, finished_at) ON assessment_verification TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE assessment_verification');
  }
}
