import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lines of a batch are read a page at a time in the order of their references, byte by byte: an index in another collation had each page sort all of them. */
export class LinesInFileOrder2026112822310 implements MigrationInterface {
  name = 'LinesInFileOrder2026112822310';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_line_batch_ix');
    await runner.query('CREATE INDEX payment_line_batch_ix ON payment_line (batch_id, end_to_end_id COLLATE "C") WHERE batch_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_line_batch_ix');
    await runner.query('CREATE INDEX payment_line_batch_ix ON payment_line (batch_id, end_to_end_id) WHERE batch_id IS NOT NULL');
  }
}
