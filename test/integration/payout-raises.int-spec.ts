import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { PayingAccounts } from '../../src/modules/funds/index.js';
import { BatchPreparation, ClaimPayments, type LineState } from '../../src/modules/payouts/index.js';
import { LineMoves } from '../../src/modules/payouts/line-moves.service.js';
import { WithheldRises } from '../../src/modules/payouts/withheld-rises.handler.js';
import type { LineEvent } from '../../src/modules/payouts/payment-line.machine.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { regrant } from '../support/grants.js';
import { openKt, rule, value, type KtWorld } from '../support/kt-world.js';
import { asSystem } from '../support/lower-floors.js';
import { PayoutDesk } from '../support/payout-desk.js';

/** As the scheme of 2018, paid without being asked whether it is accepted, with 3.3 % withheld, rounded down to ten won. */
const withholding = (days: number): string => rule(days, '500000000')
  .replace('acceptance: required', 'acceptance: not_required')
  .replace('result: { cash: $flat,', '  - { id: tax, use: withhold, in: { value: $flat }, with: { rate: "3.3%", unit: "10", mode: down } }\nresult: { cash: $flat, withheld: $tax,');

interface Line { readonly n: number; readonly entitlement: number; readonly gross: string; readonly withheld: string; readonly net: string; readonly state: LineState }

let world: KtWorld;
let fundId: string;
let owner: Client;
let desk: PayoutDesk;
const claims: Record<'paid' | 'rejected' | 'included' | 'waiting', string> = { paid: '', rejected: '', included: '', waiting: '' };

const linesOf = async (claimId: string): Promise<Line[]> => (await owner.query<Line>(`
  SELECT n, entitlement_no AS entitlement, gross_minor::text AS gross, withheld_minor::text AS withheld, net_minor::text AS net, state FROM payment_line WHERE claim_id = $1 ORDER BY n`, [claimId])).rows;
const entitlementsOf = async (claimId: string) => (await owner.query<Record<string, string>>(
  'SELECT gross_minor::text AS gross, withheld_minor::text AS withheld, net_minor::text AS net FROM entitlement WHERE claim_id = $1 ORDER BY n', [claimId])).rows;

const batch = async (): Promise<string> => (await desk.released(fundId)).id;

async function move(event: LineEvent, claimId: string): Promise<void> {
  const { rows: [line] } = await owner.query<{ id: string }>('SELECT id FROM payment_line WHERE claim_id = $1 ORDER BY n DESC LIMIT 1', [claimId]);
  value(await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(LineMoves).move(tx, asSystem, event, [{ lineId: line?.id ?? '' }]))));
}

beforeAll(async () => {
  world = await openKt(withholding(1));
  fundId = world.scheme.fundId ?? '';
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  desk = await PayoutDesk.of(world, owner);
  const account = value(await world.app.get(PayingAccounts).create(desk.people.preparer, {
    code: 'bills', name: 'Bills', currency: 'KRW', holder: 'KT', zone: 'Asia/Seoul', account: { kind: 'other', number: 'BILLS' }, approvals: [{ count: 1 }],
    profile: SHIPPED_PROFILES.find(({ id }) => id === 'csv-bill-credit') as object,
  }));
  value(await world.app.get(PayingAccounts).assign(desk.people.preparer, fundId, 1, { payingAccountId: account.id, method: 'bill_credit' }));
  for (const name of ['paid', 'rejected', 'included'] as const) claims[name] = await world.file({ region: 'r7', turnover: '100000000' });
  await owner.query(`UPDATE merchant SET registration_value = 'KT-' || right(id::text, 6), version = version + 1`);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('an accepted claim that rises', () => {
  it('is first paid what it was granted, less the tax', async () => {
    expect(await entitlementsOf(claims.paid)).toEqual([{ gross: '400000', withheld: '13200', net: '386800' }]);
    await batch();
    expect(await linesOf(claims.paid)).toEqual([{ n: 1, entitlement: 1, gross: '400000', withheld: '13200', net: '386800', state: 'in_transit' }]);
    await move('settle', claims.paid);
    await move('reject', claims.rejected);
  });

  it('is told what was granted, what is withheld, and what reaches it', async () => {
    const { rows } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = $1 AND l.template = 'claim.granted'`, [claims.paid]);
    expect(rows.map(({ plain }) => ['400,000', '13,200', '386,800'].every((sum) => plain.includes(sum)))).toEqual([true]);
  });

  it('gets one more line for what the change adds; what was rejected before waits to be paid again by itself', async () => {
    claims.waiting = await world.file({ region: 'r7', turnover: '100000000' });
    await owner.query(`UPDATE merchant SET registration_value = 'KT-' || right(id::text, 6), version = version + 1 WHERE registration_value = ''`);
    const { changeId } = await world.propose(withholding(5), 'all');
    value(await world.approve(world.approver, changeId, await world.rehearse(changeId)));
    await world.applyAll(changeId);
    expect(await entitlementsOf(claims.paid)).toEqual([{ gross: '400000', withheld: '13200', net: '386800' }, { gross: '2000000', withheld: '66000', net: '1934000' }]);
    await batch();
    expect((await linesOf(claims.paid)).at(-1)).toEqual({ n: 2, entitlement: 2, gross: '1600000', withheld: '52800', net: '1547200', state: 'in_transit' });
    expect(await linesOf(claims.rejected)).toEqual([
      { n: 1, entitlement: 1, gross: '400000', withheld: '13200', net: '386800', state: 'rejected' }, { n: 2, entitlement: 2, gross: '1600000', withheld: '52800', net: '1547200', state: 'in_transit' },
    ]);
    // Not settled when it rose, and never paid before it rose: one line of the difference, one of all.
    expect((await linesOf(claims.included)).map(({ n, gross }) => [n, gross])).toEqual([[1, '400000'], [2, '1600000']]);
    expect((await linesOf(claims.waiting)).map(({ n, entitlement, gross }) => [n, entitlement, gross])).toEqual([[1, 2, '2000000']]);
  });

  it('is not paid twice for the same rise, and the tax office gets what all lines withheld', async () => {
    expect((await world.app.get(BatchPreparation).open(desk.people.preparer, { fundId })).ok).toBe(false);
    const balances = await world.app.get(Database).reader.query<{ name: string; minor: string }>(
      `SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND balance_minor <> 0 ORDER BY name`, [fundId]);
    expect(Object.fromEntries(balances.map(({ name, minor }) => [name, minor]))).toEqual({ funding: '-8000000', in_transit: String(4 * 1_934_000 - 2 * 386_800), paid: '386800', reserved: '400000', tax_payable: '250800' });
  });

  it('by nothing but tax is settled without a batch, for nothing of it leaves: nothing stays due, and the tax office gets it', async () => {
    const standing = async (): Promise<Record<string, string>> => Object.fromEntries((await owner.query<{ name: string; minor: string }>(
      `SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND name IN ('reserved', 'tax_payable', 'paid', 'in_transit')`, [fundId])).rows.map(({ name, minor }) => [name, minor]));
    const due = async () => (await world.app.get(ClaimPayments).standings([claims.paid])).get(claims.paid)?.status;
    await move('settle', claims.paid);
    const before = await standing();
    await regrant(world, owner, { claimId: claims.paid, minor: 2_005_000n, withheld: 71_000n });
    expect(await due()).toBe('due');
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'fund', now() FROM claim WHERE id = $1`, [claims.paid]);
    for (let time = 0; time < 2; time += 1) {
      value(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(WithheldRises).settle(tx, asSystem, claims.paid)));
      expect((await linesOf(claims.paid)).slice(2)).toEqual([{ n: 3, entitlement: 3, gross: '5000', withheld: '5000', net: '0', state: 'settled' }]);
    }
    expect(await due()).toBe('paid');
    expect(await standing()).toEqual({ ...before, tax_payable: String(BigInt(before['tax_payable'] ?? '0') + 5_000n) });
    await regrant(world, owner, { claimId: claims.paid, minor: 2_005_001n, withheld: 71_000n });
    await owner.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1', [claims.paid]);
    await batch();
    expect((await linesOf(claims.paid)).at(-1)).toMatchObject({ n: 4, gross: '1', withheld: '0', net: '1' });
  });
});
