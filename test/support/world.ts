import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.js';
import { seedSmallWorld, type DemoWorld } from '../../src/demo/harbourline.js';
import { call, startTestApp, type Answer, type TestApp } from './app.js';

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

export async function openWorld(options: Parameters<typeof startTestApp>[0] = {}): Promise<World> {
  const started = await startTestApp(options);
  const world = await seedSmallWorld(started.app, join(process.cwd(), 'policies'));
  const tokens = {} as Record<Person, string>;
  for (const [name, { email }] of Object.entries<DemoPerson>(DEMO_PEOPLE)) {
    const { body } = await call<{ token: string }>(started.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } });
    tokens[name as Person] = body.token;
  }
  return {
    ...started, world, tokens,
    as: (person, method, path, request = {}) => call(started.url, method, path, { ...request, token: tokens[person] }),
  };
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
