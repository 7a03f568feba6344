import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { BatchRelease, PayoutFiles, PayoutQueries, type BatchView } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { codeOf, value } from '../support/results.js';

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;

let world: TestApp;
let owner: Client;
let desk: PayoutDesk;


const book = (seed: string, amounts: readonly bigint[], more: Partial<Parameters<typeof payableClaims>[1]> = {}): Promise<Payables> =>
  payableClaims(owner, { seed, amounts, profile: SEPA, vault: world.app.get(Vault), ...more });

const approved = ({ fundId }: Payables): Promise<BatchView> => desk.approved(fundId);

async function released(batch: BatchView): Promise<{ state: string; faults: { code: string }[] }> {
  const id = await desk.release(batch);
  const { rows: [row] } = await owner.query<{ state: string; faults: { code: string }[] }>('SELECT state, faults FROM payout_release WHERE id = $1', [id]);
  return row ?? { state: 'gone', faults: [] };
}

const balances = async (fundId: string): Promise<Record<string, string>> => Object.fromEntries((await owner.query<{ name: string; minor: string }>(
  'SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND balance_minor <> 0 ORDER BY name', [fundId])).rows.map(({ name, minor }) => [name, minor]));

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  desk = await PayoutDesk.of(world, owner);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('a released batch', () => {
  it('has its file, its lines in transit and its money there, all at once', async () => {
    const batch = await approved(await book('whole', [12_345n, 1n, 999_999n]));
    expect(await released(batch)).toEqual({ state: 'done', faults: [] });
    expect(value(await world.app.get(PayoutQueries).get(batch.id))).toMatchObject({ state: 'released', totals: { count: 3, net: { amount: '10123.45' } } });
    expect(value(await world.app.get(PayoutQueries).linesOf(batch.id, { limit: 10 })).items.map(({ state }) => state)).toEqual(['in_transit', 'in_transit', 'in_transit']);
    expect(await balances(batch.fundId)).toEqual({ funding: '-1012345', in_transit: '1012345' });
    const file = value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id));
    const content = await text(file.bytes);
    expect([file.schemaCheck, createHash('sha256').update(content).digest('hex')]).toEqual(['no_schema', file.sha256]);
    expect(content).toContain('<CtrlSum>10123.45</CtrlSum>');
    expect(codeOf(await world.app.get(PayoutFiles).open(desk.people.releaser, batch.id))).toBe('identity.proof_needed');
  });

  it('goes on without a line that was stopped after it was approved, and says so', async () => {
    const payables = await book('stopped', [500n, 600n, 700n]);
    const batch = await approved(payables);
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'fund', now() FROM claim WHERE id = $1`, [payables.claimIds[1]]);
    expect((await released(batch)).state).toBe('done');
    expect(value(await world.app.get(PayoutQueries).get(batch.id))).toMatchObject({
      locked: { count: 3, net: { amount: '18.00' } }, totals: { count: 2, net: { amount: '12.00' } }, dropped: [{ claimId: payables.claimIds[1], reason: 'fund' }],
    });
    expect(await balances(batch.fundId)).toEqual({ funding: '-1800', in_transit: '1200', reserved: '600' });
  });

  it('is not released by who locked or approved it, without a proof, twice at once, or on another digest', async () => {
    const batch = await approved(await book('people', [500n]));
    const ask = (person: Context, digest = batch.digest ?? '') => world.app.get(BatchRelease).request(person, batch.id, batch.version, digest);
    expect(codeOf(await ask(desk.people.releaser))).toBe('identity.proof_needed');
    expect(codeOf(await ask(desk.proved(desk.people.releaser), 'f'.repeat(64)))).toBe('payouts.digest_differs');
    await owner.query(`INSERT INTO user_role (user_id, role, granted_at) SELECT $1, 'finance_releaser', now()`, [desk.people.approver.userId]);
    expect(codeOf(await ask(desk.proved(desk.people.approver)))).toBe('identity.duty_conflict');
    value(await ask(desk.proved(desk.people.releaser)));
    expect(codeOf(await ask(desk.proved(desk.people.releaser)))).toBe('payouts.releasing');
  });

  it('stays approved when its file cannot be paid, and every line at fault is named', async () => {
    const batch = await approved(await book('faulty', [500n, 600n], { payees: (n) => (n === 1 ? 'DE00370400440532013000' : 'DE89370400440532013000') }));
    const { state, faults } = await released(batch);
    expect([state, faults.map(({ code }) => code)]).toEqual(['refused', ['payments.iban_check_digits']]);
    expect(value(await world.app.get(PayoutQueries).get(batch.id)).state).toBe('approved');
    expect(await balances(batch.fundId)).toEqual({ funding: '-1100', reserved: '1100' });
  });
});
