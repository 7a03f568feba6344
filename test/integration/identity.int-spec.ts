import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { AuditQueries } from '../../src/modules/audit/index.js';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { Passwords } from '../../src/modules/identity/passwords.service.js';
import { call, FixedClock } from '../support/app.js';
import { newPerson } from '../support/claims.js';
import { at } from '../support/lower-floors.js';
import { draftClaim, openWorld, type World } from '../support/world.js';

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

const signIn = (email: string, password = DEMO_PASSWORD) => call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password } });
const current = async (token: string): Promise<number> => (await call(world.url, 'GET', '/v1/sessions/current', { token })).status;
/** A token is looked up at most once a second. */
const aSecond = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 1_050); });
const later = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await aSecond();
};

describe('a session', () => {
  it.each([['of staff', DEMO_PEOPLE.reviewer.email, 15, 8], ['of a merchant', DEMO_PEOPLE.owner.email, 30, 12]])('%s ends when nobody used it, and at the latest when its hours are over', async (_whose, email, idleMinutes, hours) => {
    const idle = (await signIn(email)).body.token;
    await later(idleMinutes * MINUTE - 1);
    expect(await current(idle)).toBe(200);
    await later(idleMinutes * MINUTE);
    expect(await current(idle)).toBe(401);
    // Kept awake without waiting a second for each step: its last use is moved along with the clock.
    const busy = (await signIn(email)).body.token;
    const awake = (ms: number): Promise<unknown> => {
      clock.advance(ms);
      return owner.query('UPDATE session SET last_seen_at = $1', [new Date(clock.now())]);
    };
    await awake(hours * HOUR - 1);
    expect(await current(busy)).toBe(200);
    await awake(1);
    await aSecond();
    expect(await current(busy)).toBe(401);
  }, 30_000);

  it('that was signed out is worth nothing within a second', async () => {
    const { token } = (await signIn(DEMO_PEOPLE.reviewer.email)).body;
    expect(await current(token)).toBe(200);
    expect((await call(world.url, 'DELETE', '/v1/sessions/current', { token })).status).toBe(204);
    await aSecond();
    expect(await current(token)).toBe(401);
  });
});

describe('signing in', () => {
  it('hashes a password for somebody unknown, too, and says the same', async () => {
    const body = async (email: string): Promise<object> => ({ ...(await signIn(email, 'not the password at all')).body, instance: '' });
    const matches = jest.spyOn(world.app.get(Passwords), 'matches');
    expect(await body('nobody@nowhere.example')).toEqual(await body(DEMO_PEOPLE.approver.email));
    expect(matches.mock.calls.map(([stored]) => typeof stored)).toEqual(['undefined', 'string']);
    // Hashing takes tens of milliseconds, whoever it is for; without it the answer is there in less than one.
    // At the cost of the product, which the worlds of the tests do not pay.
    const passwords = new Passwords();
    await passwords.matches(undefined, 'the first makes what the others are compared with');
    const start = performance.now();
    expect(await passwords.matches(undefined, 'not the password at all')).toBe(false);
    expect(performance.now() - start).toBeGreaterThan(10);
    matches.mockRestore();
  });

  it('is limited to ten tries in a quarter of an hour, the right password included, and free again afterwards', async () => {
    clock.moveTo((Math.ceil(clock.now() / (15 * MINUTE)) * 15 * MINUTE) as Instant);
    const { email } = await newPerson(world, []).catch(async () => ({ email: DEMO_PEOPLE.auditor.email }));
    const tries = [];
    for (let n = 0; n < 11; n += 1) tries.push((await signIn(email, 'not the password at all')).status);
    expect(tries.slice(0, 9).every((status) => status === 401)).toBe(true);
    expect(tries.at(-1)).toBe(429);
    const right = await signIn(email);
    expect(right.status).toBe(429);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
    clock.advance(15 * MINUTE);
    expect((await signIn(email)).status).toBe(201);
  });
});

describe('roles that exclude each other', () => {
  it('are not both granted, one after the other or at once', async () => {
    const admin = (await signIn(DEMO_PEOPLE.administrator.email)).body.token;
    const grants: number[][] = [];
    for (let round = 0; round < 6; round += 1) {
      const { rows: [user] } = await owner.query<{ id: string }>('INSERT INTO app_user (email, name, created_at) VALUES ($1, $1, now()) RETURNING id', [`r${round}@x.example`]);
      const grant = (role: string) => call(world.url, 'POST', `/v1/users/${user?.id ?? ''}/roles`, { token: admin, body: { role } });
      grants.push((await Promise.all([grant('auditor'), grant('reviewer')])).map(({ status }) => status).sort());
    }
    expect(grants).toEqual(grants.map(() => [201, 403]));
  });
});

describe('the verifier of the audit trail, in the database', () => {
  const tamperings: [string, string, string][] = [
    ['an edit', 'UPDATE audit_entry SET data = \'{"by": "somebody"}\' WHERE aggregate_id = $1 AND n = 2', 'edited'],
    ['a removal', 'DELETE FROM audit_entry WHERE aggregate_id = $1 AND n = 2', 'missing'],
    ['a cut tail', 'DELETE FROM audit_entry WHERE aggregate_id = $1 AND n = 3', 'cut_tail'],
    ['an insertion', `INSERT INTO audit_entry (aggregate_type, aggregate_id, n, at, actor, action, data, prev_hash, hash)
      SELECT aggregate_type, aggregate_id, 4, at, actor, action, data, hash, repeat('a', 64) FROM audit_entry WHERE aggregate_id = $1 AND n = 3`, 'edited'],
    ['another order', 'UPDATE audit_entry SET n = CASE n WHEN 2 THEN 3 ELSE 2 END WHERE aggregate_id = $1 AND n IN (2, 3)', 'out_of_order'],
  ];

  it.each(tamperings)('finds %s', async (_what, sql, kind) => {
    const token = (await signIn(DEMO_PEOPLE.owner.email)).body.token;
    const as: World = { ...world, as: (_person, method, path, options = {}) => call(world.url, method, path, { ...options, token }) };
    const { id } = await draftClaim(as);
    for (const version of [1, 2]) await as.as('owner', 'PATCH', `/v1/claims/${id}`, { body: { answers: { takeTariff: version === 1 } }, headers: { 'if-match': `"${version}"` } });
    const whole = await world.app.get(AuditQueries).verify('claim', id);
    expect(whole).toMatchObject({ count: 3, faults: [] });
    await owner.query('BEGIN; ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only_tg; ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_pk');
    await owner.query(sql, [id]);
    await owner.query('COMMIT; ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only_tg');
    const { faults } = await world.app.get(AuditQueries).verify('claim', id);
    expect(faults.map((fault) => fault.kind)).toContain(kind);
    await owner.query('BEGIN; ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only_tg');
    await owner.query('DELETE FROM audit_entry WHERE aggregate_id = $1', [id]);
    await owner.query('ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_pk PRIMARY KEY (aggregate_type, aggregate_id, n); ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only_tg; COMMIT');
  });
});
