import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { BatchPreparation, PayoutFiles } from '../../src/modules/payouts/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { codeOf, value } from '../support/results.js';

const [CREDITS, BENEFITS] = ['csv-bill-credit', 'csv-benefit'].map((wanted) => SHIPPED_PROFILES.find(({ id }) => id === wanted) as object);

let world: TestApp;
let owner: Client;
let desk: PayoutDesk;

const asOwner = async (sql: string, params: readonly unknown[]): Promise<void> => {
  await owner.query('SET session_replication_role = replica');
  await owner.query(sql, params as unknown[]);
  await owner.query('SET session_replication_role = origin');
};

async function fileOf({ fundId }: Payables): Promise<string> {
  const batch = await desk.released(fundId);
  return text(value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id)).bytes);
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

describe('a credit on a bill', () => {
  it('needs no account: it names the business by the number it was verified with, and what reaches it after tax', async () => {
    const book = await payableClaims(owner, { seed: 'credits', amounts: [10_000n, 25_000n], withheld: [330n], method: 'bill_credit', profile: CREDITS ?? {} });
    await asOwner('DELETE FROM payee_account', []);
    const { rows } = await owner.query<{ reference: string; number: string }>(
      'SELECT c.reference, m.registration_value AS number FROM claim c JOIN merchant m ON m.id = c.merchant_id WHERE c.scheme_id = $1 ORDER BY c.reference', [book.schemeId]);
    const [head, ...lines] = (await fileOf(book)).replace('\uFEFF', '').trim().split('\r\n');
    expect(head).toBe('batch,reference,registration_number,customer_name,kind,amount,currency,effective_on,text');
    expect(lines.map((line) => line.split(',').slice(1, 3)).toSorted()).toEqual(rows.map(({ reference, number }) => [`${reference.replaceAll('-', '')}-1`, number]).toSorted());
    expect(lines.map((line) => line.split(',')[5]).toSorted()).toEqual(['250.00', '96.70']);
  });

  it('waits where its business has no number to be found by', async () => {
    const book = await payableClaims(owner, { seed: 'unknown', amounts: [10_000n], method: 'bill_credit', profile: CREDITS ?? {} });
    await asOwner(`UPDATE merchant SET registration_value = '' WHERE id IN (SELECT merchant_id FROM claim WHERE scheme_id = $1)`, [book.schemeId]);
    expect(codeOf(await world.app.get(BatchPreparation).open(desk.people.preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
  });
});

describe('a benefit in the place of money', () => {
  it('goes to whoever grants it, at the value that was granted, by the same list', async () => {
    const book = await payableClaims(owner, { seed: 'points', currency: 'KRW', amounts: [50_000n], method: 'benefit', profile: BENEFITS ?? {} });
    const [, line = ''] = (await fileOf(book)).trim().split('\r\n');
    expect(line.split(',').slice(4, 7)).toEqual(['benefit', '50000', 'KRW']);
  });
});
