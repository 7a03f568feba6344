import type { Client } from 'pg';

export type Granted = { readonly kind: string; readonly quantity: string; readonly unit: string };
export const days = (quantity: string): Granted => ({ kind: 'days', quantity, unit: 'days of the subscription' });
export const points = (quantity: string): Granted => ({ kind: 'points', quantity, unit: 'points' });

/** Around the application's triggers. */
export async function bare(owner: Client, sql: string, params: readonly unknown[]): Promise<void> {
  await owner.query('SET session_replication_role = replica');
  await owner.query(sql, params as unknown[]);
  await owner.query('SET session_replication_role = origin');
}

let n = 0;
/** The newest assessment of a claim grants this beside its money. */
export async function grantBenefits(owner: Client, claimId: string, benefits: readonly Granted[]): Promise<void> {
  n += 1;
  await bare(owner, `
    WITH a AS (
      INSERT INTO assessment (claim_id, merchant_id, n, claim_version, policy_version_id, register_version, engine, input_hash, frozen, result_hash, result, outcome, provisional, cash_minor, currency, assessed_at)
      SELECT id, merchant_id, $2::int, 1, uuidv7(), 1, 'test', lpad($2::int::text, 64, '0'), '{}', repeat('a', 64), $3, 'eligible', false, 1000, currency, now() FROM claim WHERE id = $1 RETURNING id)
    INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, net_minor, currency, granted_at)
    SELECT c.id, (SELECT max(e.n) + 1 FROM entitlement e WHERE e.claim_id = c.id), c.merchant_id, uuidv7(), a.id, 1000, 0, 1000, c.currency, now() FROM claim c, a WHERE c.id = $1`, [claimId, n, JSON.stringify({ benefits })]);
}
