import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deadlines ask on every page when this portal was down: by service and time, without reading what else was recorded. */
export class OwnTrouble2026112717000 implements MigrationInterface {
  name = 'OwnTrouble2026112717000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("CREATE INDEX outage_segment_trouble_ix ON outage_segment USING gist (service, during) WHERE state IN ('down', 'degraded')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX outage_segment_trouble_ix');
  }
}
