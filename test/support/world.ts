import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok } from '../../src/core/errors/index.js';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.js';
import { seedSmallWorld, type DemoWorld } from '../../src/demo/harbourline.js';
import { SessionOpening } from '../../src/modules/identity/session-opening.service.js';
import { SystemClock, type Clock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { call, createTestApp, startTestApp, testConfig, type Answer, type TestApp } from './app.js';
import { createFilledDatabase } from './database.js';
import { asSystem } from './lower-floors.js';

export const MAPPING = JSON.stringify({ at: 'at', amount: 'amount', kind: 'kind', id: 'id', refundOf: 'refund_of' });
export const CAFE_SALES = readFileSync('demo/corner-cafe.synthetic.csv', 'utf8');
export const CAFE_COVERAGE = JSON.stringify([{ from: '2026-08-31T00:00:00+01:00', to: '2026-10-18T00:00:00+01:00' }]);
export const OUTAGE_WINDOW = { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' };
export const DECLARED = { declarations: { isTrue: true, paidElsewhere: false } };

export type Person = keyof typeof DEMO_PEOPLE;

/** The demo's people and café, with everybody signed in. */
export interface World extends TestApp {
  readonly world: DemoWorld;
  readonly tokens: Readonly<Record<Person, string>>;
  as<Body = Record<string, unknown>>(person: Person, method: string, path: string, options?: Parameters<typeof call>[3]): Promise<Answer<Body>>;
}

export async function openWorld(options: Omit<NonNullable<Parameters<typeof startTestApp>[0]>, 'database'> = {}): Promise<World> {
  const started = await startTestApp({ ...options, database: await createFilledDatabase(templateAt(options.clock), (appUrl) => fillWorld(appUrl, options.clock)) });
  const [world, tokens] = [await worldIn(started.app), await sessionsFor(started.app)];
  return {
    ...started, world, tokens,
    as: (person, method, path, request = {}) => call(started.url, method, path, { ...request, token: tokens[person] }),
  };
}

/** One for whoever lives by the real clock, and one for each time at which a clock was stopped. */
const templateAt = (clock: Clock | undefined): string => (clock === undefined ? 'makegood_test_world' : `makegood_test_world_${clock.now()}`);

/** Written once per server, by an application of its own. */
async function fillWorld(appUrl: string, clock: Clock = new SystemClock()): Promise<void> {
  const app = await createTestApp(testConfig(appUrl), clock);
  try {
    await app.get(Jobs).open();
    await seedSmallWorld(app, join(process.cwd(), 'policies'));
  } finally {
    await app.close();
  }
}

/** What `seedSmallWorld` has made, found again in a copy. */
async function worldIn(app: TestApp['app']): Promise<DemoWorld> {
  const [found] = await app.get(Database).reader.query<DemoWorld>(`
    SELECT s.id AS "schemeId", p.merchant_id AS "merchantId", p.id AS "siteId", o.id AS "outageId", f.id AS "fundId" FROM scheme s, site p, outage o, fund f`);
  if (found === undefined) throw new Error('the world was not kept');
  return found;
}

/** Everybody signed in, without asking for passwords: signing in has tests of its own. */
async function sessionsFor(app: TestApp['app']): Promise<Record<Person, string>> {
  const people = await app.get(Database).reader.query<{ id: string; email: string }>('SELECT id, email FROM app_user');
  const idOf = new Map(people.map(({ id, email }) => [email, id]));
  const tokens = {} as Record<Person, string>;
  const opened = await app.get(UnitOfWork).run(asSystem, async (tx) => {
    for (const [name, { email, roles }] of Object.entries<DemoPerson>(DEMO_PEOPLE)) {
      tokens[name as Person] = (await app.get(SessionOpening).open(tx, { id: idOf.get(email) ?? '', isStaff: roles.some((role) => role !== 'agent') }, 'password')).token;
    }
    return ok(null);
  });
  if (!opened.ok) throw new Error(opened.refusal.code);
  return tokens;
}

/** A draft of the café over the outage; `answers` as the merchant gave them. */
export async function draftClaim(world: World, change: Record<string, unknown> = {}): Promise<{ id: string; version: number }> {
  const { schemeId, siteId } = world.world;
  const { status, body } = await world.as<{ id: string; version: number }>('owner', 'POST', '/v1/claims', {
    body: { schemeId, siteId, window: OUTAGE_WINDOW, answers: { takeTariff: true }, ...change },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export async function uploadSales(world: World, claimId: string, csv = CAFE_SALES, fields: Record<string, string> = {}): Promise<Answer> {
  const query = new URLSearchParams({ currency: 'GBP', basis: 'net_of_tax', coverage: CAFE_COVERAGE, mapping: MAPPING, ...fields });
  return world.as('owner', 'POST', `/v1/claims/${claimId}/sales-records?${query.toString()}`, { raw: csv, type: 'text/csv' });
}

export const ifMatch = (version: number): { headers: Record<string, string> } => ({ headers: { 'if-match': `"${version}"` } });

export const submit = (world: World, claim: { id: string; version: number }, headers: Record<string, string> = {}): Promise<Answer> =>
  world.as('owner', 'POST', `/v1/claims/${claim.id}/submissions`, { body: DECLARED, headers: { 'if-match': `"${claim.version}"`, ...headers } });
