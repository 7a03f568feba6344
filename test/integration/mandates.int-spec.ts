import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import { feeIn, MANDATE_MACHINE, MandateAnswers, MandateAssertions, MandateTerms } from '../../src/modules/agents/index.js';
import { MerchantHolds, MerchantProfiles } from '../../src/modules/merchants/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { linkOf, newAgency, openedByAgent, stateOf, type Agency } from '../support/agents.js';
import { call } from '../support/app.js';
import { newPerson } from '../support/claims.js';
import { asSystem } from '../support/lower-floors.js';
import { DECLARED, ifMatch, openWorld, OUTAGE_WINDOW, type World } from '../support/world.js';

let world: World;
let agency: Agency;
const anybody = { actor: { kind: 'anonymous' as const }, requestId: 'test' };

beforeAll(async () => {
  world = await openWorld();
  agency = await newAgency(world);
});
afterAll(() => world.close());

/** Filed by the agent for a business it opened, and verified by staff: only the mandate stands between the claim and an offer. */
async function filed(): Promise<{ claimId: string; merchantId: string; mandate: Awaited<ReturnType<typeof openedByAgent>>['mandate'] }> {
  const { merchantId, siteId, mandate } = await openedByAgent(world, agency, `keeper-${Math.random().toString(36).slice(2)}@shop.example`);
  const headers = { 'act-for': merchantId };
  const reviewer = await newPerson(world, ['reviewer']);
  await world.app.get(MerchantProfiles).verify({ actor: { kind: 'user', userId: reviewer.id, roles: ['reviewer'], memberships: [] }, requestId: 'test' }, merchantId, 1);
  const draft = await call<{ id: string; version: number; mandateId: string }>(world.url, 'POST', '/v1/claims', {
    token: agency.token, headers, body: { schemeId: world.world.schemeId, siteId, window: OUTAGE_WINDOW, answers: { takeTariff: true } },
  });
  expect([draft.status, draft.body.mandateId]).toEqual([201, mandate.id]);
  const submitted = await call(world.url, 'POST', `/v1/claims/${draft.body.id}/submissions`, { token: agency.token, body: DECLARED, headers: { ...headers, ...ifMatch(draft.body.version).headers } });
  expect(submitted.status).toBe(201);
  return { claimId: draft.body.id, merchantId, mandate };
}

describe('the machine of mandates', () => {
  it('has no dead ends, and is the table of the database', async () => {
    expect(structuralFaults(MANDATE_MACHINE)).toEqual([]);
    const rows = await world.app.get(Database).reader.query('SELECT event, from_state AS "from", to_state AS "to" FROM mandate_transition');
    const sort = (all: readonly unknown[]): string[] => all.map((row) => JSON.stringify(row)).sort();
    expect(sort(rows)).toEqual(sort(transitionRows(MANDATE_MACHINE)));
  });
});

describe('what an agent takes', () => {
  it('is read as an exact share, or refused', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (millionths) => {
      const plain = millionths === 1_000_000 ? '1' : `0.${String(millionths).padStart(6, '0').replace(/0+$/, '')}`;
      const percent = `${Math.floor(millionths / 10_000)}.${String(millionths % 10_000).padStart(4, '0')}%`;
      for (const share of [plain, percent]) expect(feeIn({ share, words: 'x' })).toMatchObject({ ok: true, value: { kind: 'share', share: plain } });
    }));
    for (const share of ['0', '0%', '100.0001%', '1.000001', '-5%', '1e-1', '', '0.0000001']) expect(feeIn({ share, words: 'x' }).ok).toBe(false);
    expect(feeIn({ words: ' ' }).ok).toBe(false);
    expect(feeIn({ amount: { amount: '0.00', currency: 'GBP' }, words: 'x' }).ok).toBe(false);
    expect(feeIn({ words: 'nothing' })).toMatchObject({ value: { kind: 'none' } });
  });
});

describe('nothing is offered before the business confirms', () => {
  it('the claim is assessed and waits; on confirmation it goes on by itself', async () => {
    const { claimId, merchantId, mandate } = await filed();
    const { body } = await world.as<{ state: string; assessmentId?: string }>('reviewer', 'GET', `/v1/claims/${claimId}`);
    expect(body.state).toBe('submitted');
    expect(body.assessmentId).toBeDefined();
    const token = await linkOf(world, mandate);
    const confirmed = await world.app.get(MandateAnswers).confirmByLink(anybody, token, 'Kim Keeper');
    expect(confirmed).toMatchObject({ ok: true, value: { state: 'confirmed' } });
    expect(await stateOf(world, claimId)).toBe('offered');
    const owners = await world.app.get(Database).reader.query('SELECT m.role, u.email = $2 AS known FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.merchant_id = $1', [merchantId, mandate.contactEmail]);
    expect(owners).toEqual([{ role: 'owner', known: true }]);
  });

  it('a person cannot award it either, and the database refuses it from whoever connects', async () => {
    const { claimId } = await filed();
    const [reviewer, approver] = [await newPerson(world, ['reviewer']), await newPerson(world, ['approver'])];
    const at = async () => (await world.as<{ version: number; assessmentId: string }>('reviewer', 'GET', `/v1/claims/${claimId}`)).body;
    const go = async (token: string, path: string, body?: object) => call<{ code?: string }>(world.url, 'POST', `/v1/claims/${claimId}/${path}`, { token, ...(body === undefined ? {} : { body }), ...ifMatch((await at()).version) });
    expect((await go(reviewer.token, 'pulls')).status).toBe(201);
    const verdict = { outcome: 'award', assessmentId: (await at()).assessmentId, reasons: [] };
    expect((await go(reviewer.token, 'recommendations', verdict)).status).toBe(201);
    const decided = await go(approver.token, 'decisions', verdict);
    expect([decided.status, decided.body.code]).toEqual([409, 'claims.mandate_unconfirmed']);
    const owner = new pg.Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    await expect(owner.query(`UPDATE claim SET state = 'offered', version = version + 1 WHERE id = $1`, [claimId])).rejects.toMatchObject({ constraint: 'claim_mandate_ck' });
    await owner.end();
  });

  it('nobody answers: the business is reminded once, then the mandate lapses and the claim is taken back; the agent may ask again', async () => {
    const { claimId, merchantId, mandate } = await filed();
    const owner = new pg.Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    const due = async (days: string): Promise<unknown> => {
      await owner.query('UPDATE mandate SET asserted_at = now() - $2::interval, version = version + 1 WHERE id = $1', [mandate.id, days]);
      return unwrap(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(MandateTerms).due(tx, asSystem, mandate.id)));
    };
    const letters = async (): Promise<string[]> => (await owner.query<{ template: string }>('SELECT template FROM letter WHERE about_id = $1 ORDER BY id', [mandate.id])).rows.map(({ template }) => template);
    const before = await linkOf(world, mandate);
    expect([await due('23 days'), await letters()]).toEqual(['reminded', ['mandate.reminder']]);
    expect((await world.app.get(MandateAnswers).behind(before)).ok).toBe(false);
    expect([await due('29 days 23 hours'), (await letters()).length]).toEqual(['reminded', 1]);
    const hold = { merchantId, subjectId: mandate.id };
    await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(MerchantHolds).place(tx, asSystem, hold)));
    expect(await due('30 days')).toBe('held');
    await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(MerchantHolds).release(tx, asSystem, hold)));
    expect(await due('30 days')).toBe('lapsed');
    expect([await letters(), await due('31 days')]).toEqual([['mandate.reminder', 'mandate.lapsed'], 'answered']);
    expect(await stateOf(world, claimId)).toBe('withdrawn');
    const { body } = await call<{ state: string; revoked: { by: string } }>(world.url, 'GET', `/v1/mandates/${mandate.id}`, { token: agency.token });
    expect([body.state, body.revoked.by]).toEqual(['revoked', 'term']);
    const again = await world.app.get(UnitOfWork).run(agency.ctx, (tx) => world.app.get(MandateAssertions).assertOpened(tx, agency.ctx, agency.agentId, {
      merchantId, document: { name: 'letter.pdf' }, fee: mandate.fee, contact: { name: mandate.contactName, email: mandate.contactEmail }, language: 'en',
    }));
    expect(again).toMatchObject({ ok: true, value: { state: 'asserted' } });
    await owner.end();
  });

  it('a veto takes the claim back', async () => {
    const { claimId, mandate } = await filed();
    expect((await world.app.get(MandateAnswers).vetoByLink(anybody, await linkOf(world, mandate))).ok).toBe(true);
    expect(await stateOf(world, claimId)).toBe('withdrawn');
  });

  it('what was confirmed once stays with the business when the mandate ends, and the agent is out', async () => {
    const { claimId, merchantId, mandate } = await filed();
    unwrap(await world.app.get(MandateAnswers).confirmByLink(anybody, await linkOf(world, mandate), 'Kim Keeper'));
    const { body: seen } = await call<{ version: number }>(world.url, 'GET', `/v1/mandates/${mandate.id}`, { token: agency.token });
    expect((await call(world.url, 'POST', `/v1/mandates/${mandate.id}/revocations`, { token: agency.token, ...ifMatch(seen.version) })).status).toBe(201);
    expect(await stateOf(world, claimId)).toBe('offered');
    await new Promise((resolve) => { setTimeout(resolve, 1_100); });
    const shut = await call<{ code: string }>(world.url, 'GET', `/v1/claims/${claimId}`, { token: agency.token, headers: { 'act-for': merchantId } });
    expect([shut.status, shut.body.code]).toEqual([403, 'access.mandate_missing']);
  });
});

describe('the link', () => {
  it('is good once, also for twenty who press at the same time', async () => {
    const { mandate } = await openedByAgent(world, agency, 'once@shop.example');
    const token = await linkOf(world, mandate);
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.app.get(MandateAnswers).confirmByLink(anybody, token, 'Kim')));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.code])).every((code) => ['agents.link_dead', 'platform.busy'].includes(code))).toBe(true);
  });

  it('is dead when a newer one was sent, and when it is no link', async () => {
    const { mandate } = await openedByAgent(world, agency, 'newer@shop.example');
    const first = await linkOf(world, mandate);
    await linkOf(world, mandate);
    for (const token of [first, '', 'x'.repeat(43), "'; --"]) expect(await world.app.get(MandateAnswers).behind(token)).toMatchObject({ refusal: { code: 'agents.link_dead' } });
  });
});

describe('whose a mandate is', () => {
  it('another agent finds nothing, and cannot act', async () => {
    const { merchantId, siteId, mandate } = await openedByAgent(world, agency, 'mine@shop.example');
    const other = await newAgency(world, 'Another agent');
    const as = (method: string, path: string, more = {}) => call<{ code: string; items: unknown[] }>(world.url, method, path, { token: other.token, ...more });
    expect((await as('GET', `/v1/mandates/${mandate.id}`)).status).toBe(404);
    expect((await as('POST', `/v1/mandates/${mandate.id}/revocations`, ifMatch(1))).status).toBe(404);
    expect((await as('POST', `/v1/mandates/${mandate.id}/reminders`)).status).toBe(404);
    expect((await as('GET', '/v1/mandates')).body.items).toEqual([]);
    const acting = await as('POST', '/v1/claims', { headers: { 'act-for': merchantId }, body: { schemeId: world.world.schemeId, siteId, window: OUTAGE_WINDOW } });
    expect([acting.status, acting.body.code]).toEqual([403, 'access.mandate_missing']);
  });

  it('over a business the agent did not open it lets nothing be seen until the owner, asked at their own address, confirms', async () => {
    const { merchantId } = world.world;
    const { status, body } = await call<{ id: string; state: string }>(world.url, 'POST', '/v1/mandates', {
      token: agency.token, body: { merchantId, document: { name: 'engagement.pdf' }, fee: { amount: { amount: '25.00', currency: 'GBP' }, words: '£25 a claim' }, language: 'en' },
    });
    expect([status, body.state]).toEqual([201, 'asserted']);
    const asAgent = () => call<{ code: string }>(world.url, 'GET', `/v1/merchants/${merchantId}`, { token: agency.token, headers: { 'act-for': merchantId } });
    expect((await asAgent()).body.code).toBe('access.mandate_missing');
    const seen = await world.as<{ version: number }>('owner', 'GET', `/v1/mandates/${body.id}`);
    expect((await world.as('owner', 'POST', `/v1/mandates/${body.id}/acceptances`, ifMatch(seen.body.version))).status).toBe(201);
    expect((await asAgent()).status).toBe(200);
    const again = await world.app.get(MandateAssertions).askAgain(agency.ctx, body.id);
    expect(again).toMatchObject({ refusal: { code: 'machine.not_allowed' } });
  });

  it('never lets the agent accept, confirm or change the business', async () => {
    const { merchantId, mandate } = await openedByAgent(world, agency, 'limits@shop.example');
    const headers = { 'act-for': merchantId, 'if-match': '"1"' };
    for (const [method, path, body] of [
      ['POST', `/v1/mandates/${mandate.id}/acceptances`, undefined], ['POST', `/v1/merchants/${merchantId}/sites`, { name: 'x', online: true, country: 'GB', openingHours: { zone: 'UTC', rows: [], exceptions: [] } }],
      ['POST', `/v1/claims/${merchantId}/offers/1/acceptances`, { termsHash: 'a'.repeat(64) }],
    ] as const) {
      const answer = await call<{ code: string }>(world.url, method, path, { token: agency.token, headers, ...(body === undefined ? {} : { body }) });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'access.permission']);
    }
  });
});
