import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A mandate that nobody answers lapses: neither side ended it. */
export class MandateTerms2026112701400 implements MigrationInterface {
  name = 'MandateTerms2026112701400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mandate DROP CONSTRAINT mandate_revoked_ck, ADD CONSTRAINT mandate_revoked_ck CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)
        AND (revoked_at IS NULL) = (revoked_side IS NULL) AND (revoked_side IS NULL OR revoked_side IN ('agent', 'merchant', 'term'))
        AND (revoked_side IS DISTINCT FROM 'term' OR (revoked_by IS NULL AND confirmed_at IS NULL)))`);
    await runner.query(`INSERT INTO mandate_transition (event, from_state, to_state) VALUES ('lapse', 'asserted', 'revoked') ON CONFLICT DO NOTHING`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM mandate_transition WHERE event = 'lapse'`);
    await runner.query(`
      ALTER TABLE mandate DROP CONSTRAINT mandate_revoked_ck, ADD CONSTRAINT mandate_revoked_ck CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)
        AND (revoked_at IS NULL) = (revoked_side IS NULL) AND (revoked_side IS NULL OR revoked_side IN ('agent', 'merchant')))`);
  }
}
