import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Faults of a recomputation are counted; only the first are kept by name, so that a broken engine does not fill one row. */
export class NamedFaults2026112618500 implements MigrationInterface {
  name = 'NamedFaults2026112618500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE assessment_verification ADD COLUMN fault_count int NOT NULL DEFAULT 0');
    await runner.query('UPDATE assessment_verification SET fault_count = cardinality(faults), faults = faults[1:1000]');
    await runner.query('ALTER TABLE assessment_verification ADD CONSTRAINT assessment_verification_faults_ck CHECK (cardinality(faults) <= 1000 AND cardinality(faults) <= fault_count)');
    await runner.query('GRANT UPDATE (fault_count) ON assessment_verification TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE assessment_verification DROP COLUMN fault_count CASCADE');
  }
}
