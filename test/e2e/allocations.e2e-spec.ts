import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Answer } from '../support/app.js';
import { newPerson } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

const NOBODY = '01900000-0000-7000-8000-000000000000';
interface Body { id: string; kind: string; state: string; fund: object; code: string; errors: { pointer: string }[]; items: unknown[] }

let world: World;
let preparer: string;
let fundId: string;

beforeAll(async () => {
  world = await openWorld();
  preparer = (await newPerson(world, ['finance_preparer'])).token;
  const { body } = await call<Body>(world.url, 'POST', '/v1/funds', { token: preparer, body: { code: 'shared', name: 'Shared', mode: 'shared', currency: 'GBP', limit: { amount: '10.00', currency: 'GBP' } } });
  fundId = body.id;
  await call(world.url, 'POST', `/v1/funds/${fundId}/deposits/1/decisions`, { token: (await newPerson(world, ['finance_approver'])).token, body: { outcome: 'booked' } });
});
afterAll(async () => { await world.close(); });

const propose = (body: object, options: { token?: string; id?: string; headers?: Record<string, string> } = {}): Promise<Answer<Body>> =>
  call<Body>(world.url, 'POST', `/v1/funds/${options.id ?? fundId}/allocations`, { token: options.token ?? preparer, body, ...(options.headers === undefined ? {} : { headers: options.headers }) });

describe('POST and GET /v1/funds/{id}/allocations', () => {
  it('are for people of finance', async () => {
    for (const [person, status] of [['owner', 403], ['reviewer', 403], ['policyAuthor', 403]] as const) expect([person, (await propose({ stage: 'final' }, { token: world.tokens[person] })).status]).toEqual([person, status]);
    expect((await call(world.url, 'GET', `/v1/funds/${fundId}/allocations`, { token: world.tokens.owner })).status).toBe(403);
    expect((await call<Body>(world.url, 'GET', `/v1/funds/${fundId}/allocations`, { token: preparer })).body).toMatchObject({ items: [] });
    expect((await call(world.url, 'GET', `/v1/funds/${NOBODY}/allocations`, { token: preparer })).status).toBe(404);
  });

  it('say where a proposal is wrong', async () => {
    expect((await propose({ stage: 'soon' })).status).toBe(400);
    expect((await propose({ stage: 'final', bound: '1' })).status).toBe(400);
    expect(await propose({ stage: 'interim' })).toMatchObject({ status: 422, body: { code: 'changes.kept_back', errors: [{ pointer: '/keptBack' }] } });
    expect(await propose({ stage: 'final' }, { id: NOBODY })).toMatchObject({ status: 404, body: { code: 'funds.not_found' } });
    expect(await propose({ stage: 'final' }, { id: world.world.fundId })).toMatchObject({ status: 409, body: { code: 'changes.fund_not_shared' } });
    expect((await call<Body>(world.url, 'POST', '/v1/changes', { token: preparer, body: { kind: 'allocation' } })).body.code).toBe('changes.subject_missing');
  });

  it('make a change once, however often it is sent, which is refused in words while there is nobody to share among', async () => {
    const once = { headers: { 'idempotency-key': 'once' } };
    const [first, again] = [await propose({ stage: 'interim', keptBack: '60%' }, once), await propose({ stage: 'interim', keptBack: '60%' }, once)];
    expect(first).toMatchObject({ status: 202, body: { kind: 'allocation', state: 'open', fund: { id: fundId, stage: 'interim', keptBack: '60%' } } });
    expect(again.body).toEqual(first.body);
    expect(await propose({ stage: 'final' })).toMatchObject({ status: 409, body: { code: 'changes.fund_in_use' } });
    expect((await call<Body>(world.url, 'POST', `/v1/changes/${first.body.id}/runs`, { token: preparer })).body.code).toBe('sharing.nobody');
  });
});
