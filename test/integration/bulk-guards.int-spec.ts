import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Result } from '../../src/core/errors/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { BulkRuns } from '../../src/modules/review/queues/bulk-runs.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call, type Answer } from '../support/app.js';
import { cause, claimOf, newPerson, newSite, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { actingAs, asSystem } from '../support/lower-floors.js';
import { value } from '../support/results.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

interface Bulk { readonly id: string; readonly digest: string; readonly version: number }
interface Item { readonly claimId: string; readonly state: string; readonly isSampled: boolean; readonly refusal?: { readonly code: string } }
type Somebody = Awaited<ReturnType<typeof newPerson>>;

let world: World;
let owner: Client;
let decider: Somebody;
let second: Somebody;

const ask = <Body = Record<string, unknown>>(token: string, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer<Body>> => call<Body>(world.url, method, path, { ...options, token });
const itemsOf = async (id: string): Promise<readonly Item[]> => (await ask<{ items: Item[] }>(world.tokens.reviewer, 'GET', `/v1/bulk-actions/${id}/items?limit=200`)).body.items;

/** A claim that somebody recommended. */
async function recommended({ by = world.tokens.reviewer, schemeId = world.world.schemeId }: { by?: string; schemeId?: string } = {}): Promise<Claim> {
  const { id, version } = await draftClaim(world, { schemeId, siteId: await newSite(world) });
  expect((await submit(world, { id, version })).status).toBe(201);
  for (const [event, token] of [['pull', world.tokens.reviewer], ['recommend', by]] as const) expect((await cause(world, token, event, await claimOf(world, id))).status).toBe(201);
  return claimOf(world, id);
}

/** A list of awards, frozen, with its sample opened. */
async function frozen(token: string, claims: readonly Claim[]): Promise<Bulk> {
  const { status, body } = await ask<Bulk>(token, 'POST', '/v1/bulk-actions', { body: { kind: 'decide', outcome: 'award', claimIds: claims.map(({ id }) => id) } });
  expect(status).toBe(202);
  for (const { claimId } of (await itemsOf(body.id)).filter(({ isSampled }) => isSampled)) expect((await ask(token, 'POST', `/v1/bulk-actions/${body.id}/openings`, { body: { claimId } })).status).toBe(201);
  return body;
}

/** Sent, and worked through; what became of each claim of the list, in the order of the claims. */
async function sent(token: string, { id, version, digest }: Bulk, claims: readonly Claim[], meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  expect((await ask(token, 'POST', `/v1/bulk-actions/${id}/submissions`, { body: { digest }, ...ifMatch(version) })).status).toBe(202);
  await meanwhile();
  const step = (): Promise<Result<{ done: boolean }>> => world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(BulkRuns).step(tx, asSystem, id));
  while (!value(await step()).done);
  const items = await itemsOf(id);
  return claims.map((claim) => items.find(({ claimId }) => claimId === claim.id)).map((item) => item?.refusal?.code ?? item?.state ?? 'gone');
}
const statesOf = (claims: readonly Claim[]): Promise<string[]> => Promise.all(claims.map(async ({ id }) => (await claimOf(world, id)).state));

async function schemeUnder(key: string, change: (text: string) => string): Promise<string> {
  const { rows: [author] } = await owner.query<{ id: string }>(`SELECT id FROM app_user WHERE email LIKE 'policy@%'`);
  const whole = readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', `policy: ${key}`);
  const text = whole.slice(0, whole.indexOf('  - name: the margin of own accounts'));
  value(await world.app.get(PolicyCatalogue).publish(actingAs(author?.id ?? ''), change(text)));
  const { status, body } = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
    body: {
      code: key, policyKey: key, fundId: world.world.fundId, outageIds: [world.world.outageId], zone: 'Europe/London', title: { en: key }, contact: { name: 'Care' },
      opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: `${key} ${kind}` })),
    },
  });
  expect(status).toBe(201);
  return body.id;
}

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 86_400 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  [decider, second] = [await newPerson(world, ['approver']), await newPerson(world, ['approver'])];
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

describe('awards of one list', () => {
  it('go past one that is held, one whose recommender has an interest, and one that has changed, each the only one in the way', async () => {
    const partial = await newPerson(world, ['reviewer']);
    const hold = ({ id }: Claim) => owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'identity', now() FROM claim WHERE id = $1`, [id]);
    const declare = ({ id }: Claim) => ask(partial.token, 'POST', `/v1/claims/${id}/interests`, { body: { reach: 'claim' } });
    const change = async (claim: Claim): Promise<void> => {
      await cause(world, second.token, 'send_back', claim);
      await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id));
    };
    for (const [act, code, by] of [[hold, 'claims.held'], [declare, 'review.recommender_interested', partial.token], [change, 'http.stale']] as const) {
      const claims = [await recommended(by === undefined ? {} : { by }), await recommended()] as const;
      const list = await frozen(decider.token, claims);
      await act(claims[0]);
      expect(await sent(decider.token, list, claims)).toEqual([code, 'done']);
      expect(await statesOf(claims)).toEqual(['recommended', 'offered']);
    }
  });

  it('are made by nobody who lost the role after sending it', async () => {
    const gone = await newPerson(world, ['approver']);
    const claims = [await recommended(), await recommended()];
    const list = await frozen(gone.token, claims);
    expect(await sent(gone.token, list, claims, () => world.as('administrator', 'POST', `/v1/users/${gone.id}/role-removals`, { body: { role: 'approver' } }))).toEqual(['bulk.may_not', 'bulk.may_not']);
    expect(await statesOf(claims)).toEqual(['recommended', 'recommended']);
  });

  it('take two people above what one decides alone, and where the policy asks for two', async () => {
    const twice = await schemeUnder('two-gbp', (text) => text.replace('  - { id: rounded,', '  - { id: wide, use: route, with: { when: [{ code: large_amount, left: $capped, op: more_than, right: "1.00", to: second_approver }] } }\n  - { id: rounded,'));
    const limit = (upTo?: string) => world.as('administrator', 'POST', '/v1/decision-limits', { body: { role: 'approver', currency: 'GBP', ...(upTo === undefined ? {} : { upTo: { amount: upTo, currency: 'GBP' } }) } });
    for (const [schemeId, upTo] of [[world.world.schemeId, '1.00'], [twice, undefined]] as const) {
      expect((await limit(upTo)).status).toBe(201);
      const claims = [await recommended({ schemeId }), await recommended({ schemeId })];
      expect(await sent(decider.token, await frozen(decider.token, claims), claims)).toEqual(['done', 'done']);
      expect(await statesOf(claims)).toEqual(['recommended', 'recommended']);
      expect(await sent(decider.token, await frozen(decider.token, claims), claims)).toEqual(['review.approved_already', 'review.approved_already']);
      expect(await sent(second.token, await frozen(second.token, claims), claims)).toEqual(['done', 'done']);
      expect(await statesOf(claims)).toEqual(['offered', 'offered']);
    }
    await limit();
  });

  it('take what they use of a cap one after the other', async () => {
    const schemeId = await schemeUnder('capped-list-gbp', (text) => text.replace('  - { id: rounded, use: round, in: { value: $capped }',
      '  - { id: shared, use: limit, in: { value: $capped }, with: { cap: "60.00", per: merchant, name: group } }\n  - { id: rounded, use: round, in: { value: $shared }'));
    const claims = [await recommended({ schemeId }), await recommended({ schemeId })];
    expect((await sent(decider.token, await frozen(decider.token, claims), claims)).sort()).toEqual(['claims.cap_exceeded', 'done']);
    expect((await owner.query(`SELECT used_minor::text AS used FROM cap_use WHERE key LIKE 'capped-list-gbp:group:%'`)).rows).toEqual([{ used: '4200' }]);
  });
});
