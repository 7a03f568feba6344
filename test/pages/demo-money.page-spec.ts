import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RECONCILIATION_CLASSES } from '../../src/core/payments/reconcile.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { call } from '../support/app.js';
import { openStory, type Story } from '../support/story.js';

let story: Story;
let token: string;
beforeAll(async () => {
  story = await openStory();
  token = (await call<{ token: string }>(story.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE.finance.email, password: DEMO_PASSWORD } })).body.token;
}, 120_000);
afterAll(async () => { await story.close(); });

const items = async <Item>(path: string): Promise<Item[]> => (await call<{ items: Item[] }>(story.url, 'GET', path, { token })).body.items;

describe('money out in the demo', () => {
  it('has one statement with every class of booking, of which some are left for its reader to resolve', async () => {
    const messages = await items<{ self: string; kind: string; state: string; breakCount: number }>('/v1/bank-messages?limit=50');
    expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(['applied']));
    const [statement] = messages.filter(({ kind, breakCount }) => kind === 'camt.053' && breakCount > 0);
    const booked = await items<{ class: string }>(`${statement?.self ?? ''}/items?limit=50`);
    const breaks = await items<{ kind: string; state: string; proposal?: object }>('/v1/reconciliation-breaks?limit=50');
    expect(new Set([...booked.map((item) => item.class), ...breaks.map(({ kind }) => kind)])).toEqual(new Set(RECONCILIATION_CLASSES));
    expect(breaks.map(({ kind, state, proposal }) => `${kind} ${proposal === undefined ? state : 'proposed'}`).sort()).toEqual([
      'amount_differs proposed', 'duplicate resolved', 'missing_external open', 'missing_external open', 'unknown_external open',
    ]);
  });

  it('has two businesses of Canalis that were paid too much, of which one agreed to have it set off', async () => {
    const owed = await items<{ left: { currency: string }; offsetAgreedAt?: string }>('/v1/recoveries?limit=50');
    expect(owed.filter(({ left }) => left.currency === 'EUR').map(({ offsetAgreedAt }) => offsetAgreedAt !== undefined).sort()).toEqual([false, true]);
  });

  it('has a fund that was shared to the last cent, proposed by one person and approved by another', async () => {
    const fund = (await items<{ id: string; mode: string }>('/v1/funds')).find(({ mode }) => mode === 'shared');
    expect(await items(`/v1/funds/${fund?.id ?? ''}/allocations`)).toMatchObject([{ stage: 'final', shared: { amount: '400.00', currency: 'EUR' } }]);
  });

  it('has a list of benefits half way: one given, one not, one asked for, and the businesses read so in plain words', async () => {
    expect(await items('/v1/benefit-lists')).toMatchObject([{ counts: { given: 1, refused: 1, asked: 1 } }]);
    const owner = (await call<{ token: string }>(story.url, 'POST', '/v1/sessions', { body: { email: 'cafe@shops.example', password: DEMO_PASSWORD } })).body.token;
    const [claim] = (await call<{ items: { id: string }[] }>(story.url, 'GET', '/v1/claims', { token: owner })).body.items.slice(-1);
    const { body: { items: given } } = await call<{ items: object[] }>(story.url, 'GET', `/v1/claims/${claim?.id ?? ''}/benefits`, { token: owner });
    expect(given).toMatchObject([{ quantity: '3', unit: 'days of the subscription', state: 'given', on: '2023-02-08' }]);
  });
});
