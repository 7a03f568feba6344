import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { instant } from '../../src/core/time/index.js';
import { REVEAL, Sampling } from '../../src/modules/review/sampling/sampling.service.js';
import { Database } from '../../src/platform/database/database.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { call, FixedClock } from '../support/app.js';
import { cause, claimOf, newPerson, newSite, type Claim } from '../support/claims.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

const at = (text: string) => instant(Date.parse(text));
const clock = new FixedClock(at('2026-11-01T12:00:00Z'));
let world: World;
let application: Client;

interface Period { readonly id: string; readonly commitment: string; readonly seed?: string; readonly version: number }

beforeAll(async () => {
  world = await openWorld({ clock });
  application = new Client({ connectionString: world.database.appUrl });
  await application.connect();
});
afterAll(async () => {
  await application.end();
  await world.close();
});

/** Sessions end sooner than periods. */
async function dayOf(text: string): Promise<void> {
  clock.moveTo(at(text));
  for (const person of ['owner', 'supervisor', 'reviewer', 'approver', 'administrator'] as const) {
    const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE[person].email, password: DEMO_PASSWORD } });
    (world.tokens as Record<string, string>)[person] = body.token;
  }
}

const commit = (from: string, to: string, rate: string) => world.as<Period & { code?: string }>('supervisor', 'POST', '/v1/sampling-periods', { body: { from, to, rate } });
const filed = async (): Promise<Claim> => {
  const draft = await draftClaim(world, { siteId: await newSite(world) });
  expect((await submit(world, draft)).status).toBe(201);
  return claimOf(world, draft.id);
};
const referredFor = async (id: string): Promise<unknown> =>
  (await application.query<{ why: unknown }>(`SELECT data -> 'why' AS why FROM audit_entry WHERE action = 'claim.refer' AND aggregate_id = $1`, [id])).rows[0]?.why;
const refusal = async (sql: string, values: unknown[] = []): Promise<string | undefined> =>
  application.query(sql, values).then(() => undefined, (error: { constraint?: string; code?: string }) => error.constraint ?? error.code);

describe('a period', () => {
  it('is committed to by a supervisor, before it begins and nowhere twice, and its seed is in no row', async () => {
    expect((await world.as('reviewer', 'POST', '/v1/sampling-periods', { body: { from: '2026-11-02T00:00:00Z', to: '2026-11-04T00:00:00Z', rate: '1' } })).status).toBe(403);
    expect((await commit('2026-11-01T12:00:00Z', '2026-11-04T00:00:00Z', '1')).body.code).toBe('sampling.begun');
    expect((await commit('2026-11-02T00:00:00Z', '2027-11-09T00:00:00Z', '1')).body.code).toBe('sampling.too_long');
    for (const rate of ['0', '0.0000001', '1.1', '2 %', '-1']) expect((await commit('2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z', rate)).body.code).toBe('sampling.rate');
    const { status, body } = await commit('2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z', '1');
    expect([status, body.commitment.length, body.seed]).toEqual([201, 64, undefined]);
    expect((await commit('2026-11-03T00:00:00Z', '2026-11-05T00:00:00Z', '0.5')).body.code).toBe('sampling.overlaps');
    expect((await commit('2026-11-04T00:00:00Z', '2026-11-05T00:00:00Z', '0.5')).status).toBe(201);
    expect((await world.as<Period>('owner', 'GET', `/v1/sampling-periods/${body.id}/commitment`)).body).toMatchObject({ algorithm: 'SHA-256', commitment: body.commitment });
    expect((await world.as<{ code: string }>('owner', 'GET', `/v1/sampling-periods/${body.id}/sample`)).body.code).toBe('sampling.not_over');
    expect((await world.as<{ code: string }>('supervisor', 'POST', `/v1/sampling-periods/${body.id}/reveal`, ifMatch(1))).body.code).toBe('sampling.not_over');
  });

  it('holds whoever connects as the application to the same', async () => {
    const { rows: [row] } = await application.query<Period>('SELECT id, commitment FROM sampling_period ORDER BY id LIMIT 1');
    const insert = 'INSERT INTO sampling_period (span, rate_per_million, commitment, sealed, wrapped_key, key_id, committed_at) VALUES (tstzrange($1, $2), 1, repeat(\'a\', 64), \'\', \'\', \'\', $3)';
    expect(await refusal(insert, ['2027-01-01T00:00:00Z', '2027-02-01T00:00:00Z', '2027-01-01T00:00:00Z'])).toBe('sampling_period_before_ck');
    expect(await refusal('UPDATE sampling_period SET commitment = repeat(\'b\', 64)')).toBe('42501');
    expect(await refusal('DELETE FROM sampling_period')).toBe('42501');
    expect(await refusal('UPDATE sampling_period SET seed = $1, revealed_at = $2, version = version + 1 WHERE id = $3', [Buffer.alloc(32), '2026-11-05T00:00:00Z', row?.id])).toBe('sampling_period_seed_ck');
  });
});

describe('a claim', () => {
  it('filed outside of every period is decided by the rule; one that is drawn goes to people, and staff see why', async () => {
    expect((await filed()).state).toBe('offered');
    await dayOf('2026-11-03T12:00:00Z');
    const drawn = await filed();
    expect([drawn.state, await referredFor(drawn.id)]).toEqual(['in_review', ['drawn_for_review']]);
  });

  it('that was drawn and decided is looked at once by somebody who had no part in it; a disagreement is a supervisor\'s task', async () => {
    const claim = await filed();
    const [third, fourth] = [await newPerson(world, ['reviewer']), await newPerson(world, ['approver', 'supervisor'])];
    const look = async (token: string, of: Claim, verdict = 'disagree', reason = 'The till was open for longer than the working says.') =>
      call<{ code?: string; isSampled: boolean; isOpen: boolean; items: object[] }>(world.url, 'POST', `/v1/claims/${of.id}/second-looks`, { token, body: { verdict, reason }, ...ifMatch((await claimOf(world, of.id)).version) });
    expect((await look(third.token, claim)).body.code).toBe('sampling.undecided');
    expect((await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id))).status).toBe(201);
    expect((await cause(world, world.tokens.approver, 'award', await claimOf(world, claim.id))).status).toBe(201);
    expect((await world.as<{ isOpen: boolean; mayLook: boolean }>('approver', 'GET', `/v1/claims/${claim.id}/second-looks`)).body).toMatchObject({ isSampled: true, isOpen: true, mayLook: false });
    expect((await world.as('owner', 'GET', `/v1/claims/${claim.id}/second-looks`)).status).toBe(403);
    for (const person of ['reviewer', 'approver'] as const) expect(await look(world.tokens[person], claim)).toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
    expect((await look(world.tokens.owner, claim)).status).toBe(403);
    expect((await look(third.token, claim, 'perhaps')).status).toBe(400);
    expect((await look(third.token, claim, 'agree', 'No.')).status).toBe(400);
    const { version } = await claimOf(world, claim.id);
    expect((await call(world.url, 'POST', `/v1/claims/${claim.id}/second-looks`, { token: third.token, body: { verdict: 'agree', reason: 'As I would have.' }, ...ifMatch(version - 1) })).status).toBe(412);

    const once = () => call<{ items: object[] }>(world.url, 'POST', `/v1/claims/${claim.id}/second-looks`, {
      token: third.token, body: { verdict: 'disagree', reason: 'The till was open for longer than the working says.' }, headers: { ...ifMatch(version).headers, 'idempotency-key': 'look' },
    });
    const [first, again] = [await once(), await once()];
    expect(first).toMatchObject({ status: 201, body: { isSampled: true, isOpen: false, mayLook: false, items: [{ decision: 2, verdict: 'disagree', by: 'Somebody and reviewer' }] } });
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect(await look(fourth.token, claim, 'agree')).toMatchObject({ status: 409, body: { code: 'sampling.looked_at' } });
    expect((await claimOf(world, claim.id)).state).toBe('offered');
    const { rows: [task] } = await application.query<{ id: string }>(`SELECT id FROM task WHERE kind = 'sample_disagreement' AND subject_id = $1`, [claim.id]);
    const settle = (token: string) => call(world.url, 'POST', `/v1/tasks/${task?.id ?? ''}/settlements`, { token, body: { note: 'Both are right in part.' }, ...ifMatch(1) });
    expect(await settle(third.token)).toMatchObject({ status: 403, body: { code: 'tasks.supervisors_only' } });
    expect((await settle(fourth.token)).status).toBe(201);
    const { body: { items } } = await world.as<{ items: { secondLooks: object }[] }>('owner', 'GET', '/v1/sampling-periods');
    expect(items.map(({ secondLooks }) => secondLooks)).toEqual([{ agree: 0, disagree: 0 }, { agree: 0, disagree: 1 }]);
    const { rows: [outside] } = await application.query<{ id: string }>(`SELECT id FROM claim WHERE submitted_at < '2026-11-02' LIMIT 1`);
    expect(await look(third.token, await claimOf(world, outside?.id ?? ''))).toMatchObject({ status: 409, body: { code: 'sampling.not_drawn' } });
  });

  it('has its second look held by the database too: never by who decided, never of anything but a decision, never changed', async () => {
    const claim = await filed();
    await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id));
    await cause(world, world.tokens.approver, 'award', await claimOf(world, claim.id));
    const insert = (stage: string, email: string): Promise<string | undefined> => refusal(`
      INSERT INTO second_look (determination_id, claim_id, merchant_id, verdict, reason_digest, user_id, at)
      SELECT d.id, c.id, c.merchant_id, 'agree', repeat('a', 64), u.id, now() FROM determination d JOIN claim c ON c.id = d.claim_id, app_user u WHERE c.id = $1 AND d.stage = $2 AND u.email = $3`, [claim.id, stage, email]);
    expect(await insert('decision', DEMO_PEOPLE.approver.email)).toBe('duty_held_conflict_ck');
    expect(await insert('recommendation', DEMO_PEOPLE.supervisor.email)).toBe('second_look_decision_ck');
    expect(await refusal(`UPDATE second_look SET verdict = 'agree'`)).toBe('42501');
  });

  it('is drawn as anybody works out afterwards from seed and id, and nobody can before', async () => {
    await dayOf('2026-11-04T06:00:00Z');
    const claims = [];
    for (let i = 0; i < 12; i += 1) claims.push(await filed());
    await dayOf('2026-11-05T00:00:00Z');
    await world.app.get(Jobs).sweep(REVEAL);
    const { body: { items } } = await world.as<{ items: Period[] }>('owner', 'GET', '/v1/sampling-periods');
    expect(items.map(({ seed, commitment }) => createHash('sha256').update(Buffer.from(seed ?? '', 'hex')).digest('hex') === commitment)).toEqual([true, true]);
    const [half] = items;
    const drawnBy = ({ id }: { id: string }): boolean => createHmac('sha256', Buffer.from(half?.seed ?? '', 'hex')).update(id).digest().readBigUInt64BE() < 1n << 63n;
    expect(claims.map(({ state }) => state)).toEqual(claims.map((claim) => (drawnBy(claim) ? 'in_review' : 'offered')));
    const csv = (await world.as<string>('owner', 'GET', `/v1/sampling-periods/${half?.id}/sample`)).body.trim().split('\r\n').slice(1).map((line) => line.split(','));
    expect(csv.map(([id, , , sampled]) => [id, sampled])).toEqual(claims.map(({ id }) => [id, drawnBy({ id }) ? 'yes' : 'no']));
    const first = (await world.as<string>('owner', 'GET', `/v1/sampling-periods/${items[1]?.id}/sample`)).body;
    expect(first.split('\r\n')[0]).toBe('claim,filedAt,draw,sampled,secondLook');
    expect(first).toContain(',yes,disagree\r\n');
    expect(await refusal('UPDATE sampling_period SET seed = NULL, revealed_at = NULL, version = version + 1')).toBe('sampling_period_stands_ck');
  });

  it('is drawn by the period it was filed in and no other, and by no seed but the one that was committed to', async () => {
    await dayOf('2026-11-20T12:00:00Z');
    const { body: period } = await commit('2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', '1');
    const drawn = (...filedAt: string[]) => world.app.get(Sampling).drawn(world.app.get(Database).reader, filedAt.map((text) => ({ id: text, submittedAt: at(text) })));
    const inside = '2026-11-21T00:00:00Z';
    expect([...await drawn(inside, '2026-11-20T23:59:59Z', '2026-11-22T00:00:00Z')]).toEqual([inside]);
    const admin = new Client({ connectionString: world.database.adminUrl });
    await admin.connect();
    await admin.query(`SET session_replication_role = replica`);
    await admin.query(`UPDATE sampling_period SET commitment = repeat('0', 64), version = version + 1 WHERE id = $1`, [period.id]);
    await admin.end();
    await expect(drawn(inside)).rejects.toThrow('not the one committed to');
  });
});
