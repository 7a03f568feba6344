import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds of people: asked about once for each day that is set, and, where a suspicion or the law is behind one, released by another person. */
export class HoldReviews2026112800300 implements MigrationInterface {
  name = 'HoldReviews2026112800300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE claim_hold
        ADD COLUMN review_id uuid NOT NULL DEFAULT uuidv7(),
        ADD COLUMN review_asked_at timestamptz(3),
        ADD CONSTRAINT claim_hold_second_ck CHECK (kind NOT IN ('fraud', 'legal') OR released_at IS NULL OR (released_by IS NOT NULL AND released_by IS DISTINCT FROM placed_by))`);
    await runner.query('GRANT UPDATE (review_id, review_asked_at) ON claim_hold TO makegood_app');
    // What asks which holds are due reads only those that nobody was asked about.
    await runner.query('CREATE INDEX claim_hold_unasked_ix ON claim_hold (review_on, id) WHERE released_at IS NULL AND review_asked_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX claim_hold_unasked_ix');
    await runner.query('ALTER TABLE claim_hold DROP CONSTRAINT claim_hold_second_ck, DROP COLUMN review_id, DROP COLUMN review_asked_at');
  }
}
