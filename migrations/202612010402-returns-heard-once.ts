import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each payment that came back is dealt with, and its business told, once: whether its claim was held for another decided that before. Those that came back so far are left as not heard: an event of one may still wait, and none is told twice. */
export class ReturnsHeardOnce2026120104020 implements MigrationInterface {
  name = 'ReturnsHeardOnce2026120104020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_line ADD COLUMN is_return_heard boolean NOT NULL DEFAULT false');
    await runner.query('GRANT UPDATE (is_return_heard) ON payment_line TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_line DROP COLUMN is_return_heard');
  }
}
