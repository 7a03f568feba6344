import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A claim takes the hull of its claim window and its loss window; so far it took the claim window alone. What stands was taken by the rule
 * of its day and keeps what it has; from now on a span is half-open and has both ends.
 */
export class OccupiedTime2026112620300 implements MigrationInterface {
  name = 'OccupiedTime2026112620300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE claim_occupancy ADD CONSTRAINT claim_occupancy_span_ck
      CHECK (NOT isempty(span) AND lower_inc(span) AND NOT upper_inc(span) AND NOT lower_inf(span) AND NOT upper_inf(span))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE claim_occupancy DROP CONSTRAINT claim_occupancy_span_ck');
  }
}
