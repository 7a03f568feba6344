import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { RECOVERY_MACHINE } from '../../src/modules/recoveries/recovery.machine.js';
import { RecoveryStops, type RecoveryDetail, type RecoveryView } from '../../src/modules/recoveries/index.js';
import { call, FixedClock, type Answer } from '../support/app.js';
import { at } from '../support/lower-floors.js';
import { ifMatch, openWorld, type Person, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;
beforeAll(async () => {
  world = await openWorld({ clock, consume: true });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const signIn = async (email: string): Promise<string> => (await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).body.token;
const as = async <Body = RecoveryDetail & { code: string }>(person: Person, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer<Body>> =>
  call<Body>(world.url, method, path, { ...options, token: await signIn(DEMO_PEOPLE[person].email) });

/** A noodle shop of its own, with its owner, for each test. */
let merchantId: string;
let number: string;
let email: string;
let token: string;
let n = 0;
/** A Korean registration number that is right, and nobody's. */
function numbered(nth: number): string {
  const digits = [...`11682${String(5_000 + nth)}`].map((digit) => Number.parseInt(digit, 10));
  const sum = digits.reduce((total, digit, index) => total + digit * ([1, 3, 7, 1, 3, 7, 1, 3, 5][index] ?? 0), Math.floor(((digits[8] ?? 0) * 5) / 10));
  return `116-82-${digits.slice(5).join('')}${(10 - (sum % 10)) % 10}`;
}

beforeEach(async () => {
  // Attempts are counted by the quarter of an hour.
  clock.moveTo((Math.ceil((clock.now() + 1) / (15 * MINUTE)) * 15 * MINUTE) as Instant);
  n += 1;
  number = numbered(n);
  email = `recovery-owner-${n}@example.test`;
  await as('administrator', 'POST', '/v1/users', { body: { email, name: `Owner ${n}`, password: DEMO_PASSWORD } });
  token = await signIn(email);
  const made = await call<{ id: string }>(world.url, 'POST', '/v1/merchants', {
    token, body: { legalName: `Noodles ${n}`, registration: { scheme: 'kr-brn', value: number }, sector: { system: 'makegood', code: 'food' }, country: 'KR', language: 'en', zone: 'Asia/Seoul', sizes: [] },
  });
  expect(made.status).toBe(201);
  merchantId = made.body.id;
  await new Promise((resolve) => { setTimeout(resolve, 1_050); });
});

const typed = (change: Record<string, unknown> = {}) => ({
  kind: 'cannot_sign_in', name: 'Mina Kim', business: number, contact: `new-${n}@example.test`, told: 'My telephone fell into the sea.', language: 'en', ...change,
});
const ask = (change: Record<string, unknown> = {}) => call<{ reference: string; answerBy: string; code: string; errors?: { pointer: string }[] }>(world.url, 'POST', '/v1/recovery-requests', { body: typed(change) });
const found = async (reference: string): Promise<RecoveryDetail> => {
  const { body } = await as<{ items: RecoveryView[] }>('reviewer', 'GET', '/v1/recovery-requests?limit=200');
  return (await as('reviewer', 'GET', body.items.find((item) => item.reference === reference)?.self ?? '')).body;
};
/** Asked, and looked for by the worker. */
async function asked(change: Record<string, unknown> = {}): Promise<RecoveryDetail> {
  const { body } = await ask(change);
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await owner.query('SELECT FROM recovery_request WHERE reference = $1 AND merchant_id IS NOT NULL', [body.reference]);
    if (rows.length > 0) return found(body.reference);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error('nobody looked for the business');
}
const letters = async (id: string): Promise<{ template: string; to: string; plain: string }[]> => (await owner.query<{ template: string; to: string; plain: string }>(`
  SELECT l.template, c.recipient AS "to", c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_kind = 'recovery' AND l.about_id = $1 ORDER BY l.id`, [id])).rows;
const told = async (id: string): Promise<string[]> => (await letters(id)).map(({ template, to }) => `${template} ${to}`);
const link = async (id: string): Promise<string> => /stop\/([\w-]+)/.exec((await letters(id)).find(({ plain }) => plain.includes('/stop/'))?.plain ?? '')?.[1] ?? '';
const personId = async (): Promise<string> => (await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [email])).rows[0]?.id ?? '';
const actions = async (id: string): Promise<string[]> => (await owner.query<{ action: string }>('SELECT action FROM audit_entry WHERE aggregate_id = $1 ORDER BY n', [id])).rows.map(({ action }) => action);

const SEEN = 'An identity card and an extract of the register were seen.';
const recommend = async (request: RecoveryDetail, body: object = {}) => as('reviewer', 'POST', `${request.self}/recommendations`, { ...ifMatch(request.version), body: { reason: SEEN, ...body } });
const grant = (request: RecoveryDetail, person: Person = 'approver') => as(person, 'POST', `${request.self}/grants`, ifMatch(request.version));
const later = (ms: number): void => { clock.moveTo((clock.now() + ms) as Instant); };

describe('the machine of requests', () => {
  it('has no faults, and the database keeps the same table', async () => {
    expect(structuralFaults(RECOVERY_MACHINE)).toEqual([]);
    const { rows } = await owner.query('SELECT event, from_state AS "from", to_state AS "to" FROM recovery_transition');
    expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set(transitionRows(RECOVERY_MACHINE).map(({ event, from, to }) => JSON.stringify({ event, from, to }))));
  });
});

describe('somebody who cannot sign in', () => {
  it('is answered the same whether there is such a business or not, and learns nothing by mail either', async () => {
    const [real, none] = [await ask(), await ask({ business: '999-99-99999', contact: `other-${n}@example.test` })];
    expect([real, none].map(({ status, body }) => [status, Object.keys(body), /^RQ-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$/.test(body.reference), body.answerBy]))
      .toEqual([real, real].map(({ body }) => [202, ['reference', 'answerBy'], true, body.answerBy]));
    const { rows } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE c.recipient = ANY ($1) ORDER BY l.id`,
      [[`new-${n}@example.test`, `other-${n}@example.test`]]);
    expect(new Set(rows.map(({ plain }) => plain.replaceAll(/RQ-[0-9A-Z-]+|papers\/[\w-]+/g, '')))).toHaveProperty('size', 1);
  });

  it('holds the business, and everybody who was known is told with a link', async () => {
    const request = await asked();
    expect(request).toMatchObject({ state: 'open', merchant: { id: merchantId }, toldContacts: 1, heldSince: expect.any(String) as unknown, told: 'My telephone fell into the sea.', allowedEvents: ['recommend', 'refuse'] });
    expect(await told(request.id)).toEqual([`recovery.received new-${n}@example.test`, `recovery.notice ${email}`]);
    const invited = await call(world.url, 'POST', `/v1/merchants/${merchantId}/invitations`, { token, body: { email: 'friend@example.test', role: 'member', language: 'en' } });
    const account = await call(world.url, 'POST', `/v1/merchants/${merchantId}/payee-accounts`, { token, body: { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Noodles' } });
    expect([invited, account].map(({ status, body }) => [status, body['code']])).toEqual([[409, 'merchants.held'], [409, 'merchants.held']]);
    expect(JSON.stringify((await owner.query('SELECT data FROM audit_entry WHERE aggregate_id = $1', [request.id])).rows)).not.toMatch(/Mina|sea|example/);
  });

  it('gets in by the new address once two people have agreed, and nobody by the old ways', async () => {
    const request = await asked();
    expect((await recommend(request)).body.code).toBe('recoveries.person_missing');
    expect((await recommend(request, { personId: await personId(), reason: 'ok' })).body.code).toBe('recoveries.reason_missing');
    const recommended = (await recommend(request, { personId: await personId() })).body;
    expect(recommended).toMatchObject({ state: 'recommended', recommended: { by: DEMO_PEOPLE.reviewer.name, reason: SEEN } });
    expect(await grant(recommended)).toMatchObject({ status: 409, body: { code: 'recoveries.notice_runs' } });
    later(24 * HOUR);
    expect((await grant(recommended, 'reviewer')).status).toBe(403);
    expect(await grant(recommended)).toMatchObject({ status: 201, body: { state: 'granted' } });
    const { rows: [person] } = await owner.query('SELECT email, phone, password_hash FROM app_user WHERE id = $1', [await owner.query<{ person_id: string }>('SELECT person_id FROM recovery_request WHERE id = $1', [request.id]).then(({ rows }) => rows[0]?.person_id)]);
    expect(person).toEqual({ email: `new-${n}@example.test`, phone: null, password_hash: null });
    expect((await owner.query(`SELECT FROM session s JOIN app_user u ON u.id = s.user_id WHERE u.email = $1 AND s.revoked_at IS NULL AND s.expires_at > $2`, [`new-${n}@example.test`, new Date(clock.now())])).rowCount).toBe(0);
    expect((await call(world.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).status).toBe(401);
    expect((await told(request.id)).slice(2)).toEqual([`recovery.granted new-${n}@example.test`, `recovery.done ${email}`]);
    expect(await actions(request.id)).toEqual(['recovery.asked', 'recovery.matched', 'recovery.recommended', 'recovery.granted']);
    expect(await actions(merchantId)).toEqual(expect.arrayContaining(['merchant.held', 'merchant.released']));
  });

  it('is no business of somebody whose role went while the act waited: nothing is recommended, granted, sent back or refused', async () => {
    const request = await asked();
    const act = async (role: 'reviewer' | 'approver', path: string, version: number, body?: object) => {
      const mail = `${role}-${path}@people.example`;
      const { id } = (await as('administrator', 'POST', '/v1/users', { body: { email: mail, name: 'Somebody', password: DEMO_PASSWORD } })).body;
      expect((await as('administrator', 'POST', `/v1/users/${id}/roles`, { body: { role } })).status).toBe(201);
      const bearer = await signIn(mail);
      await owner.query('BEGIN');
      await owner.query('SELECT FROM recovery_request WHERE id = $1 FOR UPDATE', [request.id]);
      const acting = call<{ code: string; params: object }>(world.url, 'POST', `${request.self}/${path}`, { token: bearer, ...ifMatch(version), ...(body === undefined ? {} : { body }) });
      await new Promise((resolve) => { setTimeout(resolve, 400); });
      await owner.query('DELETE FROM user_role WHERE user_id = $1', [id]);
      await owner.query('COMMIT');
      return acting;
    };
    const lost = (permission: string) => ({ status: 403, body: { code: 'access.permission', params: { permission } } });
    expect(await act('reviewer', 'recommendations', request.version, { reason: SEEN, personId: await personId() })).toMatchObject(lost('recovery.recommend'));
    expect(await act('reviewer', 'refusals', request.version, { reason: 'Nothing shows that the business is yours.' })).toMatchObject(lost('recovery.recommend'));
    const recommended = (await recommend(request, { personId: await personId() })).body;
    later(24 * HOUR);
    expect(await act('approver', 'grants', recommended.version)).toMatchObject(lost('recovery.decide'));
    expect(await act('approver', 'returns', recommended.version, { reason: 'Look at the extract once more.' })).toMatchObject(lost('recovery.decide'));
    expect(await found(request.reference)).toMatchObject({ state: 'recommended', version: recommended.version });
  });

  it('is refused by one person with a reason, which goes to them, and everything goes on', async () => {
    const request = await asked();
    expect((await as('approver', 'POST', `${request.self}/refusals`, { ...ifMatch(request.version), body: { reason: 'no' } })).body.code).toBe('recoveries.reason_missing');
    const refused = await as('reviewer', 'POST', `${request.self}/refusals`, { ...ifMatch(request.version), body: { reason: 'Nothing shows that the business is yours.' } });
    expect(refused).toMatchObject({ status: 201, body: { state: 'refused', reason: 'Nothing shows that the business is yours.', allowedEvents: [] } });
    expect((await letters(request.id)).at(-1)).toMatchObject({ template: 'recovery.refused', plain: expect.stringContaining('Nothing shows that the business is yours.') as unknown });
    expect((await call(world.url, 'POST', `/v1/merchants/${merchantId}/invitations`, { token, body: { email: 'friend@example.test', role: 'member', language: 'en' } })).status).toBe(201);
    expect((await as('reviewer', 'POST', `${request.self}/refusals`, { ...ifMatch(refused.body.version), body: { reason: 'Once more for good measure.' } })).status).toBe(409);
  });

  it('is stopped by the link of somebody known before; a stranger cannot hold the business again for 30 days', async () => {
    const request = await asked();
    const stops = world.app.get(RecoveryStops);
    expect(await stops.look(await link(request.id))).toMatchObject({ ok: true, value: { state: 'open', kind: 'cannot_sign_in' } });
    expect(await stops.stop('test', 'not-a-link')).toMatchObject({ ok: false, refusal: { code: 'recoveries.link_unknown' } });
    for (let twice = 0; twice < 2; twice += 1) expect(await stops.stop('test', await link(request.id))).toMatchObject({ ok: true });
    expect(await found(request.reference).catch(() => undefined)).toBeDefined();
    expect((await told(request.id)).slice(2)).toEqual([`recovery.stopped new-${n}@example.test`]);
    const again = await asked();
    expect(again).toMatchObject({ state: 'open', stoppedBefore: 1 });
    expect(again.heldSince).toBeUndefined();
    // One letter a day, however many ask.
    expect(await told(again.id)).toEqual([`recovery.received new-${n}@example.test`]);
    expect((await recommend(again, { personId: await personId() })).body.heldSince).toBeDefined();
  });
});

describe('a business that has changed hands', () => {
  it('gets a new owner by invitation; where it is paid cannot change for 72 hours', async () => {
    expect(await ask({ kind: 'changed_hands', contact: '+82 10-1234-5678' })).toMatchObject({ status: 422, body: { code: 'recoveries.incomplete' } });
    const request = await asked({ kind: 'changed_hands' });
    expect((await told(request.id)).at(-1)).toBe(`recovery.taken-over ${email}`);
    const recommended = (await recommend(request)).body;
    later(24 * HOUR);
    expect((await grant(recommended)).body).toMatchObject({ state: 'granted' });
    const { rows: [invitation] } = await owner.query('SELECT email, role FROM member_invitation WHERE merchant_id = $1', [merchantId]);
    expect(invitation).toEqual({ email: `new-${n}@example.test`, role: 'owner' });
    token = await signIn(email);
    const early = await call(world.url, 'POST', `/v1/merchants/${merchantId}/payee-accounts`, { token, body: { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Noodles' } });
    expect(early).toMatchObject({ status: 409, body: { code: 'merchants.payees_wait' } });
    later(72 * HOUR);
    token = await signIn(email);
    expect((await call(world.url, 'POST', `/v1/merchants/${merchantId}/payee-accounts`, { token, body: { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Noodles' } })).status).toBe(201);
  });

  it('that nobody finds is matched by a person, once', async () => {
    const { body } = await ask({ kind: 'changed_hands', business: 'the shop at the corner' });
    const request = await found(body.reference);
    expect(request).toMatchObject({ members: [], allowedEvents: ['match', 'refuse'] });
    const match = (business: string, version = request.version) => as('reviewer', 'POST', `${request.self}/matches`, { ...ifMatch(version), body: { business } });
    expect((await recommend(request)).body.code).toBe('recoveries.unmatched');
    expect((await match('999-99-99999')).body.code).toBe('recoveries.merchant_unknown');
    const matched = await match(number);
    expect(matched.body).toMatchObject({ merchant: { id: merchantId }, heldSince: expect.any(String) as unknown });
    expect((await match(number, matched.body.version)).body.code).toBe('recoveries.matched');
  });
});

describe('what is asked', () => {
  it('is refused with every fault at once', async () => {
    const { status, body } = await ask({ name: ' ', business: ' ', contact: 'nowhere', told: 'help' });
    expect([status, body.code, body.errors?.map(({ pointer }) => pointer)]).toEqual([422, 'recoveries.incomplete', ['/name', '/business', '/contact', '/told']]);
  });

  it('is taken three times from an address in a quarter of an hour', async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) statuses.push((await ask({ business: 'nothing' })).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
  });
});
