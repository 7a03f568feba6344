import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { People } from '../../src/modules/identity/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import { call, type Answer } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

interface Draft { number: number; version: number; state: string; faults: { line: number; column: number }[] }
interface Change { id: string; version: number; state: string; application?: { done: number; verdicts: object } }
interface Run { n: number; state: string; digest: string; report: { claims: number; differenceMinor: string } }
interface Problem { code: string; errors?: { detail: string }[] }

const PASSWORD = 'correct horse battery staple';
const gbp = readFileSync('policies/default-gbp.yaml', 'utf8');
/** A higher tariff for carriers; the examples say the same as before, since none of them is one. */
const next = gbp.replace('transport: "10.00"', 'transport: "11.00"');

let world: World;
let [author, approver, both] = ['', '', ''];
const send = <Body>(token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  call<Body>(world.url, method, path, { token, ...(body === undefined ? {} : { body }), headers });
const match = ({ version }: { version: number }): Record<string, string> => ifMatch(version).headers;

async function person(name: string, ...roles: Role[]): Promise<string> {
  const people = world.app.get(People);
  const made = await people.create(asSystem, { email: `${name}@test.example`, name, password: PASSWORD });
  if (!made.ok) throw new Error(made.refusal.code);
  for (const role of roles) await people.grant(asSystem, made.value.id, role);
  return (await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: `${name}@test.example`, password: PASSWORD } })).body.token;
}

/** Asks until the job has come so far. */
async function until<Body>(token: string, path: string, enough: (body: Body) => boolean): Promise<Body> {
  for (let tries = 0; tries < 150; tries += 1) {
    const { body } = await send<Body>(token, 'GET', path);
    if (enough(body)) return body;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`${path} did not come so far`);
}

beforeAll(async () => {
  world = await openWorld({ consume: true });
  [author, approver, both] = [await person('author', 'policy_author'), await person('second', 'policy_approver'), await person('both', 'policy_author', 'policy_approver')];
});

afterAll(() => world.close());

describe('a policy version, from draft to every claim', () => {
  let [draft, change, run] = [{} as Draft, {} as Change, {} as Run];
  let claimId = '';
  const address = () => `/v1/policies/default-gbp/drafts/${draft.number}`;

  it('is written, even with faults, by authors only', async () => {
    const body = { source: next.replace('use: baseline', 'use: baselines'), effectiveFrom: '2026-10-01T00:00:00Z' };
    expect((await send<Problem>(approver, 'POST', '/v1/policies/default-gbp/drafts', body)).body.code).toBe('access.permission');
    const created = await send<Draft>(author, 'POST', '/v1/policies/default-gbp/drafts', body);
    draft = created.body;
    expect([created.status, created.headers['location'], created.headers['etag'], draft.state]).toEqual([201, address(), '"1"', 'draft']);
    const { body: read } = await send<Draft>(approver, 'GET', address());
    expect(read.faults.length).toBeGreaterThan(0);
    expect(read.faults[0]?.line).toBe(next.split('\n').findIndex((line) => line.includes('use: baseline')) + 1);
  });

  it('is handed in without faults, at the version that was seen', async () => {
    const refused = await send<Problem>(author, 'POST', `${address()}/submissions`, undefined, match(draft));
    expect([refused.status, refused.body.code]).toEqual([422, 'policies.draft_faulty']);
    expect(refused.body.errors?.[0]?.detail).toMatch(/^Line \d+, column \d+: /);
    expect((await send<Problem>(author, 'PATCH', address(), { source: next })).body.code).toBe('http.if_match_missing');
    for (const member of ['source', 'effectiveFrom', 'decidedFrom', 'reach']) {
      expect([member, (await send<Problem>(author, 'PATCH', address(), { [member]: null }, match(draft))).status]).toEqual([member, 400]);
    }
    draft = (await send<Draft>(author, 'PATCH', address(), { source: next }, match(draft))).body;
    const submitted = await send<Draft>(author, 'POST', `${address()}/submissions`, undefined, match(draft));
    expect([submitted.status, submitted.body.state]).toEqual([201, 'in_review']);
    expect((await call<Problem>(world.url, 'GET', '/v1/policies/default-gbp/versions/2')).body.code).toBe('policies.version_not_found');
  });

  it('is rehearsed over the book as a job, once for a key', async () => {
    const filed = await draftClaim(world, { answers: {} });
    claimId = filed.id;
    expect((await submit(world, filed)).status).toBe(201);
    change = (await send<Change>(author, 'POST', '/v1/changes', { kind: 'policy_version', policy: { key: 'default-gbp', number: draft.number } })).body;
    expect((await send<Problem>(author, 'POST', '/v1/changes', { kind: 'allocation', policy: { key: 'default-gbp', number: draft.number } })).body.code).toBe('changes.not_yours');
    const key = { 'idempotency-key': 'one-run' };
    const [started, repeated] = [await send<Run>(author, 'POST', `/v1/changes/${change.id}/runs`, undefined, key), await send<Run>(author, 'POST', `/v1/changes/${change.id}/runs`, undefined, key)];
    expect([started.status, started.body.n, repeated.body.n]).toEqual([202, 1, 1]);
    run = await until<Run>(author, `/v1/changes/${change.id}/runs/1`, ({ state }) => state !== 'running');
    expect(run).toMatchObject({ state: 'finished', report: { claims: 1 } });
    const claims = await send<{ items: { claimId: string }[] }>(approver, 'GET', `/v1/changes/${change.id}/runs/1/claims`);
    expect(claims.body.items.map((item) => item.claimId)).toEqual([claimId]);
  });

  it('is approved by its digest, by somebody who wrote nothing of it, and applied', async () => {
    const body = { run: 1, digest: run.digest, movesLessThan: { amount: '1.00', currency: 'GBP' } };
    expect((await send<Problem>(author, 'POST', `/v1/changes/${change.id}/approvals`, body, match(change))).body.code).toBe('access.permission');
    expect((await send<Problem>(approver, 'POST', `/v1/changes/${change.id}/approvals`, { ...body, digest: '0'.repeat(64) }, match(change))).body.code).toBe('changes.digest_differs');
    expect((await send<Problem>(approver, 'POST', `/v1/changes/${change.id}/approvals`, { ...body, movesLessThan: { amount: '1', currency: 'KRW' } }, match(change))).body.code).toBe('changes.currency_differs');
    const approved = await send<Change>(approver, 'POST', `/v1/changes/${change.id}/approvals`, body, match(change));
    expect([approved.status, approved.body.state]).toEqual([201, 'approved']);
    change = await until<Change>(author, `/v1/changes/${change.id}`, ({ state }) => state === 'applied');
    expect(change.application).toEqual({ done: 1, verdicts: { as_rehearsed: 1 } });
    const effective = await call<{ items: { version: number; state: string }[] }>(world.url, 'GET', '/v1/policies/effective?key=default-gbp&at=2026-10-13T10:00:00Z');
    expect(effective.body.items).toMatchObject([{ version: draft.number, state: 'effective' }]);
    const assessments = await send<{ items: { n: number }[] }>(world.tokens.reviewer, 'GET', `/v1/claims/${claimId}/assessments`);
    expect(assessments.body.items).toHaveLength(2);
  });

  it('is not approved by one who holds both roles and proposed it', async () => {
    const own = (await send<Draft>(both, 'POST', '/v1/policies/default-gbp/drafts', { source: next.replace('transport: "11.00"', 'transport: "12.00"'), effectiveFrom: '2026-10-01T00:00:00Z' })).body;
    await send(both, 'POST', `/v1/policies/default-gbp/drafts/${own.number}/submissions`, undefined, match(own));
    const proposed = (await send<Change>(both, 'POST', '/v1/changes', { kind: 'policy_version', policy: { key: 'default-gbp', number: own.number } })).body;
    await send(both, 'POST', `/v1/changes/${proposed.id}/runs`);
    const finished = await until<Run>(both, `/v1/changes/${proposed.id}/runs/1`, ({ state }) => state !== 'running');
    const refused = await send<Problem>(both, 'POST', `/v1/changes/${proposed.id}/approvals`, { run: 1, digest: finished.digest, movesLessThan: { amount: '1.00', currency: 'GBP' } }, match(proposed));
    expect([refused.status, refused.body.code]).toEqual([403, 'changes.four_eyes']);
  });
});
