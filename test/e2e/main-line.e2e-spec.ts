import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssessmentVerification } from '../../src/modules/assessments/index.js';
import { AuditQueries } from '../../src/modules/audit/index.js';
import { sharedData } from '../support/shared-data.js';
import { draftClaim, ifMatch, openWorld, submit, uploadSales, type World } from '../support/world.js';

interface Claim { state: string; version: number; assessmentId: string; entitlements: { n: number; net: { amount: string } }[]; determinations: { stage: string; outcome: string; byRule: boolean }[] }
interface Assessment { outcome: string; cash?: { amount: string }; result: { shownByRecords: boolean | null; lanes: Record<string, { from: string; to: string; state?: string; weight?: string }[]>; totals: Record<string, number>; reasons: { code: string }[] } }

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(async () => { await world.close(); });

const claimOf = async (id: string): Promise<Claim> => (await world.as<Claim>('owner', 'GET', `/v1/claims/${id}`)).body;
const terms = async (): Promise<string> => {
  const { body } = await world.as<{ texts: { kind: string; hash: string }[] }>('owner', 'GET', `/v1/schemes/${world.world.schemeId}`);
  return body.texts.find(({ kind }) => kind === 'terms')?.hash ?? '';
};

describe('a claim with its sales, from draft to ledger', () => {
  let id: string;

  it('is offered by rule a moment after it was filed', async () => {
    const draft = await draftClaim(world);
    id = draft.id;
    expect((await uploadSales(world, id)).status).toBe(201);
    expect((await submit(world, draft)).status).toBe(201);
    const claim = await claimOf(id);
    expect(claim).toMatchObject({ state: 'offered', determinations: [{ stage: 'decision', outcome: 'award', byRule: true }], entitlements: [{ n: 1, net: { amount: '53.40' } }] });
  });

  it('shows lanes that partition the window, with the unknown stretch at half its length', async () => {
    const { body } = await world.as<Assessment>('owner', 'GET', `/v1/claims/${id}/assessments/1`);
    expect(body.result.lanes['recorded']?.map(({ state }) => state)).toEqual(['presumed_up', 'down', 'degraded', 'unknown', 'up', 'presumed_up']);
    expect(body.result.lanes['counted']).toEqual([
      { from: '2026-10-13T10:20:00.000Z', to: '2026-10-13T11:40:00.000Z', weight: '1' }, { from: '2026-10-13T11:40:00.000Z', to: '2026-10-13T12:30:00.000Z', weight: '1' },
      { from: '2026-10-13T12:30:00.000Z', to: '2026-10-13T12:50:00.000Z', weight: '1/2' },
    ]);
    expect(body.result.totals).toMatchObject({ windowMs: 16_200_000, excludedMs: 3_600_000, waitingMs: 3_600_000, countedMs: 9_000_000, weightedMs: '8400000' });
  });

  it.each([['en', 'The policy gives 53.40 GBP.'], ['ko', '정책에 따른 금액은 53.40 GBP입니다.'], ['fr', 'La règle donne 53.40 GBP.']])('explains itself in %s', async (lang, first) => {
    const { body } = await world.as<{ lines: { text: string; figure?: string }[] }>('owner', 'GET', `/v1/claims/${id}/assessments/1/explanation?lang=${lang}`);
    expect(body.lines[0]?.text).toBe(first);
    expect(body.lines.map(({ figure }) => figure)).toEqual(expect.arrayContaining(['117.175 GBP', '31.05 GBP', '86.125 GBP', '31/50', '53.3975 GBP', '53.40 GBP']));
    expect(body.lines.every(({ text }) => !/\{\w+\}/.test(text))).toBe(true);
  });

  it('is accepted in full only against the terms of the scheme', async () => {
    const { version } = await claimOf(id);
    const wrong = await world.as('owner', 'POST', `/v1/claims/${id}/offers/1/acceptances`, { body: { termsHash: '0'.repeat(64) }, ...ifMatch(version) });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'review.terms_differ' } });
    const right = await world.as('owner', 'POST', `/v1/claims/${id}/offers/1/acceptances`, { body: { termsHash: await terms() }, ...ifMatch(version) });
    expect(right).toMatchObject({ status: 201, body: { state: 'accepted' } });
  });

  it('stands in the ledger as reserved', async () => {
    const { body } = await world.as<{ items: { account: string; amount: string }[] }>('finance', 'GET', `/v1/funds/${world.world.fundId}/balances`);
    expect(body.items.filter(({ amount }) => amount !== '0.00')).toMatchObject([
      { account: 'funding', amount: '-53.40', currency: 'GBP' }, { account: 'reserved', amount: '53.40', currency: 'GBP' },
    ]);
  });

  it('can be recomputed from its frozen input, and its audit chain is whole', async () => {
    expect(await world.app.get(AssessmentVerification).run({ actor: { kind: 'system', name: 'test' }, requestId: 'test' })).toEqual({ ok: true, value: { checked: 1, faultCount: 0, faults: [] } });
    expect((await world.app.get(AuditQueries).verify('claim', id)).faults).toEqual([]);
  });
});

/**
 * Real trading: a British online shop on 12 August 2011, hour by hour. The outage is made up and lies over a real slump: sales
 * from 11 to 15 were below each of the six Fridays before. Attribution: UCI Online Retail, Daqing Chen.
 */
const real = sharedData('data', 'sales', 'uci-online-retail-hourly.csv');

if (real !== undefined) describe('a claim over real hourly trading, decided by two people', () => {
  const services = ['harbourline.payments'];
  let id: string;

  const asEditor = async (person: 'registerEditor' | 'registerSecond', path: string, body: unknown, version?: number) => {
    const answer = await world.as<{ id: string; version: number }>(person, 'POST', path, { body, ...(version === undefined ? {} : ifMatch(version)) });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  it('is filed over HTTP and given to a person, since the amount is above the automatic limit', async () => {
    const line = (from: string, to: string, state: string, more = {}) => ({ service: services[0], from: `2011-08-12T${from}:00+01:00`, to: `2011-08-12T${to}:00+01:00`, state, source: 'test', ...more });
    const outage = await asEditor('registerEditor', '/v1/outages', {
      code: 'uci-2011', title: { en: 'Made-up outage over a real slump' }, complete: true,
      scope: [{ services, from: '2011-08-12T00:00:00+01:00', to: '2011-08-13T00:00:00+01:00' }],
      segments: [line('10:00', '13:00', 'down'), line('13:00', '14:00', 'degraded', { level: '0.5' }), line('14:00', '15:00', 'unknown')],
    });
    const confirmed = await asEditor('registerSecond', `/v1/outages/${outage.id}/confirmations`, { revision: 1 }, outage.version);
    const ended = await asEditor('registerSecond', `/v1/outages/${outage.id}/endings`, { endedAt: '2011-08-12T15:00:00+01:00' }, confirmed.version);
    await asEditor('registerSecond', `/v1/outages/${outage.id}/finalisations`, {}, ended.version);
    const scheme = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
      body: {
        code: 'uci-2011', policyKey: 'default-gbp', fundId: world.world.fundId, outageIds: [outage.id], zone: 'Europe/London', graceDays: 0,
        title: { en: 'Real trading' }, opensAt: '2011-08-13T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', contact: { name: 'Care' },
        texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: kind })),
      },
    });
    expect(scheme).toMatchObject({ status: 201 });
    const site = await world.as<{ id: string }>('owner', 'POST', `/v1/merchants/${world.world.merchantId}/sites`, {
      body: { name: 'Online shop', online: true, country: 'GB', openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }], exceptions: [] } },
    });
    await world.as('owner', 'POST', `/v1/sites/${site.body.id}/enrolments`, { body: { service: services[0], from: '2010-01-01T00:00:00Z' } });
    const draft = await world.as<{ id: string; version: number }>('owner', 'POST', '/v1/claims', {
      body: { schemeId: scheme.body.id, siteId: site.body.id, window: { from: '2011-08-12T09:00:00+01:00', to: '2011-08-12T18:00:00+01:00' }, answers: {} },
    });
    expect(draft).toMatchObject({ status: 201 });
    id = draft.body.id;
    const mapping = JSON.stringify({ at: 'hour_local_europe_london', gross: 'gross_sales_gbp', refunds: 'returns_gbp', zone: 'Europe/London', period: 'PT1H' });
    const sales = await uploadSales(world, id, real, { mapping, coverage: JSON.stringify([{ from: '2010-12-01T00:00:00Z', to: '2011-12-10T00:00:00Z' }]) });
    expect(sales).toMatchObject({ status: 201, body: { granularityMs: 3_600_000 } });
    expect((await submit(world, draft.body)).status).toBe(201);
    expect((await claimOf(id)).state).toBe('in_review');
  });

  it('comes to the figures worked out by hand from the file', async () => {
    const { body } = await world.as<Assessment>('owner', 'GET', `/v1/claims/${id}/assessments/1`);
    // Counted: 11–13 in full, 13–14 in full (degraded opens the gate), 14–15 at half. Comparables: the six Fridays before.
    const hours = new Map((real).trim().split('\n').slice(1).map((line) => {
      const [hour = '', , , gross = '0'] = line.split(',');
      return [hour, BigInt(gross.replace('.', ''))] as const;
    }));
    const doubled = (day: string): bigint => ['11', '12', '13'].reduce((sum, hour) => sum + 2n * (hours.get(`${day} ${hour}:00`) ?? 0n), hours.get(`${day} 14:00`) ?? 0n);
    const fridays = ['2011-08-05', '2011-07-29', '2011-07-22', '2011-07-15', '2011-07-08', '2011-07-01'].map(doubled).sort((a, b) => (a < b ? -1 : 1));
    const quadrupledLoss = (fridays[2] ?? 0n) + (fridays[3] ?? 0n) - 2n * doubled('2011-08-12');
    // Four times the loss in pence × 0.62 / 4, half up.
    const award = (quadrupledLoss * 62n + 200n) / 400n;
    expect(body).toMatchObject({ outcome: 'eligible', cash: { amount: `${award / 100n}.${String(award % 100n).padStart(2, '0')}` }, result: { shownByRecords: true } });
  });

  it('is recommended by one and awarded by another, never by the same', async () => {
    let claim = await claimOf(id);
    const verdict = { outcome: 'award', assessmentId: claim.assessmentId, reasons: [], note: 'the slump is in the till' };
    const self = await world.as('owner', 'POST', `/v1/claims/${id}/recommendations`, { body: verdict, ...ifMatch(claim.version) });
    expect(self.status).toBe(403);
    expect(await world.as('reviewer', 'POST', `/v1/claims/${id}/recommendations`, { body: verdict, ...ifMatch(claim.version) })).toMatchObject({ status: 201, body: { state: 'recommended' } });
    claim = await claimOf(id);
    expect((await world.as('reviewer', 'POST', `/v1/claims/${id}/decisions`, { body: verdict, ...ifMatch(claim.version) })).status).toBe(403);
    expect(await world.as('approver', 'POST', `/v1/claims/${id}/decisions`, { body: verdict, ...ifMatch(claim.version) })).toMatchObject({ status: 201, body: { state: 'offered' } });
    claim = await claimOf(id);
    // What was recommended is the staff's; the merchant sees the decision.
    expect(claim.determinations.map(({ stage }) => stage)).toEqual(['decision']);
  });
});
