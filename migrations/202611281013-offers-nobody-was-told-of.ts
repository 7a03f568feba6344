import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Offers made before their owners were written to: each gets the notice it lacks, without a letter. The sweep of offers then writes to the
 * owners, and from the arrival of that letter on their time runs; none ran before.
 */
export class OffersNobodyWasToldOf2026112810130 implements MigrationInterface {
  name = 'OffersNobodyWasToldOf2026112810130';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO decision_notice (claim_id, merchant_id, kind, entitlement_no, letter_ids, offer_days, objection_days, zone, told_at, look_at)
      SELECT c.id, c.merchant_id, 'offer', e.n, '{}', (p.resolved::jsonb #>> '{process,offerDays}')::int, (p.resolved::jsonb #>> '{process,objectionDays}')::int, s.zone, e.granted_at, now()
      FROM claim c JOIN site s ON s.id = c.site_id
        JOIN LATERAL (SELECT * FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e ON true
        JOIN assessment a ON a.id = e.assessment_id JOIN policy_version p ON p.id = a.policy_version_id
      WHERE c.state = 'offered' AND NOT EXISTS (SELECT FROM decision_notice n WHERE n.claim_id = c.id)`);
  }

  /** What was told is not untold: rows that somebody may have answered to stay. */
  async down(): Promise<void> {}
}
