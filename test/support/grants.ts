import type { Client } from 'pg';
import { currency, money } from '../../src/core/money/index.js';
import { ok } from '../../src/core/errors/index.js';
import { ClaimLifecycle } from '../../src/modules/claims/index.js';
import { OverpaymentOpenings } from '../../src/modules/payouts/overpayments/overpayment-openings.service.js';
import { Reservations } from '../../src/modules/review/reservations.service.js';
import type { Context } from '../../src/platform/access/context.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { TestApp } from './app.js';
import { value } from './results.js';

const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };

/** Another entitlement as a reduction or a rise leaves it, with what the fund does; payouts hear of it unless nobody tells them. */
export async function regrant(world: Pick<TestApp, 'app'>, owner: Client, { claimId, minor, withheld = 0n, isTold = true }: { claimId: string; minor: bigint; withheld?: bigint; isTold?: boolean }): Promise<void> {
  await owner.query('SET session_replication_role = replica; ALTER TABLE entitlement DISABLE TRIGGER entitlement_rises_tg');
  const { rows: [row] } = await owner.query<{ n: number; before: string; currency: string }>(`
    WITH b AS (SELECT * FROM entitlement WHERE claim_id = $1 ORDER BY n DESC LIMIT 1)
    INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, net_minor, currency, granted_at)
    SELECT claim_id, n + 1, merchant_id, uuidv7(), assessment_id, $2, $3, $2::bigint - $3::bigint, currency, now() FROM b RETURNING n, (SELECT gross_minor::text FROM b) AS before, currency`, [claimId, String(minor), String(withheld)]);
  await owner.query('ALTER TABLE entitlement ENABLE ALWAYS TRIGGER entitlement_rises_tg; SET session_replication_role = origin');
  const { n = 0, before = '0', currency: code = 'EUR' } = row ?? {};
  const falls = minor < BigInt(before);
  value(await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => {
    const claim = value(await world.app.get(ClaimLifecycle).locked(tx, claimId));
    const total = { n, total: money(minor, currency(code)) };
    value(falls ? await world.app.get(Reservations).lower(tx, SYSTEM, claim, total) : await world.app.get(Reservations).reserve(tx, SYSTEM, claim, total));
    if (!isTold) return ok(undefined);
    if (falls) return world.app.get(OverpaymentOpenings).fell(tx, SYSTEM, claimId);
    return ok(await world.app.get(OverpaymentOpenings).net(tx, SYSTEM, [claimId]));
  }));
}

/** A claim, accepted and reserved for in the same fund, is of the business of another from now on. */
export async function joinBusiness(owner: Client, { of, claimId }: { of: string; claimId: string }): Promise<void> {
  await owner.query('SET session_replication_role = replica; ALTER TABLE entitlement DISABLE TRIGGER entitlement_append_only_tg');
  for (const table of ['claim', 'entitlement']) {
    await owner.query(`UPDATE ${table} SET merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)${table === 'claim' ? ', version = version + 1' : ''} WHERE ${table === 'claim' ? 'id' : 'claim_id'} = $2`, [of, claimId]);
  }
  await owner.query('ALTER TABLE entitlement ENABLE ALWAYS TRIGGER entitlement_append_only_tg; SET session_replication_role = origin');
}
