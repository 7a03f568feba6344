import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Role } from '../../src/platform/access/roles.js';
import type { Instant } from '../../src/core/time/index.js';
import { OutageRegister, ServiceCatalogue } from '../../src/modules/outages/index.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { call, type Answer } from '../support/app.js';
import { cause, claimAt, claimOf, newPerson, type Claim } from '../support/claims.js';
import { actingAs } from '../support/lower-floors.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { brokenPromises } from '../support/invariants.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

const CLAIMS = 60;

interface Listed { readonly items: readonly { readonly id: string; readonly reference: string; readonly ownerId?: string; readonly submittedAt: string; readonly reasons: readonly string[]; readonly dueAt?: string; readonly amountAtRisk: { readonly amount: string; readonly currency: string } }[]; readonly nextCursor?: string }
interface Bulk { readonly id: string; readonly state: string; readonly digest: string; readonly version: number; readonly itemCount: number; readonly leftOutCount: number; readonly sampleCount: number; readonly doneCount: number; readonly skippedCount: number; readonly sums: readonly { readonly amount: string; readonly currency: string }[] }
interface Item { readonly claimId: string; readonly state: string; readonly isSampled: boolean; readonly refusal?: { readonly code: string } }
type Somebody = { readonly id: string; readonly token: string };

let world: World;
let owner: Client;
let claims: readonly Claim[];
let supervisor: Somebody;
let second: Somebody;

const ask = <Body = Record<string, unknown>>(token: string, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer<Body>> => call<Body>(world.url, method, path, { ...options, token });
const list = async (name: string, query = '', token = world.tokens.reviewer): Promise<Listed> => {
  const { status, body } = await ask<Listed>(token, 'GET', `/v1/queues/${name}/claims?${query}`);
  expect(status).toBe(200);
  return body;
};
const person = (...roles: Role[]): Promise<Somebody> => newPerson(world, roles);

async function inTurn<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  const worker = async (): Promise<void> => { while (made.length < count) { const one = make(); made.push(undefined as T); const at = made.length - 1; made[at] = await one; } };
  await Promise.all(Array.from({ length: 2 }, worker));
  return made;
}

const freeze = (token: string, body: object): Promise<Answer<Bulk>> => ask<Bulk>(token, 'POST', '/v1/bulk-actions', { body });
const bulkOf = async (id: string): Promise<Bulk> => (await ask<Bulk>(world.tokens.reviewer, 'GET', `/v1/bulk-actions/${id}`)).body;
const itemsOf = async (id: string, query = ''): Promise<readonly Item[]> => (await ask<{ items: Item[] }>(world.tokens.reviewer, 'GET', `/v1/bulk-actions/${id}/items?limit=200&${query}`)).body.items;
const send = (token: string, { id, version, digest }: Bulk): Promise<Answer<Bulk>> => ask<Bulk>(token, 'POST', `/v1/bulk-actions/${id}/submissions`, { body: { digest }, ...ifMatch(version) });

async function openSample(token: string, id: string): Promise<void> {
  for (const { claimId } of await itemsOf(id, 'sampled=true')) expect((await ask(token, 'POST', `/v1/bulk-actions/${id}/openings`, { body: { claimId } })).status).toBe(201);
}

async function ended(id: string): Promise<Bulk> {
  for (let tries = 0; tries < 300; tries += 1) {
    const bulk = await bulkOf(id);
    if (bulk.state === 'done') return bulk;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the list did not end');
}

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 86_400 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  await world.app.get(Jobs).consume();
  claims = await inTurn(CLAIMS, () => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]));
  [supervisor, second] = [await person('supervisor'), await person('reviewer')];
}, 180_000);

afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

describe('a list', () => {
  it('names every claim once while others come in, whatever it is sorted by, and in its order', async () => {
    for (const sort of ['filed', '-filed', 'money', '-money', 'deadline', '-risk']) {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; ; page += 1) {
        const { items, nextCursor } = await list('all', `limit=13&sort=${sort}${cursor}`);
        seen.push(...items.map(({ id }) => id));
        if (nextCursor === undefined) break;
        cursor = `&cursor=${nextCursor}`;
        if (page === 1) await claimAt(world, ['submit', world.tokens.owner]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(claims.filter(({ id }) => !seen.includes(id))).toEqual([]);
    }
    const times = (await list('review', 'limit=200')).items.map(({ submittedAt }) => submittedAt);
    expect(times).toEqual([...times].sort());
  });

  it('sorted by money puts one currency after the other, and compares amounts inside each; pages go on from both', async () => {
    const [one, other] = claims;
    await owner.query('UPDATE claim_assignment SET currency = $2, amount_minor = 1 WHERE claim_id = $1', [one?.id, 'EUR']);
    await owner.query('UPDATE claim_assignment SET currency = $2, amount_minor = 900000000 WHERE claim_id = $1', [other?.id, 'EUR']);
    const sorted = async (sort: string): Promise<string[]> => {
      const first = await list('all', `limit=1&sort=${sort}`);
      const second = await list('all', `limit=2&sort=${sort}&cursor=${first.nextCursor ?? ''}`);
      return [...first.items, ...second.items].map(({ amountAtRisk: { amount, currency } }) => `${currency} ${amount}`);
    };
    expect((await sorted('money')).slice(0, 2)).toEqual(['EUR 0.01', 'EUR 9000000.00']);
    expect((await sorted('money'))[2]).toMatch(/^GBP/);
    expect((await sorted('-money')).every((amount) => amount.startsWith('GBP'))).toBe(true);
    const all = (await list('all', 'limit=200&sort=-money')).items.map(({ amountAtRisk }) => `${amountAtRisk.currency} ${amountAtRisk.amount}`);
    expect(all.slice(-2)).toEqual(['EUR 9000000.00', 'EUR 0.01']);
    await owner.query(`UPDATE claim_assignment a SET currency = c.currency, amount_minor = f.amount_minor FROM claim c, claim_figures(c) f WHERE c.id = a.claim_id AND a.currency = 'EUR'`);
  });

  it('answers filters, says which cannot be read, and refuses a cursor of another sort', async () => {
    expect((await list('review', 'currency=GBP&amountFrom=0.01')).items.length).toBeGreaterThan(0);
    expect((await list('review', 'currency=GBP&amountFrom=999999.00')).items).toEqual([]);
    expect((await list('review', 'country=FR')).items).toEqual([]);
    expect((await list('review', 'country=GB&language=en&risk=false&dueBefore=2100-01-01')).items.length).toBeGreaterThan(0);
    expect((await list('all', 'state=recommended')).items).toEqual([]);
    for (const [query, code] of [['amountFrom=1', 'queues.currency_missing'], ['scheme=x', 'queues.filter_malformed'], ['currency=GBP&amountTo=1.2.3', 'queues.filter_malformed'], ['owner=you', 'queues.filter_malformed'], ['dueBefore=soon', 'queues.filter_malformed']]) {
      expect(await ask(world.tokens.reviewer, 'GET', `/v1/queues/review/claims?${query}`)).toMatchObject({ status: 400, body: { code } });
    }
    const { nextCursor = '' } = await list('review', 'limit=2&sort=filed');
    expect(await ask(world.tokens.reviewer, 'GET', `/v1/queues/review/claims?sort=money&cursor=${nextCursor}`)).toMatchObject({ body: { code: 'http.cursor_malformed' } });
    expect((await ask(world.tokens.reviewer, 'GET', '/v1/queues/everything/claims')).status).toBe(404);
    expect((await ask(world.tokens.reviewer, 'GET', '/v1/queues/review/claims?mood=good')).status).toBe(400);
  });

  it('promises the day of the scheme, stopped while a merchant is asked, and moved with the scheme\'s own days', async () => {
    const [claim] = claims;
    const due = async (): Promise<number> => Date.parse((await list('all', 'limit=200')).items.find(({ id }) => id === claim?.id)?.dueAt ?? '');
    const before = await due();
    // The events of asking and answering, as whoever builds them will append them.
    const moved = (from: string, to: string, at: string): Promise<unknown> => owner.query(
      `INSERT INTO event_log (at, topic, aggregate_type, aggregate_id, actor, payload) VALUES ($1, 'test.moved', 'claim', $2, 'test', $3)`, [at, claim?.id, JSON.stringify({ test: true, from, to })]);
    await owner.query('BEGIN');
    await moved('in_review', 'info_requested', '2026-12-01T00:00:00Z');
    await moved('info_requested', 'in_review', '2026-12-03T12:00:00Z');
    await owner.query(`UPDATE scheme SET target_days = target_days || '{"decide": 15}', version = version + 1 WHERE id = $1`, [world.world.schemeId]);
    const { rows: [row] } = await owner.query<{ due: Date }>('SELECT due_at AS due FROM claim_assignment WHERE claim_id = $1', [claim?.id]);
    await owner.query('ROLLBACK');
    expect((row?.due.getTime() ?? 0) - before).toBe((1 + 2.5) * 86_400_000);
  });
});

describe('our own outage', () => {
  it('moves the promised day by as long as it lasted, as on the page of the claim', async () => {
    await owner.query(`UPDATE claim_assignment SET filed_at = filed_at - interval '3 days'`);
    const promised = new Map((await list('all', 'limit=200')).items.map(({ id, dueAt }) => [id, Date.parse(dueAt ?? '')]));
    const [editor, checker, hour] = [actingAs((await person('register_editor')).id), actingAs((await person('register_approver')).id), Math.floor(Date.now() / 3_600_000)];
    unwrap(await world.app.get(ServiceCatalogue).add(editor, { code: 'portal', names: { en: 'This portal' }, own: true }));
    const line = { service: 'portal', region: '*', from: ((hour - 30) * 3_600_000) as Instant, to: ((hour - 27) * 3_600_000) as Instant };
    const register = world.app.get(OutageRegister);
    const { id, version } = unwrap(await register.createDraft(editor, { code: 'ours', title: { en: 'Ours' }, content: { complete: true, scope: [{ ...line, entry: 0 }], officialWindows: [], segments: [{ ...line, state: 'down', source: 'watch' }] } }));
    unwrap(await register.confirm(checker, id, version, 1));
    const after = (await list('all', 'limit=200')).items;
    expect(after.length).toBeGreaterThan(CLAIMS - 1);
    expect(new Set(after.map(({ id: claimId, dueAt }) => Date.parse(dueAt ?? '') - (promised.get(claimId) ?? 0)))).toEqual(new Set([3 * 3_600_000]));
    await owner.query(`UPDATE claim_assignment SET filed_at = filed_at + interval '3 days'`);
  });
});

describe('a claim is somebody\'s', () => {
  it('who takes the next one at the same moment as nineteen others gets one of their own, the oldest first', async () => {
    const people = [await person('reviewer'), second, { token: world.tokens.reviewer }];
    const takers = people.flatMap((one) => Array.from({ length: 7 }, () => one)).slice(0, 20);
    const oldest = (await list('unassigned', 'limit=20')).items.map(({ id }) => id);
    const taken = await Promise.all(takers.map(({ token }) => ask<{ claimId: string; ownerId: string }>(token, 'POST', '/v1/queues/next-claims')));
    expect(taken.map(({ status }) => status)).toEqual(takers.map(() => 201));
    expect(new Set(taken.map(({ body }) => body.claimId)).size).toBe(20);
    expect(taken.map(({ body }) => body.claimId).sort()).toEqual([...oldest].sort());
    expect((await list('mine', '', takers[0]?.token)).items).toHaveLength(7);
  });

  it('is taken and released by its owner, given by a supervisor, and every change is in the record', async () => {
    const claim = claims.at(-1) as Claim;
    const give = (token: string, to: string | null): Promise<Answer> => ask(token, 'POST', `/v1/claims/${claim.id}/assignments`, { body: { to } });
    expect((await give(second.token, second.id)).status).toBe(201);
    expect(await give(world.tokens.reviewer, null)).toMatchObject({ status: 409, body: { code: 'queues.taken' } });
    expect(await give(second.token, supervisor.id)).toMatchObject({ status: 403, body: { code: 'queues.only_supervisors' } });
    const clerk = await person('finance_preparer');
    expect(await give(supervisor.token, clerk.id)).toMatchObject({ status: 422, body: { code: 'queues.cannot_work' } });
    expect((await give(clerk.token, clerk.id)).status).toBe(403);
    expect(await give(supervisor.token, supervisor.id)).toMatchObject({ status: 201, body: { ownerId: supervisor.id, assignedBy: supervisor.id } });
    expect((await give(supervisor.token, null)).status).toBe(201);
    const { rows } = await owner.query<{ action: string }>(`SELECT action FROM audit_entry WHERE aggregate_id = $1 AND action IN ('claim.assigned', 'claim.released') ORDER BY n`, [claim.id]);
    expect(rows.map(({ action }) => action)).toEqual(['claim.assigned', 'claim.assigned', 'claim.released']);
  });

  it('filters are kept under a name, fifty a person, and shared by supervisors only', async () => {
    const keep = (token: string, change: object): Promise<Answer> => ask(token, 'POST', '/v1/saved-filters', { body: { name: 'Large', queue: 'review', sort: '-money', filter: { currency: 'GBP', amountFrom: '10.00' }, ...change } });
    expect((await keep(second.token, {})).status).toBe(201);
    expect(await keep(second.token, {})).toMatchObject({ status: 409, body: { code: 'queues.filter_named' } });
    expect(await keep(second.token, { name: 'x', shared: true })).toMatchObject({ status: 403, body: { code: 'queues.share_not_yours' } });
    expect((await keep(second.token, { name: 'x', filter: { owner: 'you' } })).status).toBe(400);
    expect((await keep(supervisor.token, { name: 'Everybody\'s', shared: true })).status).toBe(201);
    const { body } = await ask<{ items: { id: string; name: string; isMine: boolean; filter: object }[] }>(second.token, 'GET', '/v1/saved-filters');
    expect(body.items.map(({ name, isMine }) => [name, isMine])).toEqual([['Everybody\'s', false], ['Large', true]]);
    expect((await ask(second.token, 'DELETE', `/v1/saved-filters/${body.items[0]?.id}`)).status).toBe(404);
    expect((await ask(second.token, 'DELETE', `/v1/saved-filters/${body.items[1]?.id}`)).status).toBe(204);
    await Promise.all(Array.from({ length: 52 }, (_one, n) => keep(second.token, { name: `Filter ${n}` })));
    expect((await ask<{ items: unknown[] }>(second.token, 'GET', '/v1/saved-filters')).body.items).toHaveLength(51);
  });
});

describe('one verdict for many', () => {
  let recommendation: Bulk;

  it('is frozen with count, sum and digest; its sample cannot be stepped round, and the others\' lists not be sent', async () => {
    const frozen = await freeze(world.tokens.reviewer, { kind: 'recommend', outcome: 'award', queue: 'review' });
    expect(frozen).toMatchObject({ status: 202, body: { state: 'frozen', itemCount: CLAIMS, leftOutCount: 0, sampleCount: 5, openedCount: 0 } });
    recommendation = frozen.body;
    const amounts = await owner.query<{ sum: string }>(`SELECT (sum(cash_minor) / 100)::numeric(20, 2)::text AS sum FROM claim c JOIN assessment a ON a.id = c.assessment_id WHERE c.state = 'in_review'`);
    expect(recommendation.sums).toEqual([{ amount: amounts.rows[0]?.sum, currency: 'GBP' }]);
    const { sampled, other } = Object.groupBy(await itemsOf(recommendation.id), ({ isSampled }) => (isSampled ? 'sampled' : 'other'));
    expect(sampled).toHaveLength(5);
    expect(await send(world.tokens.reviewer, recommendation)).toMatchObject({ status: 409, body: { code: 'bulk.sample_unopened' } });
    const openings = `/v1/bulk-actions/${recommendation.id}/openings`;
    expect(await ask(world.tokens.reviewer, 'POST', openings, { body: { claimId: other?.[0]?.claimId } })).toMatchObject({ status: 422, body: { code: 'bulk.not_sampled' } });
    expect(await ask(second.token, 'POST', openings, { body: { claimId: sampled?.[0]?.claimId } })).toMatchObject({ status: 403, body: { code: 'bulk.not_yours' } });
    // The database holds to it by itself.
    await expect(owner.query(`UPDATE bulk_action SET state = 'running', sent_at = now(), version = version + 1 WHERE id = $1`, [recommendation.id])).rejects.toMatchObject({ constraint: 'bulk_action_sample_ck' });
    await openSample(world.tokens.reviewer, recommendation.id);
    expect(await send(second.token, recommendation)).toMatchObject({ status: 403, body: { code: 'bulk.not_yours' } });
    expect(await send(world.tokens.reviewer, { ...recommendation, digest: '0'.repeat(64) })).toMatchObject({ status: 422, body: { code: 'bulk.digest_differs' } });
    const again = await freeze(world.tokens.reviewer, { kind: 'recommend', outcome: 'award', queue: 'review' });
    expect(again.body.digest).toBe(recommendation.digest);
    expect((await itemsOf(again.body.id, 'sampled=true')).map(({ claimId }) => claimId)).not.toEqual(sampled?.map(({ claimId }) => claimId));
  });

  it('goes on past claims that are not as they were, and says why of each', async () => {
    const [stale, also] = claims as readonly [Claim, Claim];
    expect((await cause(world, second.token, 'recommend', await claimOf(world, stale.id))).status).toBe(201);
    expect((await cause(world, world.tokens.owner, 'withdraw', await claimOf(world, also.id))).status).toBe(201);
    const sent = await send(world.tokens.reviewer, await bulkOf(recommendation.id));
    expect(sent).toMatchObject({ status: 202, body: { state: 'running' } });
    expect(await ended(recommendation.id)).toMatchObject({ doneCount: CLAIMS - 2, skippedCount: 2 });
    expect((await itemsOf(recommendation.id, 'state=skipped')).map(({ claimId, refusal }) => [claimId, refusal?.code]).sort()).toEqual([[stale.id, 'http.stale'], [also.id, 'http.stale']].sort());
    expect(await ask(world.tokens.reviewer, 'GET', `/v1/jobs/${recommendation.id}`)).toMatchObject({ status: 200, body: { state: 'done', doneCount: CLAIMS, totalCount: CLAIMS } });
    expect((await ask(world.tokens.owner, 'GET', `/v1/jobs/${recommendation.id}`)).status).toBe(404);
    expect(await send(world.tokens.reviewer, await bulkOf(recommendation.id))).toMatchObject({ status: 409, body: { code: 'bulk.sent' } });
  });

  it('is decided by another, on a list and a sample of their own; who holds a duty on a claim skips that claim', async () => {
    const both = await person('reviewer', 'approver');
    const one = await claimAt(world, ['submit', world.tokens.owner], ['pull', both.token], ['recommend', both.token]);
    expect(await freeze(world.tokens.reviewer, { kind: 'decide', of: recommendation.id })).toMatchObject({ status: 403, body: { code: 'bulk.may_not' } });
    expect((await freeze(world.tokens.approver, { kind: 'decide', of: recommendation.id })).body).toMatchObject({ state: 'frozen', outcome: 'award', itemCount: CLAIMS - 2 });
    const list = (await freeze(both.token, { kind: 'decide', outcome: 'award', queue: 'decision' })).body;
    expect(list).toMatchObject({ itemCount: CLAIMS, leftOutCount: 0 });
    await openSample(both.token, list.id);
    await send(both.token, list);
    expect(await ended(list.id)).toMatchObject({ doneCount: CLAIMS - 1, skippedCount: 1 });
    expect((await itemsOf(list.id, 'state=skipped')).map(({ claimId, refusal }) => [claimId, refusal?.code])).toEqual([[one.id, 'identity.duty_conflict']]);
    expect((await claimOf(world, claims[5]?.id ?? '')).state).toBe('offered');
  });

  it('of one\'s own is not decided, and nothing that fits nobody is frozen', async () => {
    const both = await person('reviewer', 'approver');
    const { id } = await claimAt(world, ['submit', world.tokens.owner], ['pull', both.token]);
    const mine = (await freeze(both.token, { kind: 'recommend', outcome: 'award', claimIds: [id] })).body;
    expect(mine).toMatchObject({ itemCount: 1, sampleCount: 1 });
    expect(await freeze(both.token, { kind: 'decide', of: mine.id })).toMatchObject({ status: 403, body: { code: 'bulk.own_recommendation' } });
    const unfit = await freeze(both.token, { kind: 'recommend', outcome: 'nil', claimIds: [id, claims[4]?.id ?? ''] });
    expect(unfit).toMatchObject({ status: 422, body: { code: 'bulk.empty', params: { leftOut: 2 } } });
    const causes = (unfit.body as unknown as { errors: { code: string; detail: string }[] }).errors;
    expect(causes.find(({ code }) => code === 'bulk.not_in_review')?.detail).toContain(claims[4]?.reference);
    expect(causes.find(({ code }) => code === 'bulk.works_out_otherwise')?.detail).toContain((await claimOf(world, id)).reference);
    const many = await freeze(both.token, { kind: 'recommend', outcome: 'nil', claimIds: claims.slice(0, 50).map((claim) => claim.id) });
    const told = (many.body as unknown as { errors: { code: string; detail: string }[] }).errors;
    expect([many.body, told.length, told.at(-1)]).toMatchObject([{ code: 'bulk.empty', params: { leftOut: 50 } }, 21, { code: 'bulk.more_left_out', detail: expect.stringContaining('And 30 more') }]);
    expect(await freeze(both.token, { kind: 'recommend', outcome: 'refuse', reasons: ['evidence_needed'], claimIds: [id] })).toMatchObject({ status: 422, body: { code: 'bulk.empty', errors: [{ code: 'bulk.reason_goes_on' }] } });
    expect(await freeze(both.token, { kind: 'recommend', outcome: 'refuse', claimIds: [id] })).toMatchObject({ status: 422, body: { code: 'review.reasons_missing' } });
    expect(await freeze(both.token, { kind: 'recommend', outcome: 'award', claimIds: [id], queue: 'review' })).toMatchObject({ status: 422, body: { code: 'bulk.choice_missing' } });
    expect(await freeze(world.tokens.approver, { kind: 'recommend', outcome: 'award', claimIds: [id] })).toMatchObject({ status: 403, body: { code: 'bulk.may_not' } });
    const given = (await freeze(supervisor.token, { kind: 'assign', claimIds: [id], to: second.id })).body;
    expect(await ended(given.id)).toMatchObject({ doneCount: 1 });
    expect((await list('mine', '', second.token)).items.map((item) => item.id)).toEqual([id]);
  });
});
