import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { LineMoves } from '../../src/modules/payouts/line-moves.service.js';
import type { LineEvent } from '../../src/modules/payouts/payment-line.machine.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { payableClaims } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { value } from '../support/results.js';

/** Whole units, hundredths, thousandths and ten-thousandths. */
const CURRENCIES = ['KRW', 'EUR', 'JPY', 'KWD', 'CLF'] as const;
const CREDITS = SHIPPED_PROFILES.find(({ id }) => id === 'csv-bill-credit') as object;

interface Sums { readonly gross: bigint; readonly withheld: bigint; readonly net: bigint }

let world: TestApp;
let owner: Client;
let desk: PayoutDesk;
let books = 0;


async function balances(fundId: string): Promise<Record<string, bigint>> {
  const { rows } = await owner.query<{ name: string; minor: string }>('SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND balance_minor <> 0', [fundId]);
  return Object.fromEntries(rows.map(({ name, minor }) => [name, BigInt(minor)]));
}

async function lineSums(batchId: string): Promise<Sums> {
  const { rows: [row] } = await owner.query<Record<keyof Sums, string>>(
    'SELECT sum(gross_minor)::text AS gross, sum(withheld_minor)::text AS withheld, sum(net_minor)::text AS net FROM payment_line WHERE batch_id = $1', [batchId]);
  return { gross: BigInt(row?.gross ?? '0'), withheld: BigInt(row?.withheld ?? '0'), net: BigInt(row?.net ?? '0') };
}

async function move(event: LineEvent, batchId: string): Promise<void> {
  const { rows } = await owner.query<{ id: string }>('SELECT id FROM payment_line WHERE batch_id = $1', [batchId]);
  value(await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(LineMoves).move(tx, asSystem, event, rows.map(({ id }) => ({ lineId: id }))))));
}

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

describe.each(CURRENCIES)('what is granted, withheld and paid in %s', (currency) => {
  it('is the same sum on entitlements, lines, batch and ledger, to the minor unit, and all of it comes back when the bank returns it', async () => {
    const grant = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 0n, max: 10n ** 11n })).map(([net, withheld]) => ({ net, withheld }));
    await fc.assert(fc.asyncProperty(fc.array(grant, { minLength: 1, maxLength: 40 }), async (grants) => {
      const withheld = grants.reduce((sum, one) => sum + one.withheld, 0n);
      const net = grants.reduce((sum, one) => sum + one.net, 0n);
      const gross = net + withheld;
      books += 1;
      const book = await payableClaims(owner, {
        seed: `${currency.toLowerCase()}-${books}`, currency, amounts: grants.map((one) => one.net + one.withheld), withheld: grants.map((one) => one.withheld), method: 'bill_credit', profile: CREDITS,
      });
      const batch = await desk.released(book.fundId);
      expect(await lineSums(batch.id)).toEqual({ gross, withheld, net });
      const { rows: [stored] } = await owner.query<Record<string, string>>(
        'SELECT state, gross_minor::text AS gross, withheld_minor::text AS withheld, total_minor::text AS net, released_minor::text AS released FROM payout_batch WHERE id = $1', [batch.id]);
      expect(stored).toEqual({ state: 'released', gross: String(gross), withheld: String(withheld), net: String(net), released: String(net) });
      const tax = withheld === 0n ? {} : { tax_payable: withheld };
      expect(await balances(book.fundId)).toEqual({ funding: -gross, in_transit: net, ...tax });
      await move('settle', batch.id);
      expect(await balances(book.fundId)).toEqual({ funding: -gross, paid: net, ...tax });
      await move('return', batch.id);
      expect(await balances(book.fundId)).toEqual({ funding: -gross, reserved: gross });
    }), { numRuns: 4 });
  });
});
