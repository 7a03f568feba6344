import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Services that are this portal itself: their recorded downtime moves deadlines. Said once, when a service is added; parts follow their parent. */
export class OwnServices2026112702400 implements MigrationInterface {
  name = 'OwnServices2026112702400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE service ADD COLUMN is_own boolean NOT NULL DEFAULT false');
    await runner.query('CREATE INDEX service_own_ix ON service (code) WHERE is_own');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE service DROP COLUMN is_own');
  }
}
