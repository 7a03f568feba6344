import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Refusal, Result } from '../../src/core/errors/index.js';
import { ChangeQueries, currenciesOf, totalsIn, type AmendmentReport } from '../../src/modules/changes/index.js';
import { FundLedger } from '../../src/modules/funds/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { SchemePlanning } from '../../src/modules/schemes/index.js';
import { Database } from '../../src/platform/database/database.js';
import { Amending, said, type AmendmentRun } from '../support/amendments.js';
import { asSystem, at } from '../support/lower-floors.js';
import { KEY, openKt, rule, value, type KtWorld } from '../support/kt-world.js';

let world: KtWorld;
let amending: Amending;
let changeId: string;
let run: AmendmentRun;
const claims: Record<string, string> = {};
const reader = () => world.app.get(Database).reader;
const queries = () => world.app.get(ChangeQueries);
const refusal = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result.refusal);
const report = (): AmendmentReport => run.report as AmendmentReport;

/** The same outage hit a service that is paid for in euros too: 400,000 euros a day, so that a figure read in the wrong currency is seen. */
async function euroScheme(): Promise<{ id: string; currency: string }> {
  value(await world.app.get(PolicyCatalogue).publish(asSystem, rule(5, '3000000000').replaceAll('KRW', 'EUR').replace('cash: "400000"', 'cash: "400000.00"').replace(`policy: ${KEY}`, 'policy: eu-kt-2018')));
  const fund = value(await world.app.get(FundLedger).create(world.author, { code: 'kt-eur', name: 'KT, euros', mode: 'open', currency: 'EUR' }));
  const { id } = value(await world.app.get(SchemePlanning).plan(world.author, {
    code: 'kt-2018-eur', policyKey: 'eu-kt-2018', fundId: fund.id, outageIds: [(await amending.outage()).id], zone: 'Asia/Seoul', graceDays: 0, title: { en: 'KT', ko: 'KT', fr: 'KT' },
    opensAt: at('2019-03-22T00:00Z'), closesAt: at('2036-01-01T00:00Z'), contact: { name: 'Care' }, targetDays: {}, texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }],
  }));
  return { id, currency: 'EUR' };
}

beforeAll(async () => {
  world = await openKt(rule(5, '3000000000'));
  amending = new Amending(world);
  const scheme = await euroScheme();
  claims['won'] = await world.file({ region: 'r1', turnover: '100000000' });
  claims['won3'] = await world.file({ region: 'r3', turnover: '100000000' });
  claims['euro'] = await world.file({ region: 'r1', turnover: '100000000', scheme });
  claims['euro3'] = await world.file({ region: 'r3', turnover: '100000000', scheme });
});

afterAll(() => world.close());

describe('an amendment that touches claims in two currencies', () => {
  it('has a total of each, and none over both', async () => {
    ({ id: changeId } = value(await amending.propose(said({ r1: 2, r3: 4, r7: 7 }))));
    run = await amending.rehearse(changeId);
    expect(currenciesOf(report())).toEqual(['EUR', 'KRW']);
    expect(report()).toMatchObject({ claims: 4, toTell: 4, totals: [
      { currency: 'EUR', claims: 2, beforeMinor: '160000000', afterMinor: '240000000', differenceMinor: '80000000', winners: { claims: 2, minor: '80000000' }, losers: { claims: 0 }, causes: [{ cause: 'amendment', claims: 2, minor: '80000000' }] },
      { currency: 'KRW', claims: 2, beforeMinor: '1600000', afterMinor: '2400000', differenceMinor: '800000', winners: { claims: 2, minor: '800000' }, losers: { claims: 0 }, causes: [{ cause: 'amendment', claims: 2, minor: '800000' }] },
    ] });
    expect(Object.keys(report()).filter((name) => name.endsWith('Minor') || name === 'currency')).toEqual([]);
    expect((await amending.rehearse(changeId)).digest).toBe(run.digest);
    for (const { histogram } of totalsIn(report())) expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('lists who wins most of one currency, since amounts of two have no order', async () => {
    const most = (currency?: string) => queries().claims(reader(), changeId, run.n, { order: 'winners', ...(currency === undefined ? {} : { currency }), limit: 10 });
    expect(refusal(await most())).toMatchObject({ code: 'changes.several_currencies', params: { currencies: 'EUR, KRW' } });
    expect(value(await most('EUR')).map(({ claimId, difference }) => [claimId, difference]).sort()).toEqual([
      [claims['euro'], { amount: '400000.00', currency: 'EUR' }], [claims['euro3'], { amount: '400000.00', currency: 'EUR' }]].sort());
    expect(value(await queries().claims(reader(), changeId, run.n, { order: 'filed', limit: 10 })).map(({ claimId, after }) => [claimId, after.cash])).toEqual([
      [claims['won'], { amount: '800000', currency: 'KRW' }], [claims['won3'], { amount: '1600000', currency: 'KRW' }],
      [claims['euro'], { amount: '800000.00', currency: 'EUR' }], [claims['euro3'], { amount: '1600000.00', currency: 'EUR' }]]);
  });

  it.each([[['KRW']], [['EUR']], [['EUR', 'EUR']], [['EUR', 'KRW', 'USD']]])('is approved with a bound in each: not with %j', async (currencies) => {
    expect(refusal(await amending.approve(changeId, run, world.approver, 1n, currencies))).toMatchObject({ code: 'changes.currency_differs', params: { currency: 'EUR, KRW' } });
  });

  it('applied, gives each claim in its own currency what was previewed, and keeps the bounds', async () => {
    value(await amending.approve(changeId, run, world.approver, 1n, ['KRW', 'EUR']));
    await world.applyAll(changeId);
    const detail = value(await queries().get(reader(), changeId));
    expect(detail).toMatchObject({ state: 'applied', application: { verdicts: { raised: 4 }, toldMerchants: 4 } });
    expect(detail.approval?.bounds).toEqual([{ currency: 'EUR', boundMinor: '1', movedMinor: '0' }, { currency: 'KRW', boundMinor: '1', movedMinor: '0' }]);
    expect(detail.approval).not.toHaveProperty('boundMinor');
    const applied = value(await queries().applied(reader(), changeId, { limit: 10 }));
    expect(new Map(applied.map(({ claimId, applied: sum }) => [claimId, sum]))).toEqual(new Map([
      [claims['won'], { amount: '800000', currency: 'KRW' }], [claims['won3'], { amount: '1600000', currency: 'KRW' }],
      [claims['euro'], { amount: '800000.00', currency: 'EUR' }], [claims['euro3'], { amount: '1600000.00', currency: 'EUR' }]]));
    for (const { rehearsed, applied: sum } of applied) expect(rehearsed).toEqual(sum);
  });
});
