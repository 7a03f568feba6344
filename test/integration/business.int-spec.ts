import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { InvitationAnswers, MerchantFindings, MerchantProfiles, RegisterLookup, SiteEnrolments } from '../../src/modules/merchants/index.js';
import { HOUR, MINUTE } from '../../src/core/time/index.js';
import { call, FixedClock } from '../support/app.js';
import { at } from '../support/lower-floors.js';
import { signedIn } from '../support/personas.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;
let token: string;

beforeAll(async () => {
  world = await openWorld({ clock });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  token = await signedIn(world, 'proprietor');
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

interface Merchant { readonly id: string; readonly version: number; readonly verified: boolean; readonly registration: object }

const BUSINESS = {
  legalName: 'Hongdae Noodles', registration: { scheme: 'kr-brn', value: '116-82-00276' }, sector: { system: 'makegood', code: 'food' }, country: 'KR', language: 'ko',
  zone: 'Asia/Seoul', sizes: [],
};
/** What somebody may do is looked up at most once a second. */
const aSecond = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 1_100); });

async function business(change: object = {}, by = token): Promise<Merchant> {
  const { status, body } = await call<Merchant>(world.url, 'POST', '/v1/merchants', { token: by, body: { ...BUSINESS, ...change } });
  expect(status).toBe(201);
  await aSecond();
  return body;
}
const patch = (id: string, version: number, body: object) => call<Merchant & { code: string; params: object }>(world.url, 'PATCH', `/v1/merchants/${id}`, { token, body, ...ifMatch(version) });
const verify = (id: string, version: number) => world.as<Merchant & { code: string }>('reviewer', 'POST', `/v1/merchants/${id}/verifications`, { body: {}, ...ifMatch(version) });
const topics = async (id: string): Promise<string[]> =>
  (await owner.query<{ topic: string }>('SELECT topic FROM event_log WHERE aggregate_id = $1 ORDER BY seq', [id])).rows.map(({ topic }) => topic);
const actions = async (id: string): Promise<string[]> =>
  (await owner.query<{ action: string }>('SELECT action FROM audit_entry WHERE aggregate_id = $1 ORDER BY n', [id])).rows.map(({ action }) => action);

describe('a business', () => {
  it('keeps the number compacted, and shows it as it was typed', async () => {
    expect((await business()).registration).toEqual({ scheme: 'kr-brn', value: '1168200276', typed: '116-82-00276', shown: '116-82-00276' });
  });

  it('is changed by merge patch; what it did is in the trail and in the log, in the same words', async () => {
    const { id, version } = await business();
    const changed = await patch(id, version, { phone: '02-123-4567', address: { region: '서울특별시', city: '마포구', street: '와우산로', number: '94', postcode: '04066', country: 'KR' } });
    expect(changed).toMatchObject({ status: 200, body: { phone: '+8221234567', version: 2, legalName: 'Hongdae Noodles' }, headers: { etag: '"2"' } });
    expect((await patch(id, 1, { phone: null })).body).toMatchObject({ status: 412, code: 'http.stale', params: { seen: 1, current: 2 } });
    expect((await patch(id, 2, { phone: null })).body).toMatchObject({ phone: null, address: { city: '마포구' } });
    expect(await topics(id)).toEqual(['merchant.created', 'merchant.edited', 'merchant.edited']);
    expect(await actions(id)).toEqual(await topics(id));
  });

  it('is told all its faults at once', async () => {
    const { body } = await call(world.url, 'POST', '/v1/merchants', { token, body: { ...BUSINESS, registration: { scheme: 'kr-brn', value: '116-82-00278' }, phone: '1', zone: 'Mars' } });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/zone' }, { pointer: '/registration/value', code: 'merchants.registration_check_digit' }, { pointer: '/phone' }] });
  });

  it('has to be verified again when its name changes, and not when its phone does', async () => {
    const { id, version } = await business({ registration: { scheme: 'none', value: '' } });
    expect((await verify(id, version)).body.verified).toBe(true);
    expect((await patch(id, 2, { phone: '02-123-4567' })).body.verified).toBe(true);
    expect((await patch(id, 3, { legalName: 'Another name' })).body.verified).toBe(false);
    expect((await verify(id, 4)).body.verified).toBe(true);
  });
});

describe('two businesses with one number', () => {
  it('may both wait, are a finding of both for staff only, and only one is verified', async () => {
    const registration = { scheme: 'fr-siren', value: '217 601 145' };
    const [one, other] = [await business({ country: 'FR', registration }), await business({ country: 'FR', legalName: 'Twin', registration: { scheme: 'fr-siren', value: '217601145' } })];
    const findings = await world.as<{ items: object[] }>('reviewer', 'GET', `/v1/merchants/${one.id}/findings`);
    expect(findings.body.items).toEqual([{ code: 'twins', merchants: [{ id: other.id, legalName: 'Twin', verified: false }] }]);
    expect((await call(world.url, 'GET', `/v1/merchants/${one.id}/findings`, { token })).status).toBe(403);
    expect((await verify(one.id, one.version)).status).toBe(201);
    const refused = await verify(other.id, other.version);
    expect(refused.body).toMatchObject({ status: 409, code: 'merchants.registration_taken' });
    expect((refused.body as unknown as { detail: string }).detail).toContain('is verified already');
    // Changing one's mind about the number is the way out.
    expect((await patch(other.id, other.version, { registration: { scheme: 'fr-siren', value: '310188420' } })).status).toBe(200);
    expect((await verify(other.id, other.version + 1)).status).toBe(201);
  });

  it('a number that is taken is not betrayed to the merchant', async () => {
    const registration = { scheme: 'fr-siren', value: '217601145' };
    expect((await call(world.url, 'POST', '/v1/merchants', { token, body: { ...BUSINESS, country: 'FR', registration } })).status).toBe(201);
  });

  it('whose number cannot be checked is a finding', async () => {
    const { id } = await business({ registration: { scheme: 'none', value: 'HRB 77' } });
    const waiting = await world.app.get(MerchantFindings).waiting({ actor: { kind: 'user', userId: id, roles: ['reviewer'], memberships: [] }, requestId: 'test' }, { limit: 200 });
    expect(waiting.ok && waiting.value.some((merchant) => merchant.id === id && merchant.number === 'HRB77')).toBe(true);
    expect((await world.as<{ items: object[] }>('reviewer', 'GET', `/v1/merchants/${id}/findings`)).body.items).toEqual([{ code: 'no_number', merchants: [] }]);
  });
});

describe('a register', () => {
  it('that is not connected says so', async () => {
    const { id } = await business();
    expect((await call(world.url, 'POST', `/v1/merchants/${id}/register-lookups`, { token, body: {} })).body).toMatchObject({ code: 'merchants.register_not_configured' });
  });

  it('answers with a proposal: nothing is overwritten until somebody takes it over, part by part', async () => {
    const { id, version } = await business({ legalName: 'Hong dae noodle' });
    const none = Object.create(world.app.get(RegisterLookup)) as object;
    const fake = { knows: () => true, find: () => Promise.resolve({ outcome: 'found', reference: 'R-1', entry: { name: '홍대국수', status: 'active' } }) };
    Object.assign(world.app.get(RegisterLookup), fake);
    expect((await call(world.url, 'POST', `/v1/merchants/${id}/register-lookups`, { token, body: {} })).body).toMatchObject({ outcome: 'found', entry: { name: '홍대국수' }, reference: 'R-1' });
    expect((await call(world.url, 'GET', `/v1/merchants/${id}`, { token })).body).toMatchObject({ legalName: 'Hong dae noodle', version });
    const taken = await call(world.url, 'POST', `/v1/merchants/${id}/register-adoptions`, { token, body: { parts: ['name'] }, ...ifMatch(version) });
    expect(taken).toMatchObject({ status: 200, body: { legalName: '홍대국수' } });
    // An answer about a number the business no longer has says nothing.
    await patch(id, version + 1, { registration: { scheme: 'kr-brn', value: '209-82-06382' } });
    expect((await call(world.url, 'POST', `/v1/merchants/${id}/register-adoptions`, { token, body: { parts: ['name'] }, ...ifMatch(version + 2) })).body).toMatchObject({ code: 'merchants.register_not_found' });
    Object.assign(world.app.get(RegisterLookup), { knows: Reflect.get(Object.getPrototypeOf(Object.getPrototypeOf(none)) as object, 'knows') as unknown });
  });
});

describe('hours and services of a place', () => {
  const HOURS = { zone: 'Asia/Seoul', rows: [{ days: [5, 6], opens: '18:00', closes: '02:00' }], exceptions: [{ date: '2026-09-25', hours: [] }] };
  let site: { id: string; version: number };
  beforeAll(async () => {
    const { id } = await business();
    site = (await call<typeof site>(world.url, 'POST', `/v1/merchants/${id}/sites`, { token, body: { name: ' Hongdae ', online: false, country: 'KR', openingHours: { ...HOURS, rows: [] } } })).body;
  });

  it('are replaced as a whole; all that were stated stay, each with when', async () => {
    const put = (version: number, hours: object) => call<{ version: number; hoursEnteredAt: string }>(world.url, 'PUT', `/v1/sites/${site.id}/opening-hours`, { token, body: hours, ...ifMatch(version) });
    clock.advance(5 * MINUTE);
    expect(await put(1, HOURS)).toMatchObject({ status: 200, body: { version: 2, hoursEnteredAt: '2026-11-24T12:05:00.000Z' } });
    clock.advance(5 * MINUTE);
    expect(await put(2, HOURS)).toMatchObject({ status: 200, body: { version: 2, hoursEnteredAt: '2026-11-24T12:05:00.000Z' } });
    expect((await put(1, HOURS)).status).toBe(412);
    const { items } = (await call<{ items: { enteredAt: string; openingHours: object }[] }>(world.url, 'GET', `/v1/sites/${site.id}/opening-hours`, { token })).body;
    expect(items.map(({ enteredAt }) => enteredAt)).toEqual(['2026-11-24T12:05:00.000Z', '2026-11-24T12:00:00.000Z']);
    await expect(owner.query('UPDATE stated_hours SET entered_at = now()')).rejects.toThrow();
  });

  it('a service is added, changed and ended; an overlap, or an end before the beginning, is refused in words', async () => {
    const add = (body: object) => call<{ id: string; version: number; code?: string }>(world.url, 'POST', `/v1/sites/${site.id}/enrolments`, { token, body: { service: 'harbourline.payments', ...body } });
    const { status, body } = await add({ from: '2025-01-01T00:00:00+09:00', tier: 'pro', fee: { amount: '9900', currency: 'KRW' } });
    expect([status, body]).toMatchObject([201, { region: '*', tier: 'pro', fee: { amount: '9900', currency: 'KRW' }, from: '2024-12-31T15:00:00.000Z', to: null, source: 'merchant' }]);
    expect((await add({ from: '2026-01-01T00:00:00+09:00' })).body).toMatchObject({ status: 409, code: 'merchants.enrolment_overlaps' });
    expect((await add({ from: '2026-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' })).body).toMatchObject({ status: 422, code: 'time.reversed' });
    const edit = (version: number, change: object) => call<{ code?: string }>(world.url, 'PATCH', `/v1/enrolments/${body.id}`, { token, body: change, ...ifMatch(version) });
    expect(await edit(1, { to: '2026-01-01T00:00:00+09:00', tier: null })).toMatchObject({ status: 200, body: { tier: null, fee: { amount: '9900' }, to: '2025-12-31T15:00:00.000Z', version: 2 } });
    expect((await edit(1, { tier: 'x' })).status).toBe(412);
    expect((await add({ from: '2026-01-01T00:00:00+09:00' })).status).toBe(201);
    expect((await edit(2, { to: null })).body).toMatchObject({ code: 'merchants.enrolment_overlaps' });
  });

  it('a service that the operator recorded is not the merchant\'s to change', async () => {
    const ctx = { actor: { kind: 'system', name: 'test' } as const, requestId: 'test' };
    const mine = await world.app.get(SiteEnrolments).add(ctx, site.id, { service: 'harbourline.messages', region: '*', from: at('2025-01-01T00:00Z') });
    if (!mine.ok) throw new Error(mine.refusal.code);
    await owner.query(`UPDATE enrolment SET source = 'operator', version = version + 1 WHERE id = $1`, [mine.value.id]);
    expect((await call(world.url, 'PATCH', `/v1/enrolments/${mine.value.id}`, { token, body: { tier: 'x' }, ...ifMatch(2) })).body).toMatchObject({ code: 'merchants.enrolment_of_operator' });
  });
});

describe('people of a business', () => {
  const invitationIn = async (email: string): Promise<string> => {
    const { rows: [row] } = await owner.query<{ plain: string }>('SELECT plain FROM letter_content c JOIN letter l ON l.id = c.letter_id WHERE c.recipient = $1 ORDER BY l.id DESC LIMIT 1', [email]);
    return /\/invitations\/([\w-]+)/.exec(row?.plain ?? '')?.[1] ?? '';
  };
  const accept = (by: string, link: string) => call<{ code?: string; role?: string }>(world.url, 'POST', '/v1/invitations/acceptances', { token: by, body: { token: link } });
  const invite = (id: string, email: string, role = 'member') => call<{ id: string; code?: string }>(world.url, 'POST', `/v1/merchants/${id}/invitations`, { token, body: { email, role, language: 'ko' } });
  let merchant: Merchant;
  let partner: string;
  beforeAll(async () => {
    merchant = await business();
    partner = await signedIn(world, 'partner');
  });

  it('are invited by a link in a letter: once, only whom it was sent to, and not in any answer', async () => {
    const answer = await invite(merchant.id, ' Partner@persona.example ');
    expect(answer).toMatchObject({ status: 201, body: { email: 'partner@persona.example', isOver: false } });
    const link = await invitationIn('partner@persona.example');
    expect(link).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(answer)).not.toContain(link);
    expect((await owner.query(`SELECT FROM event_log WHERE payload::text LIKE '%' || $1 || '%'`, [link])).rows).toEqual([]);
    expect((await accept(await signedIn(world, 'stranger'), link)).body).toMatchObject({ status: 403, code: 'merchants.invitation_of_another' });
    const both = await Promise.all([accept(partner, link), accept(partner, link)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    await aSecond();
    expect((await call(world.url, 'GET', `/v1/merchants/${merchant.id}`, { token: partner })).status).toBe(200);
    expect((await invite(merchant.id, 'partner@persona.example')).body).toMatchObject({ code: 'merchants.member_already' });
  });

  it('a newer link replaces the older; a withdrawn one and one of 72 hours are worth nothing', async () => {
    await invite(merchant.id, 'third@persona.example');
    const first = await invitationIn('third@persona.example');
    const { body: { id } } = await invite(merchant.id, 'third@persona.example');
    const second = await invitationIn('third@persona.example');
    expect((await world.app.get(InvitationAnswers).look(first))).toMatchObject({ refusal: { code: 'merchants.invitation_not_found' } });
    expect(await world.app.get(InvitationAnswers).look(second)).toMatchObject({ ok: true, value: { merchantName: 'Hongdae Noodles', email: 't***@persona.example' } });
    expect((await call(world.url, 'DELETE', `/v1/merchants/${merchant.id}/invitations/${id}`, { token })).status).toBe(204);
    expect((await world.app.get(InvitationAnswers).look(second))).toMatchObject({ refusal: { code: 'merchants.invitation_not_found' } });
    await invite(merchant.id, 'third@persona.example');
    const third = await invitationIn('third@persona.example');
    clock.advance(72 * HOUR);
    expect((await world.app.get(InvitationAnswers).look(third))).toMatchObject({ refusal: { code: 'merchants.invitation_expired' } });
    clock.advance(-72 * HOUR);
  });

  it('the last owner stays, by the service and by the database; anybody else may leave', async () => {
    const members = async () => (await call<{ items: { userId: string; role: string; version: number; email: string }[] }>(world.url, 'GET', `/v1/merchants/${merchant.id}/members`, { token })).body.items;
    const [first, second] = await members();
    const at_ = (userId = '') => `/v1/merchants/${merchant.id}/members/${userId}`;
    expect((await call(world.url, 'DELETE', at_(first?.userId), { token, ...ifMatch(1) })).body).toMatchObject({ status: 409, code: 'merchants.member_last_owner' });
    expect((await call(world.url, 'PATCH', at_(first?.userId), { token, body: { role: 'member' }, ...ifMatch(1) })).body).toMatchObject({ code: 'merchants.member_last_owner' });
    await expect(owner.query('DELETE FROM membership WHERE user_id = $1 AND merchant_id = $2', [first?.userId, merchant.id])).rejects.toThrow('keeps an owner');
    expect((await call(world.url, 'DELETE', at_(first?.userId), { token: partner, ...ifMatch(1) })).status).toBe(404);
    expect((await call(world.url, 'PATCH', at_(second?.userId), { token, body: { role: 'owner' }, ...ifMatch(1) })).body).toMatchObject({ role: 'owner', version: 2 });
    await aSecond();
    const gone = await Promise.all([call(world.url, 'DELETE', at_(first?.userId), { token: partner, ...ifMatch(1) }), call(world.url, 'DELETE', at_(second?.userId), { token, ...ifMatch(2) })]);
    expect(gone.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await owner.query(`SELECT FROM membership WHERE merchant_id = $1 AND role = 'owner'`, [merchant.id])).rows).toHaveLength(1);
  });

  it('a business by somebody else is not in one\'s list', async () => {
    const stranger = await signedIn(world, 'another');
    expect((await call(world.url, 'GET', '/v1/merchants', { token: stranger })).body).toEqual({ items: [] });
    const actor = { actor: { kind: 'user', userId: merchant.id, roles: [], memberships: [{ merchantId: merchant.id, role: 'member' }] } as const, requestId: 'test' };
    expect(await world.app.get(MerchantProfiles).mine(actor)).toEqual([{ id: merchant.id, legalName: 'Hongdae Noodles', verified: false }]);
  });
});
