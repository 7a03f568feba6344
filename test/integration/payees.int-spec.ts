import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ok } from '../../src/core/errors/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { AuditQueries, AuditTrail } from '../../src/modules/audit/index.js';
import { Duties } from '../../src/modules/identity/index.js';
import { HolderCheck, PayeeKeys, PayeeQueries, PayeeReveals, PayeeStops, type HolderAnswer, type PayeeAccountView } from '../../src/modules/payees/index.js';
import { placeOf } from '../../src/modules/payees/payee-entry.service.js';
import { PayeeHoldsRepository } from '../../src/modules/payees/payee-holds.repository.js';
import { PayeeLifecycle } from '../../src/modules/payees/payee-lifecycle.service.js';
import { PayeesRepository } from '../../src/modules/payees/payees.repository.js';
import { call, FixedClock, type Answer } from '../support/app.js';
import { asSystem, at } from '../support/lower-floors.js';
import { ifMatch, openWorld, type Person, type World } from '../support/world.js';

const FIRST = { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Corner Café Ltd' };
const SECOND = { kind: 'iban', account: 'DE89 3704 0044 0532 0130 00', holder: 'Corner Café Ltd' };
const THIRD = { kind: 'kr', bank: '004', account: '012-34-0567-890', holder: '모퉁이 카페' };
const REASON = { reason: 'A statement of the account was seen' };

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ clock });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

/** A café of its own with its owner for each test, so that none sees another's accounts. */
let merchantId: string;
let token: string;
let n = 0;

const signIn = async (email: string): Promise<string> => (await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).body.token;
const staff = async (person: Person, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer> =>
  call(world.url, method, path, { ...options, token: await signIn(DEMO_PEOPLE[person].email) });
const asOwner = <Body = Record<string, unknown>>(method: string, path: string, options: Parameters<typeof call>[3] = {}) => call<Body>(world.url, method, path, { ...options, token });
const accounts = (rest = ''): string => `/v1/merchants/${merchantId}/payee-accounts${rest}`;
const add = (body: object, headers: Record<string, string> = {}) => asOwner<PayeeAccountView & { code: string }>('POST', accounts(), { body, headers });
const list = async (): Promise<PayeeAccountView[]> => (await asOwner<{ items: PayeeAccountView[] }>('GET', accounts())).body.items;
const states = async (): Promise<string[]> => (await list()).map(({ masked, state }) => `${masked.slice(-4)} ${state}`);
const payable = () => world.app.get(PayeeQueries).payable(world.app.get(Database).reader, merchantId);
const bankSays = (answer: HolderAnswer) => jest.spyOn(world.app.get(HolderCheck), 'ask').mockResolvedValue(answer);
const prove = async (): Promise<Answer> => {
  const proved = await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: DEMO_PASSWORD } });
  if (proved.status === 201) token = String(proved.body['token']);
  return proved;
};
/** What the worker does when the hour has come. */
const due = (accountId: string) => world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(PayeeLifecycle).takeEffectIfDue(tx, asSystem, merchantId, accountId)));
const letters = async (): Promise<{ template: string; recipient: string; plain: string }[]> => (await owner.query<{ template: string; recipient: string; plain: string }>(`
  SELECT l.template, c.recipient, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.merchant_id = $1 ORDER BY l.id`, [merchantId])).rows;
const tokenIn = (plain: string): string => /payee-changes\/([\w-]+)/.exec(plain)?.[1] ?? '';

beforeEach(async () => {
  jest.restoreAllMocks();
  n += 1;
  // So that the sign-ins of one test do not count against those of the next.
  clock.advance(HOUR);
  const email = `payee-owner-${n}@example.test`;
  await staff('administrator', 'POST', '/v1/users', { body: { email, name: `Owner ${n}`, password: DEMO_PASSWORD } });
  token = await signIn(email);
  const made = await asOwner<{ id: string }>('POST', '/v1/merchants', {
    body: { legalName: `Café ${n}`, registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [] },
  });
  merchantId = made.body.id;
  // A session that is open learns of a new membership within a second; one that is opened now knows it.
  token = await signIn(email);
});

describe('a first account', () => {
  it('whose holder matches is usable at once, masked in every answer, and unreadable in the database', async () => {
    bankSays({ outcome: 'match' });
    const added = await add(FIRST, { 'idempotency-key': `first-${n}` });
    expect(added).toMatchObject({ status: 201, body: { state: 'usable', masked: '•••• 5432', country: 'GB', version: 2 }, headers: { etag: '"2"' } });
    expect(await payable()).toMatchObject({ ok: true, value: { accountId: added.body.id } });
    const repeated = await add(FIRST, { 'idempotency-key': `first-${n}` });
    expect(repeated).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    const dump = JSON.stringify((await owner.query(`SELECT (SELECT json_agg(p) FROM payee_account p) AS payees, (SELECT json_agg(e) FROM audit_entry e) AS audit,
      (SELECT json_agg(e) FROM event_log e) AS events, (SELECT json_agg(i) FROM idempotency i) AS stored, (SELECT json_agg(c) FROM letter_content c) AS letters`)).rows[0]);
    expect(JSON.stringify([added.body, repeated.body, await list(), dump])).not.toMatch(/GB82WEST|12345698|WEST/i);
    expect(dump).toContain('payee.entered');
  });

  it('that no bank knows waits for a person of finance, who is not its author, and is told to the owner', async () => {
    const { body } = await add(FIRST);
    expect(body).toMatchObject({ state: 'waiting', check: { outcome: 'unavailable', byPerson: false } });
    expect(await payable()).toMatchObject({ ok: false, refusal: { code: 'payees.none' } });
    expect((await letters()).map(({ template, recipient }) => [template, recipient])).toEqual([['payee.entered', `payee-owner-${n}@example.test`]]);
    expect((await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(9), body: { outcome: 'match', ...REASON } })).status).toBe(412);
    expect((await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', reason: 'ok' } })).status).toBe(422);
    const checked = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', ...REASON } });
    expect(checked).toMatchObject({ status: 201, body: { state: 'usable', check: { outcome: 'match', byPerson: true } } });
    const { rows: [entered] } = await owner.query<{ author: string }>('SELECT created_by AS author FROM payee_account WHERE id = $1', [body.id]);
    const taken = await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(Duties).take(tx, body.id, entered?.author ?? '', 'releaser'));
    expect(taken).toMatchObject({ ok: false, refusal: { code: 'identity.duty_conflict' } });
    await expect(owner.query('UPDATE payee_account SET checked_by = created_by, version = version + 1 WHERE id = $1', [body.id])).rejects.toThrow('payee_account_other_editor_ck');
  });

  it('whose holder is nearly right shows the name on the account; a wrong one is refused by finance', async () => {
    bankSays({ outcome: 'close', holderOnAccount: 'Corner Cafe Limited' });
    const { body } = await add(FIRST);
    expect(body).toMatchObject({ state: 'waiting', check: { outcome: 'close', holderOnAccount: 'Corner Cafe Limited' } });
    const denied = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'none', ...REASON } });
    expect(denied).toMatchObject({ status: 201, body: { state: 'refused', check: { outcome: 'none' } } });
    expect((await add(FIRST)).status).toBe(201);
  });

  it('is entered even when the bank fails, and never waits for one that does not answer', async () => {
    jest.spyOn(world.app.get(HolderCheck), 'ask').mockRejectedValue(new Error('down'));
    expect((await add(FIRST)).body).toMatchObject({ state: 'waiting', check: { outcome: 'unavailable' } });
  });
});

describe('another account than before', () => {
  const change = async (): Promise<PayeeAccountView> => {
    bankSays({ outcome: 'match' });
    expect((await add(FIRST)).body.state).toBe('usable');
    const changed = await add(SECOND);
    expect(changed).toMatchObject({ status: 201, body: { state: 'waiting' } });
    return changed.body;
  };

  it('waits 72 hours to the millisecond while the old one is paid to, and then takes its place', async () => {
    const changed = await change();
    expect(Date.parse(changed.usableFrom) - clock.now()).toBe(72 * HOUR);
    const queued = await owner.query<{ at: string }>(`SELECT start_after AS at FROM pgboss.job WHERE name = 'payees.change-due' AND data->>'accountId' = $1`, [changed.id]);
    expect(queued.rows.map((row) => Date.parse(row.at))).toEqual([Date.parse(changed.usableFrom)]);
    clock.advance(72 * HOUR - 1);
    await due(changed.id);
    token = await signIn(`payee-owner-${n}@example.test`);
    expect(await states()).toEqual(['3000 waiting', '5432 usable']);
    clock.advance(1);
    await due(changed.id);
    expect(await states()).toEqual(['3000 usable', '5432 replaced']);
    expect(await payable()).toMatchObject({ value: { accountId: changed.id } });
    await due(changed.id);
    expect(await states()).toEqual(['3000 usable', '5432 replaced']);
  });

  it('that no bank knows waits for both: the hours and the person', async () => {
    bankSays({ outcome: 'match' });
    await add(FIRST);
    bankSays({ outcome: 'unavailable' });
    const { body } = await add(THIRD);
    clock.advance(73 * HOUR);
    await due(body.id);
    token = await signIn(`payee-owner-${n}@example.test`);
    expect(await states()).toEqual(['7890 waiting', '5432 usable']);
    const checked = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', ...REASON } });
    expect(checked.body).toMatchObject({ state: 'usable' });
    expect(await states()).toEqual(['7890 usable', '5432 replaced']);
  });

  it('is told to where the owner was reached before, even when the address was changed first', async () => {
    bankSays({ outcome: 'match' });
    await add(FIRST);
    await owner.query(`UPDATE app_user SET email = $2, version = version + 1 WHERE email = $1`, [`payee-owner-${n}@example.test`, `thief-${n}@example.test`]);
    await add(SECOND);
    const told = (await letters()).filter(({ template }) => template === 'payee.changed');
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([`payee-owner-${n}@example.test`, `thief-${n}@example.test`]);
    expect(told[0]?.plain).toMatch(/ends in 3000[^]*ends in 5432/);
    expect(told[0]?.plain).not.toMatch(/DE89|0532/);
  });

  it('is stopped by whoever has the letter: taken back, everything paid is held, and nothing can be entered until finance has looked', async () => {
    const changed = await change();
    const link = tokenIn((await letters()).find(({ template }) => template === 'payee.changed')?.plain ?? '');
    const stops = world.app.get(PayeeStops);
    expect(await stops.look(link)).toMatchObject({ ok: true, value: { ending: '3000', stopped: false } });
    const [one, two] = await Promise.all([stops.stop('r', link), stops.stop('r', link)]);
    expect([one.ok, two.ok]).toEqual([true, true]);
    expect(await states()).toEqual(['3000 cancelled', '5432 usable']);
    expect(await payable()).toMatchObject({ ok: false, refusal: { code: 'payees.held' } });
    expect((await letters()).filter(({ template }) => template === 'payee.stopped')).toHaveLength(1);
    clock.advance(73 * HOUR);
    await due(changed.id);
    token = await signIn(`payee-owner-${n}@example.test`);
    expect(await states()).toEqual(['3000 cancelled', '5432 usable']);
    expect(await add(THIRD)).toMatchObject({ status: 409, body: { code: 'payees.held' } });
    expect((await asOwner('GET', accounts())).body['heldSince']).toBeDefined();
    expect((await staff('finance', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, { body: REASON })).status).toBe(403);
    expect((await staffWith('finance_approver', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, REASON)).status).toBe(201);
    expect((await staffWith('finance_approver', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, REASON)).body['code']).toBe('payees.not_held');
    expect(await payable()).toMatchObject({ ok: true });
    const { faults, count } = await world.app.get(AuditQueries).verify('payee', changed.id);
    expect([faults, count > 3]).toEqual([[], true]);
  });

  it('does not know a link that is wrong, empty or a month old', async () => {
    await change();
    const link = tokenIn((await letters()).at(-1)?.plain ?? '');
    const stops = world.app.get(PayeeStops);
    for (const wrong of ['', `${link}x`, link.toUpperCase()]) expect(await stops.stop('r', wrong)).toMatchObject({ ok: false, refusal: { code: 'payees.link_unknown' } });
    clock.advance(72 * HOUR + 30 * 24 * HOUR + 1);
    expect(await stops.stop('r', link)).toMatchObject({ ok: false, refusal: { code: 'payees.link_unknown' } });
  });

  it('is one at a time, also when two are entered at once; the one in use is not entered again; five a day', async () => {
    bankSays({ outcome: 'match' });
    expect((await Promise.all([add(FIRST), add(SECOND)])).map(({ status }) => status).sort()).toEqual([201, 201]);
    const [waiting] = (await list()).filter(({ state }) => state === 'waiting');
    expect(await add(THIRD)).toMatchObject({ status: 409, body: { code: 'payees.change_waiting' } });
    const cancelled = await asOwner('POST', accounts(`/${waiting?.id ?? ''}/cancellations`), ifMatch(waiting?.version ?? 0));
    expect(cancelled).toMatchObject({ status: 201, body: { state: 'cancelled' } });
    expect((await asOwner('POST', accounts(`/${waiting?.id ?? ''}/cancellations`), ifMatch(2))).status).toBe(409);
    const inUse = (await list()).find(({ state }) => state === 'usable');
    expect(await add(inUse?.masked.endsWith('5432') === true ? FIRST : SECOND)).toMatchObject({ status: 409, body: { code: 'payees.same_account' } });
    for (let entered = 2; entered < 5; entered += 1) {
      const { body } = await add(THIRD);
      await asOwner('POST', accounts(`/${body.id}/cancellations`), ifMatch(1));
    }
    const sixth = await add(THIRD);
    expect(sixth).toMatchObject({ status: 429, body: { code: 'payees.too_many' } });
    expect(Number(sixth.headers['retry-after'])).toBe(24 * 3_600);
  });
});

/** A person of finance with a role the demo has nobody for. */
async function staffWith(role: string, method: string, path: string, body: object): Promise<Answer> {
  const email = `${role.replaceAll('_', '-')}@payees.test`;
  const made = await staff('administrator', 'POST', '/v1/users', { body: { email, name: role, password: DEMO_PASSWORD } });
  if (made.status === 201) await staff('administrator', 'POST', `/v1/users/${String(made.body['id'])}/roles`, { body: { role } });
  return call(world.url, method, path, { token: await signIn(email), body });
}

describe('a fresh proof', () => {
  it('is what signing in gives for five minutes, and what the password gives again; ten tries', async () => {
    bankSays({ outcome: 'match' });
    clock.advance(5 * MINUTE - 1);
    expect((await add(FIRST)).status).toBe(201);
    clock.advance(1);
    expect(await add(SECOND)).toMatchObject({ status: 403, body: { code: 'identity.proof_needed' } });
    expect((await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: 'not the password' } })).status).toBe(422);
    expect(await add(SECOND)).toMatchObject({ status: 403 });
    expect((await prove()).status).toBe(201);
    expect((await add(SECOND)).status).toBe(201);
    clock.moveTo((Math.ceil(clock.now() / (15 * MINUTE)) * 15 * MINUTE) as Instant);
    const tries = [];
    for (let tried = 0; tried < 11; tried += 1) tries.push((await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: 'x' } })).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
    expect((await prove()).status).toBe(429);
  });

  it('belongs to one session: another of the same person has to give its own', async () => {
    const other = await signIn(`payee-owner-${n}@example.test`);
    clock.advance(6 * MINUTE);
    await prove();
    expect(await call(world.url, 'POST', accounts(), { token: other, body: FIRST })).toMatchObject({ status: 403, body: { code: 'identity.proof_needed' } });
  });
});

describe('the whole number', () => {
  it('is read by finance with a reason, and every reading stays; not by others, not without a fresh proof, ten an hour', async () => {
    bankSays({ outcome: 'match' });
    const { body } = await add(FIRST);
    const reveal = (by: string, options: object = { body: REASON }) => call(world.url, 'POST', accounts(`/${body.id}/reveals`), { token: by, ...options });
    expect((await reveal(token)).status).toBe(403);
    expect((await reveal(await signIn(DEMO_PEOPLE.reviewer.email))).status).toBe(403);
    clock.advance(2 * HOUR);
    const finance = await signIn(DEMO_PEOPLE.finance.email);
    expect((await reveal(finance, { body: { reason: 'because' } })).status).toBe(422);
    const shown = await reveal(finance, { body: REASON, headers: { 'idempotency-key': 'reveal' } });
    expect(shown).toMatchObject({ status: 200, body: { account: 'GB82WEST12345698765432', holder: 'Corner Café Ltd' }, headers: { 'cache-control': 'no-store' } });
    expect((await owner.query('SELECT FROM idempotency WHERE key = $1', ['reveal'])).rowCount).toBe(0);
    const { rows } = await owner.query('SELECT r.user_id, t.body FROM payee_reveal r JOIN text_body t ON t.digest = r.reason_digest WHERE r.account_id = $1', [body.id]);
    expect(rows).toEqual([{ user_id: expect.any(String), body: REASON.reason }]);
    const more = await Promise.all(Array.from({ length: 12 }, () => reveal(finance)));
    expect(more.filter(({ status }) => status === 200)).toHaveLength(9);
    expect(more.filter(({ status }) => status === 429)).toHaveLength(3);
    await expect(owner.query('DELETE FROM payee_reveal')).rejects.toThrow('append-only');
  });

  it('does not open for a row it was swapped into, and says which key is missing', async () => {
    bankSays({ outcome: 'match' });
    const { body: first } = await add(FIRST);
    const { body: second } = await add(SECOND);
    clock.advance(2 * HOUR);
    const finance = await signIn(DEMO_PEOPLE.finance.email);
    const reveal = (id: string) => call(world.url, 'POST', accounts(`/${id}/reveals`), { token: finance, body: REASON });
    expect((await reveal(second.id)).body['account']).toBe('DE89370400440532013000');
    await owner.query('UPDATE payee_account a SET sealed = b.sealed, wrapped_key = b.wrapped_key, version = a.version + 1 FROM payee_account b WHERE a.id = $1 AND b.id = $2', [second.id, first.id]);
    const swapped = await reveal(second.id);
    expect(swapped).toMatchObject({ status: 500, body: { code: 'vault.altered' } });
    expect(JSON.stringify(swapped.body)).not.toContain('GB82');
    await owner.query(`UPDATE payee_account SET key_id = 'aaaaaaaaaaaaaaaa', version = version + 1 WHERE id = $1`, [first.id]);
    expect(await reveal(first.id)).toMatchObject({ status: 503, body: { code: 'vault.key_missing', params: { keyId: 'aaaaaaaaaaaaaaaa' } } });
    expect(await world.app.get(PayeeKeys).uses()).toEqual(expect.arrayContaining([{ id: 'aaaaaaaaaaaaaaaa', purpose: 'seal', here: false, rows: 1 }]));
    const rotated = await world.app.get(PayeeKeys).rotate(asSystem);
    expect(rotated).toMatchObject({ ok: true, value: { wrapped: 0, left: [first.id] } });
  });
});

describe('keys that are changed', () => {
  it('wrap every stored row anew: with the old key gone everything still opens, and rows that were swapped still do not', async () => {
    bankSays({ outcome: 'match' });
    const { body: first } = await add(FIRST);
    const { body: second } = await add(SECOND);
    const [work, payees, holds] = [world.app.get(UnitOfWork), world.app.get(PayeesRepository), world.app.get(PayeeHoldsRepository)];
    const config = world.app.get<AppConfig>(APP_CONFIG);
    const withKeys = (...lines: string[]) => new Vault({ ...config, keys: lines.join(',') } );
    const fresh = (kind: string) => `${kind}:${randomBytes(32).toString('base64')}`;
    const [old, next, index] = [fresh('seal'), fresh('seal'), fresh('index')];
    // The rows as an installation has them that was begun with the old key.
    const begun = withKeys(old, index);
    for (const { id, number } of [{ id: first.id, number: 'GB82WEST12345698765432' }, { id: second.id, number: 'DE89370400440532013000' }]) {
      const envelope = await begun.seal(number, placeOf(merchantId, id));
      await owner.query('UPDATE payee_account SET sealed = $2, wrapped_key = $3, key_id = $4, version = version + 1 WHERE id = $1', [id, envelope.sealed, envelope.wrappedKey, envelope.keyId]);
    }
    const sealedBefore = await owner.query('SELECT id, sealed FROM payee_account WHERE merchant_id = $1 ORDER BY id', [merchantId]);
    const keys = new PayeeKeys(work, world.app.get(Database), payees, withKeys(next, old, index));
    const rotated = await keys.rotate(asSystem);
    expect(rotated).toMatchObject({ ok: true, value: { wrapped: 2 } });
    expect((await owner.query('SELECT id, sealed FROM payee_account WHERE merchant_id = $1 ORDER BY id', [merchantId])).rows).toEqual(sealedBefore.rows);
    expect(await keys.rotate(asSystem)).toMatchObject({ ok: true, value: { wrapped: 0 } });

    const readBy = (vault: Vault) => new PayeeReveals(work, payees, holds, vault, world.app.get(AuditTrail), clock);
    const reveals = readBy(withKeys(next, index));
    const { rows: [person] } = await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [DEMO_PEOPLE.finance.email]);
    const userId = person?.id ?? '';
    const finance: Context = { requestId: 'rotation', actor: { kind: 'user', userId, roles: ['finance_preparer'], memberships: [], session: { id: userId, provedAt: clock.now() } } };
    expect(await reveals.reveal(finance, merchantId, first.id, REASON.reason)).toMatchObject({ ok: true, value: { account: 'GB82WEST12345698765432' } });
    expect(await reveals.reveal(finance, merchantId, second.id, REASON.reason)).toMatchObject({ ok: true, value: { account: 'DE89370400440532013000' } });
    expect(await readBy(begun).reveal(finance, merchantId, first.id, REASON.reason)).toMatchObject({ ok: false, refusal: { code: 'vault.key_missing' } });
    await owner.query('UPDATE payee_account a SET sealed = b.sealed, wrapped_key = b.wrapped_key, version = a.version + 1 FROM payee_account b WHERE a.id = $1 AND b.id = $2', [second.id, first.id]);
    expect(await reveals.reveal(finance, merchantId, second.id, REASON.reason)).toMatchObject({ ok: false, refusal: { code: 'vault.altered' } });
  });
});

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
    const mine = await add(THIRD);
    expect(mine.body.sharedWith).toBeUndefined();
    const before = await staff('finance', 'GET', accounts());
    expect(before.body['items']).toMatchObject([{ sharedWith: expect.any(Number) }]);
    const others = (before.body['items'] as { sharedWith: number }[])[0]?.sharedWith ?? 0;
    // THIRD was entered by businesses of tests before this one, FIRST by nearly all of them.
    expect(others).toBeGreaterThan(0);
    expect((await list()).every(({ sharedWith }) => sharedWith === undefined)).toBe(true);
  });
});
