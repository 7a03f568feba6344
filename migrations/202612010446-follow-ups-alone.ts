import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A line that pays another again names it once. The index has those lines alone: nearly all name none, and each of their moves wrote an empty key. */
export class FollowUpsAlone2026120104460 implements MigrationInterface {
  name = 'FollowUpsAlone2026120104460';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_line DROP CONSTRAINT payment_line_replaces_uq');
    await runner.query('CREATE UNIQUE INDEX payment_line_replaces_uq ON payment_line (replaces_id) WHERE replaces_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_line_replaces_uq; ALTER TABLE payment_line ADD CONSTRAINT payment_line_replaces_uq UNIQUE (replaces_id)');
  }
}
