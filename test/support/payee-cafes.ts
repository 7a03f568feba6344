import { jest } from '@jest/globals';
import { Client } from 'pg';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { HOUR } from '../../src/core/time/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ok } from '../../src/core/errors/index.js';
import { HolderCheck, PayeeQueries, type HolderAnswer, type PayeeAccountView } from '../../src/modules/payees/index.js';
import { PayeeLifecycle } from '../../src/modules/payees/payee-lifecycle.service.js';
import { call, FixedClock, type Answer } from './app.js';
import { asSystem, at } from './lower-floors.js';
import { openWorld, type Person, type World } from './world.js';

export const FIRST = { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Corner Café Ltd' };
export const SECOND = { kind: 'iban', account: 'DE89 3704 0044 0532 0130 00', holder: 'Corner Café Ltd' };
export const THIRD = { kind: 'kr', bank: '004', account: '012-34-0567-890', holder: '모퉁이 카페' };
export const REASON = { reason: 'A statement of the account was seen' };

export const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
export let world: World;
export let owner: Client;

/** Cafés with their owners, one for each test, and the people of finance. Opened once a test file. */
export async function opened(): Promise<void> {
  world = await openWorld({ clock });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
}

export async function closed(): Promise<void> {
  await owner.end();
  await world.close();
}

/** A café of its own with its owner for each test, so that none sees another's accounts. */
export let merchantId: string;
export let token: string;
export let n = 0;

export const signIn = async (email: string): Promise<string> => (await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).body.token;
/** The owner, whose session has ended meanwhile. */
export async function signInAnew(): Promise<void> {
  token = await signIn(`payee-owner-${n}@example.test`);
}
export const staff = async (person: Person, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer> =>
  call(world.url, method, path, { ...options, token: await signIn(DEMO_PEOPLE[person].email) });
export const asOwner = <Body = Record<string, unknown>>(method: string, path: string, options: Parameters<typeof call>[3] = {}) => call<Body>(world.url, method, path, { ...options, token });
export const accounts = (rest = ''): string => `/v1/merchants/${merchantId}/payee-accounts${rest}`;
export const add = (body: object, headers: Record<string, string> = {}) => asOwner<PayeeAccountView & { code: string }>('POST', accounts(), { body, headers });
export const list = async (): Promise<PayeeAccountView[]> => (await asOwner<{ items: PayeeAccountView[] }>('GET', accounts())).body.items;
export const states = async (): Promise<string[]> => (await list()).map(({ masked, state }) => `${masked.slice(-4)} ${state}`);
export const payable = () => world.app.get(PayeeQueries).payable(world.app.get(Database).reader, merchantId);
export const bankSays = (answer: HolderAnswer) => jest.spyOn(world.app.get(HolderCheck), 'ask').mockResolvedValue(answer);
export const prove = async (): Promise<Answer> => {
  const proved = await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: DEMO_PASSWORD } });
  if (proved.status === 201) token = String(proved.body['token']);
  return proved;
};
/** What the worker does when the hour has come. */
export const due = (accountId: string) => world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(PayeeLifecycle).takeEffectIfDue(tx, asSystem, merchantId, accountId)));
export const letters = async (): Promise<{ template: string; recipient: string; plain: string }[]> => (await owner.query<{ template: string; recipient: string; plain: string }>(`
  SELECT l.template, c.recipient, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.merchant_id = $1 ORDER BY l.id`, [merchantId])).rows;
export const tokenIn = (plain: string): string => /payee-changes\/([\w-]+)/.exec(plain)?.[1] ?? '';

export async function anew(): Promise<void> {
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
}

/** A person of finance with a role the demo has nobody for. */
export async function staffWith(role: string, method: string, path: string, body: object): Promise<Answer> {
  const email = `${role.replaceAll('_', '-')}@payees.test`;
  const made = await staff('administrator', 'POST', '/v1/users', { body: { email, name: role, password: DEMO_PASSWORD } });
  if (made.status === 201) await staff('administrator', 'POST', `/v1/users/${String(made.body['id'])}/roles`, { body: { role } });
  return call(world.url, method, path, { token: await signIn(email), body });
}
