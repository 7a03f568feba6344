import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import { call } from '../support/app.js';
import type { Person } from '../support/world.js';
import { accounts, add, anew, asOwner, bankSays, closed, FIRST, list, merchantId, n, opened, payable, REASON, signIn, staff, staffWith, THIRD, world } from '../support/payee-cafes.js';

beforeAll(opened);
afterAll(closed);
beforeEach(anew);

describe('the desk of finance', () => {
  const desk = (path: string, person: Person = 'finance') => staff(person, 'GET', path);

  it('lists what waits by the answer of the bank, masked, a page at a time; for finance and auditors', async () => {
    bankSays({ outcome: 'close', holderOnAccount: 'Corner Cafe Limited' });
    const { body } = await add(FIRST);
    const close = await desk('/v1/payee-checks?outcome=close&limit=200');
    expect(close.body['items']).toEqual(expect.arrayContaining([expect.objectContaining({ id: body.id, business: `Café ${n}`, masked: '•••• 5432', check: expect.objectContaining({ holderOnAccount: 'Corner Cafe Limited' }) })]));
    expect(JSON.stringify(close.body)).not.toMatch(/WEST/);
    expect(JSON.stringify((await desk('/v1/payee-checks?outcome=none&limit=200')).body)).not.toContain(body.id);
    expect((await desk('/v1/payee-checks?limit=1', 'auditor')).status).toBe(200);
    expect((await desk('/v1/payee-checks?outcome=perhaps')).status).toBe(400);
    expect((await desk('/v1/payee-checks', 'reviewer')).status).toBe(403);
    expect((await asOwner('GET', '/v1/payee-checks')).status).toBe(403);
  });

  it('stops what is paid with a reason that is kept, once; an approver lets it go on, and both are on record', async () => {
    const holds = `/v1/merchants/${merchantId}/payee-holds`;
    expect(await staff('finance', 'POST', holds, { body: REASON })).toMatchObject({ status: 409, body: { code: 'payees.nothing_entered' } });
    bankSays({ outcome: 'match' });
    await add(FIRST);
    expect((await staff('finance', 'POST', holds, { body: { reason: 'odd' } })).status).toBe(422);
    expect((await staff('reviewer', 'POST', holds, { body: REASON })).status).toBe(403);
    const both = await Promise.all([staff('finance', 'POST', holds, { body: REASON }), staff('finance', 'POST', holds, { body: REASON })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await payable()).toMatchObject({ ok: false, refusal: { code: 'payees.held' } });
    expect((await asOwner('GET', accounts())).body).toMatchObject({ heldBy: 'staff' });
    expect((await desk('/v1/payee-holds?limit=200')).body['items']).toEqual(expect.arrayContaining([{ merchantId, business: `Café ${n}`, heldSince: expect.any(String), heldBy: 'staff' }]));
    expect((await staffWith('finance_approver', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, { reason: 'The owner was called at the number of before' })).status).toBe(201);
    const record = await desk(`/v1/merchants/${merchantId}/payee-record`);
    expect(record.body).toEqual({
      reveals: [], stops: [{
        placed: { at: expect.any(String), by: 'Finn Finance', reason: REASON.reason }, released: { at: expect.any(String), by: expect.any(String), reason: 'The owner was called at the number of before' },
      }],
    });
    expect((await asOwner('GET', `/v1/merchants/${merchantId}/payee-record`)).status).toBe(403);
  });
});

describe('an account that two businesses entered', () => {
  it('is found for the reviewer by its digest, with who entered it and when, and not by the businesses', async () => {
    const own = { kind: 'us', bank: '021000021', account: `77${String(n).padStart(8, '0')}`, holder: 'One Holder' };
    bankSays({ outcome: 'unavailable' });
    expect((await add(own)).status).toBe(201);
    const doubts = (id: string) => staff('reviewer', 'GET', `/v1/merchants/${id}/payee-findings`);
    expect((await doubts(merchantId)).body).toEqual({ items: [] });
    const email = `payee-twin-${n}@example.test`;
    await staff('administrator', 'POST', '/v1/users', { body: { email, name: 'Twin', password: DEMO_PASSWORD } });
    const joins = await signIn(email);
    const made = await call<{ id: string }>(world.url, 'POST', '/v1/merchants', {
      token: joins, body: { legalName: `Twin ${n}`, registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [] },
    });
    expect((await call(world.url, 'POST', `/v1/merchants/${made.body.id}/payee-accounts`, { token: await signIn(email), body: own })).status).toBe(201);
    expect((await doubts(merchantId)).body).toEqual({ items: [{ code: 'shared_account', merchants: [{ id: made.body.id, legalName: `Twin ${n}`, enteredAt: expect.any(String) }] }] });
    expect((await doubts(made.body.id)).body).toMatchObject({ items: [{ merchants: [{ id: merchantId }] }] });
    expect((await asOwner('GET', `/v1/merchants/${merchantId}/payee-findings`)).status).toBe(403);
  });

  it('is a signal for finance and for nobody else', async () => {
    const first = await add(THIRD);
    await anew();
    expect([first.status, (await add(THIRD)).body.sharedWith]).toEqual([201, undefined]);
    const seen = await staff('finance', 'GET', accounts());
    expect((seen.body['items'] as { sharedWith: number }[])[0]?.sharedWith).toBeGreaterThan(0);
    expect((await list()).every(({ sharedWith }) => sharedWith === undefined)).toBe(true);
  });
});
