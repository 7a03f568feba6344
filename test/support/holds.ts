import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { HOUR } from '../../src/core/time/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { StraightThrough } from '../../src/modules/review/straight-through.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { call, FixedClock, type Answer } from './app.js';
import { cause, claimAt, claimOf, newPerson, newSite, type Claim } from './claims.js';
import { brokenPromises } from './invariants.js';
import { actingAs, asSystem, at } from './lower-floors.js';
import { draftClaim, ifMatch, openWorld, submit, type Person, type World } from './world.js';

export const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
const DAY = 24 * HOUR;
export let world: World;
export let application: Client;
export let owner: Client;
export const people: Record<'supervisor' | 'approver2' | 'financeApprover', { id: string; token: string; email: string }> = {} as never;

/** The world of tests about holds, what funds can give, and what is taken back: its people, its time, and claims in it. Opened once a test file. */
export async function opened(): Promise<void> {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  application = new Client({ connectionString: world.database.appUrl });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await Promise.all([application.connect(), owner.connect()]);
  people.supervisor = await newPerson(world, ['supervisor']);
  people.approver2 = await newPerson(world, ['approver']);
  people.financeApprover = await newPerson(world, ['finance_approver']);
}

export async function closed(): Promise<void> {
  expect(await brokenPromises(owner)).toEqual([]);
  await Promise.all([application.end(), owner.end()]);
  await world.close();
}

/** Time goes by, and everybody's session with it. */
export async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await owner.query(`UPDATE session SET created_at = created_at + $1, last_seen_at = last_seen_at + $1, expires_at = expires_at + $1, proved_at = proved_at + $1`, [`${ms} milliseconds`]);
}
export const pass = (days: number): Promise<void> => passes(days * DAY);

export const asToken = <Body = Record<string, unknown>>(token: string, path: string, body: unknown, version?: number): Promise<Answer<Body>> =>
  call<Body>(world.url, 'POST', path, { token, body, ...(version === undefined ? {} : ifMatch(version)) });
export const inReview = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);
export const recommended = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer]);
export const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
export const dayIn = (days: number): string => new Date(clock.now() + days * DAY).toISOString().slice(0, 10);
export interface Hold { id: string; kind: string; version: number; stops: string[]; reason?: string; released?: object }
export const holdsOf = async (person: Person, claim: Claim): Promise<Hold[]> => (await world.as<{ items: Hold[] }>(person, 'GET', `/v1/claims/${claim.id}/holds`)).body.items;
export const hold = (token: string, claim: Claim, kind: string, change: object = {}) => asToken<Hold>(token, `/v1/claims/${claim.id}/holds`, { kind, reason: `because of ${kind}`, reviewOn: dayIn(10), ...change });
export const release = (token: string, claim: Claim, { id, version }: Hold) => asToken(token, `/v1/claims/${claim.id}/holds/${id}/releases`, { reason: 'looked into' }, version);
export const hourOf = ({ id, assessmentId = '' }: Claim) => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
  const done = await world.app.get(StraightThrough).onHour(tx, asSystem, id, assessmentId);
  return done.ok ? ok(null) : done;
});
export const lettersOf = async (claim: Claim): Promise<string[]> =>
  (await owner.query<{ template: string }>('SELECT template FROM letter WHERE about_id = $1 ORDER BY id', [claim.id])).rows.map(({ template }) => template);
export const reservedFor = async (claim: Claim): Promise<string> => (await owner.query<{ sum: string }>(`
  SELECT coalesce(sum(p.amount_minor), 0)::text AS sum FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
  WHERE e.claim_id = $1 AND a.name = 'reserved'`, [claim.id])).rows[0]?.sum ?? '';
export const grossOf = ({ entitlements }: Claim): string => entitlements.at(-1)?.gross.amount ?? '';

export async function schemeUnder(key: string, change: (text: string) => string, fundId = world.world.fundId): Promise<string> {
  const text = readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', `policy: ${key}`);
  const { rows: [author] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'policy@%\'');
  unwrap(await world.app.get(PolicyCatalogue).publish(actingAs(author?.id ?? ''), change(text)));
  const { status, body } = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
    body: {
      code: key, policyKey: key, fundId, outageIds: [world.world.outageId], zone: 'Europe/London', title: { en: key }, contact: { name: 'Care' },
      opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: `${key} ${kind}` })),
    },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

export async function takenTo(schemeId: string, ...path: Parameters<typeof cause>[2][]): Promise<Claim> {
  const draft = await draftClaim(world, { schemeId, siteId: await newSite(world) });
  expect((await submit(world, draft)).status).toBe(201);
  for (const event of path) await step(event, await claimOf(world, draft.id));
  return claimOf(world, draft.id);
}
export async function step(event: Parameters<typeof cause>[2], claim: Claim): Promise<void> {
  const token = { pull: world.tokens.reviewer, recommend: world.tokens.reviewer, award: world.tokens.approver }[event as 'pull'] ?? world.tokens.owner;
  const { status, body } = await cause(world, token, event, claim, '');
  if (status !== 201) throw new Error(JSON.stringify(body));
}
