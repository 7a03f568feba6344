import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import { call, type Answer } from '../support/app.js';
import { claimOf, newPerson, newSite, type Claim } from '../support/claims.js';
import { openedClaim, precomputing, settled, type ChangeBody } from '../support/precompute.js';
import { DECLARED, ifMatch, openWorld, type World } from '../support/world.js';

interface Problem { readonly code: string; readonly params: Record<string, unknown>; readonly errors?: readonly { readonly pointer: string }[] }

const NOBODY = '01900000-0000-7000-8000-000000000000';
let world: World;
let claim: Claim;

beforeAll(async () => {
  world = await openWorld({ consume: true });
  claim = await openedClaim(world);
});
afterAll(async () => { await world.close(); });

const propose = (person: Parameters<World['as']>[0], schemeId = world.world.schemeId): Promise<Answer<Problem>> => world.as<Problem>(person, 'POST', `/v1/schemes/${schemeId}/precomputations`);
const post = (path: string, body: unknown, headers: Record<string, string> = {}, token = world.tokens.owner): Promise<Answer<Problem & Claim>> =>
  call<Problem & Claim>(world.url, 'POST', `/v1/claims/${claim.id}/${path}`, { token, headers, ...(body === undefined ? {} : { body: body as object }) });

describe('POST and GET /v1/schemes/{id}/precomputations', () => {
  it('are for those who propose and who read changes', async () => {
    for (const person of ['owner', 'reviewer', 'approver', 'policyApprover', 'finance', 'auditor'] as const) expect([person, (await propose(person)).status]).toEqual([person, 403]);
    for (const [person, status] of [['owner', 403], ['reviewer', 200], ['auditor', 200], ['policyApprover', 200], ['policyAuthor', 200]] as const) {
      expect([person, (await world.as(person, 'GET', `/v1/schemes/${world.world.schemeId}/precomputations`)).status]).toEqual([person, status]);
    }
    expect((await call(world.url, 'POST', `/v1/schemes/${world.world.schemeId}/precomputations`)).status).toBe(401);
  });

  it('answer for schemes that are there, by ids that are ids', async () => {
    expect((await propose('policyAuthor', NOBODY))).toMatchObject({ status: 404, body: { code: 'schemes.not_found' } });
    expect((await world.as('policyAuthor', 'GET', `/v1/schemes/${NOBODY}/precomputations`)).status).toBe(404);
    expect((await propose('policyAuthor', 'nonsense')).status).toBe(400);
    expect((await world.as('policyAuthor', 'GET', `/v1/schemes/${world.world.schemeId}/precomputations?colour=blue`)).status).toBe(400);
  });

  it('make one change for a key, with its address; another one waits its turn', async () => {
    const again = () => world.as<ChangeBody>('policyAuthor', 'POST', `/v1/schemes/${world.world.schemeId}/precomputations`, { headers: { 'idempotency-key': 'once' } });
    const [first, repeated] = [await again(), await again()];
    expect([first.status, repeated.body.id, repeated.headers['idempotency-replayed'], first.headers['location']]).toEqual([201, first.body.id, 'true', `/v1/changes/${first.body.id}`]);
    expect(await propose('policyAuthor')).toMatchObject({ status: 409, body: { code: 'changes.precomputed_already' } });
    expect((await precomputing(world).withdraw(first.body)).status).toBe(201);
  });

  it('is the same as a change of that kind, which says what it needs', async () => {
    const change = (body: object): Promise<Answer<Problem>> => world.as<Problem>('policyAuthor', 'POST', '/v1/changes', { body });
    expect(await change({ kind: 'pre_computation' })).toMatchObject({ status: 422, body: { code: 'changes.subject_missing', params: { field: 'schemeId' } } });
    expect(await change({ kind: 'policy_version' })).toMatchObject({ status: 422, body: { code: 'changes.subject_missing', params: { field: 'policy' } } });
    expect((await change({ kind: 'pre_computation', schemeId: 'x' })).status).toBe(400);
    const made = await world.as<ChangeBody>('policyAuthor', 'POST', '/v1/changes', { body: { kind: 'pre_computation', schemeId: world.world.schemeId } });
    expect([made.status, made.body.kind]).toEqual([201, 'pre_computation']);
    const run = await precomputing(world).rehearse(made.body);
    for (const path of [`runs/${run.n}/sites?leftOut=because`, `opened?verdict=maybe`]) expect((await world.as('policyAuthor', 'GET', `/v1/changes/${made.body.id}/${path}`)).status).toBe(400);
    expect((await world.as<{ items: unknown[] }>('policyAuthor', 'GET', `/v1/changes/${made.body.id}/runs/${run.n}/claims`)).body.items).toEqual([]);
    const paged = await world.as<{ items: unknown[]; nextCursor?: string }>('policyAuthor', 'GET', `/v1/changes/${made.body.id}/runs/${run.n}/sites?limit=1`);
    expect(paged.body.items).toHaveLength(1);
    await precomputing(world).withdraw(made.body);
  });

  it('is not approved by one who holds both roles and proposed it, nor for a bound in another currency, nor at another version', async () => {
    const both = await newPerson(world, ['policy_author', 'policy_approver']);
    await newSite(world);
    const send = <Body>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
      call<Body>(world.url, method, path, { token: both.token, headers, ...(body === undefined ? {} : { body }) });
    const { body: change } = await send<ChangeBody>('POST', `/v1/schemes/${world.world.schemeId}/precomputations`);
    const run = await precomputing(world).rehearse(change);
    const approval = { run: run.n, digest: run.digest, movesLessThan: { amount: '1.00', currency: 'GBP' } };
    expect(await send<Problem>('POST', `/v1/changes/${change.id}/approvals`, approval, ifMatch(change.version).headers)).toMatchObject({ status: 403, body: { code: 'changes.four_eyes' } });
    const approver = (body: object, headers: Record<string, string>) => world.as<Problem>('policyApprover', 'POST', `/v1/changes/${change.id}/approvals`, { body, headers });
    expect((await approver({ ...approval, movesLessThan: { amount: '1', currency: 'KRW' } }, ifMatch(change.version).headers)).body.code).toBe('changes.currency_differs');
    expect((await approver(approval, {})).status).toBe(428);
    expect((await approver(approval, ifMatch(change.version + 1).headers)).status).toBe(412);
    await precomputing(world).withdraw(change);
  });
});

describe('POST /v1/claims/{id}/corrections and /disclaimers', () => {
  it('name the version seen, and say what is wrong with what was sent', async () => {
    for (const [path, body] of [['corrections', DECLARED], ['disclaimers', {}]] as const) {
      expect([path, (await post(path, body)).status]).toEqual([path, 428]);
      expect([path, (await post(path, body, ifMatch(claim.version + 5).headers)).status]).toEqual([path, 412]);
    }
    const headers = ifMatch(claim.version).headers;
    expect((await post('corrections', {}, headers)).status).toBe(400);
    expect(await post('corrections', { declarations: { isTrue: false, paidElsewhere: false } }, headers)).toMatchObject({ status: 422, body: { code: 'claims.declarations_missing' } });
    expect(await post('corrections', { ...DECLARED, answers: { favouriteColour: 'blue' } }, headers)).toMatchObject({ status: 422, body: { code: 'claims.answers_incomplete' } });
    expect(await post('corrections', { ...DECLARED, window: { from: '2026-10-13T12:00:00Z', to: '2027-10-13T12:20:00Z' } }, headers)).toMatchObject({ status: 422 });
    expect((await post('disclaimers', { note: 'x'.repeat(2_001) }, headers)).status).toBe(400);
    expect((await post('disclaimers', { why: 'unknown member' }, headers)).status).toBe(400);
    expect(await claimOf(world, claim.id)).toEqual(claim);
  });

  it('are for its merchant only: staff may not, and for others it is not there', async () => {
    const stranger = await newPerson(world, []);
    const headers = ifMatch(claim.version).headers;
    const merchant = await call<{ id: string }>(world.url, 'POST', '/v1/merchants', { token: stranger.token, body: {
      legalName: 'Somebody else', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [],
    } });
    expect(merchant.status).toBe(201);
    const { body: { token } } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: stranger.email, password: DEMO_PASSWORD } });
    for (const [path, body] of [['corrections', DECLARED], ['disclaimers', {}]] as const) {
      for (const person of ['reviewer', 'approver', 'administrator'] as const) expect([person, (await post(path, body, headers, world.tokens[person])).status]).toEqual([person, 403]);
      expect((await post(path, body, headers, token)).status).toBe(404);
    }
  });

  it('are carried out once for a key, and not both', async () => {
    const headers = { ...ifMatch(claim.version).headers, 'idempotency-key': 'correct-once' };
    const [first, again] = [await post('corrections', { ...DECLARED, answers: { takeTariff: null } }, headers), await post('corrections', { ...DECLARED, answers: { takeTariff: null } }, headers)];
    expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    const after = await settled(world, claim.id);
    expect(after).toMatchObject({ state: 'in_review', claimVersion: 2, origin: 'operator' });
    expect((await post('disclaimers', {}, ifMatch(after.version).headers)).status).toBe(409);
    expect((await post('corrections', DECLARED, ifMatch(after.version).headers)).status).toBe(409);
  });
});
