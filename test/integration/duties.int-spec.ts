import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { doctor } from '../../src/cli/duty-commands.js';
import { ApprovalChecks } from '../../src/modules/changes/approval-checks.service.js';
import type { RunRow } from '../../src/modules/changes/change-runs.repository.js';
import type { ChangeRow } from '../../src/modules/changes/changes.repository.js';
import { ChangeProposals } from '../../src/modules/changes/index.js';
import { People } from '../../src/modules/identity/index.js';
import { PolicyDrafting } from '../../src/modules/policies/index.js';
import { DECIDING_ROLES, ObjectionDecisions, ReductionDesk } from '../../src/modules/review/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { rolesWith } from '../../src/platform/access/permissions.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { call, type Answer } from '../support/app.js';
import { cause, claimAt, claimOf, newPerson, proposeReduction, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem, at } from '../support/lower-floors.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

let world: World;
let application: Client;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  application = new Client({ connectionString: world.database.appUrl });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await Promise.all([application.connect(), owner.connect()]);
});

afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await Promise.all([application.end(), owner.end()]);
  await world.close();
});

const inReview = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);
const recommended = (by = world.tokens.reviewer): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', by], ['recommend', by]);
const declare = (token: string, { id }: { id: string }, reach = 'claim'): Promise<Answer> => call(world.url, 'POST', `/v1/claims/${id}/interests`, { token, body: { reach } });
const approvals = async (id: string) => (await world.as<{ items: { by: string; stands: boolean; amount: object }[] }>('approver', 'GET', `/v1/claims/${id}/approvals`)).body.items;
const setLimit = (upTo?: string): Promise<Answer> =>
  world.as('administrator', 'POST', '/v1/decision-limits', { body: { role: 'approver', currency: 'GBP', ...(upTo === undefined ? {} : { upTo: { amount: upTo, currency: 'GBP' } }) } });

/** A determination as somebody with the application's password would write it; what the database says to it. */
async function forge(claim: Claim, stage: 'recommendation' | 'decision', userId: string): Promise<string> {
  try {
    await application.query('BEGIN');
    await application.query(`
      INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, user_id, at)
      SELECT c.id, c.merchant_id, 9, $2, 'award', '[]', c.assessment_id, 4000, c.currency, false, $3, date_trunc('milliseconds', now()) FROM claim c WHERE c.id = $1`, [claim.id, stage, userId]);
    return 'allowed';
  } catch (error) {
    return (error as { constraint?: string }).constraint ?? String(error);
  } finally {
    await application.query('ROLLBACK');
  }
}

describe('whoever has an interest', () => {
  it('neither recommends nor decides from then on: over HTTP and by a row of their own; others do', async () => {
    const [reviewer, approver] = [await newPerson(world, ['reviewer']), await newPerson(world, ['approver'])];
    const claim = await inReview();
    expect(await forge(claim, 'recommendation', reviewer.id)).toBe('allowed');
    expect(await declare(reviewer.token, claim)).toMatchObject({ status: 201, body: { items: [{ reach: 'claim', own: true }] } });
    expect((await declare(reviewer.token, claim)).body['items']).toHaveLength(1);
    expect(await cause(world, reviewer.token, 'recommend', claim)).toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
    expect(await cause(world, reviewer.token, 'override', claim)).toMatchObject({ status: 403 });
    expect(await forge(claim, 'recommendation', reviewer.id)).toBe('duty_held_conflict_ck');
    expect((await cause(world, world.tokens.reviewer, 'recommend', claim)).status).toBe(201);
    const waiting = await claimOf(world, claim.id);
    await declare(approver.token, waiting);
    expect(await cause(world, approver.token, 'award', waiting)).toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
    expect(await forge(waiting, 'decision', approver.id)).toBe('duty_held_conflict_ck');
    expect((await cause(world, world.tokens.approver, 'award', waiting)).status).toBe(201);
  });

  it('in a business, in every claim of it, those to come as well; in one claim, not in another', async () => {
    const [ofBusiness, ofClaim] = [await newPerson(world, ['reviewer']), await newPerson(world, ['reviewer'])];
    const first = await inReview();
    await declare(ofBusiness.token, first, 'merchant');
    await declare(ofClaim.token, first);
    const later = await inReview();
    expect((await cause(world, ofBusiness.token, 'recommend', later)).status).toBe(403);
    expect((await cause(world, ofClaim.token, 'recommend', later)).status).toBe(201);
  });

  it('in a draft that they have opened, is kept in its business: the draft can be discarded, and leaves no look behind', async () => {
    const draft = await claimAt(world);
    const { token } = await newPerson(world, ['reviewer']);
    expect((await declare(token, draft)).status).toBe(201);
    for (const path of ['', '/casebook']) await call(world.url, 'GET', `/v1/claims/${draft.id}${path}`, { token });
    expect((await world.as('owner', 'DELETE', `/v1/claims/${draft.id}`, ifMatch(draft.version))).status).toBe(204);
  });

  it('and says so after recommending, makes the recommendation worth nothing: it is sent back, and somebody else recommends', async () => {
    const late = await newPerson(world, ['reviewer']);
    const claim = await recommended(late.token);
    expect((await declare(late.token, claim)).status).toBe(201);
    expect(await cause(world, world.tokens.approver, 'award', claim)).toMatchObject({ status: 403, body: { code: 'review.recommender_interested' } });
    const { rows: [approver] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'approver@%\'');
    expect(await forge(claim, 'decision', approver?.id ?? '')).toBe('determination_interest_ck');
    expect((await cause(world, world.tokens.approver, 'send_back', claim)).status).toBe(201);
    expect((await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id))).status).toBe(201);
    expect((await cause(world, world.tokens.approver, 'award', await claimOf(world, claim.id))).status).toBe(201);
  });

  it('by belonging to the business, or by having edited it, needs not say so', async () => {
    const [member, helper] = [await newPerson(world, ['reviewer', 'approver']), await newPerson(world, ['reviewer', 'approver'])];
    await owner.query('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $3, \'member\'), ($2, $3, \'owner\')', [member.id, helper.id, world.world.merchantId]);
    const { body } = await world.as<{ version: number }>('owner', 'GET', `/v1/merchants/${world.world.merchantId}`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await call(world.url, 'PATCH', `/v1/merchants/${world.world.merchantId}`, { token: helper.token, body: { legalName: 'Corner Café and Sons' }, ...ifMatch(body.version) })).status).toBe(200);
    await owner.query('DELETE FROM membership WHERE user_id = $1', [helper.id]);
    const claim = await recommended();
    for (const { id, token } of [member, helper]) {
      expect(await cause(world, token, 'award', claim)).toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
      expect(await forge(claim, 'decision', id)).toBe('duty_held_conflict_ck');
    }
  });

  it('as an administrator is no exception, and a filer is none either', async () => {
    const admin = await newPerson(world, ['administrator', 'reviewer']);
    const claim = await inReview();
    await declare(admin.token, claim);
    expect((await cause(world, admin.token, 'recommend', claim)).status).toBe(403);
    const { rows: [filer] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'owner@%\'');
    expect(await forge(claim, 'decision', filer?.id ?? '')).toBe('duty_held_conflict_ck');
  });
});

describe('a role that is taken away', () => {
  it('between reading and acting refuses the act, also while that waits for the claim; what was done before stands', async () => {
    const [reviewer, approver] = [await newPerson(world, ['reviewer']), await newPerson(world, ['approver'])];
    const takeAway = (id: string, role: string) => world.as('administrator', 'POST', `/v1/users/${id}/role-removals`, { body: { role } });
    const claim = await inReview();
    // Somebody holds the claim; the act has passed the guard and waits.
    await owner.query('BEGIN');
    await owner.query('SELECT FROM claim WHERE id = $1 FOR UPDATE', [claim.id]);
    const acting = cause(world, reviewer.token, 'recommend', claim);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await takeAway(reviewer.id, 'reviewer')).status).toBe(201);
    await owner.query('COMMIT');
    expect(await acting).toMatchObject({ status: 403, body: { code: 'access.permission', params: { permission: 'claim.recommend' } } });
    expect((await cause(world, world.tokens.reviewer, 'recommend', claim)).status).toBe(201);
    const waiting = await claimOf(world, claim.id);
    // The bearer's roles are remembered for a second: the transaction asks the table.
    await call(world.url, 'GET', '/v1/sessions/current', { token: approver.token });
    await takeAway(approver.id, 'approver');
    expect(await cause(world, approver.token, 'award', waiting)).toMatchObject({ status: 403, body: { code: 'access.permission' } });
    expect((await claimOf(world, claim.id)).version).toBe(waiting.version);
  });

  it('refuses authors too who had read with it, also where another role lets them propose changes of another kind; nothing is kept of it', async () => {
    const { id } = await newPerson(world, ['policy_author', 'reviewer']);
    // As the guard of the request read them, before the role was taken away.
    const asRead: Context = { actor: { kind: 'user', userId: id, roles: ['policy_author', 'reviewer'], memberships: [] }, requestId: 'test' };
    const [drafting, proposals] = [world.app.get(PolicyDrafting), world.app.get(ChangeProposals)];
    const text = { source: readFileSync('policies/default-gbp.yaml', 'utf8'), effectiveFrom: at('2026-10-01T00:00:00Z'), decidedFrom: null, reach: 'undecided' } as const;
    const draft = unwrap(await drafting.create(asRead, 'default-gbp', text));
    const filed = unwrap(await drafting.create(asRead, 'default-gbp', { ...text, source: text.source.replace('transport: "10.00"', 'transport: "11.00"') }));
    unwrap(await drafting.submit(asRead, 'default-gbp', String(filed.number), filed.version));
    unwrap(await world.app.get(People).revoke(asSystem, id, 'policy_author'));
    const kept = async (): Promise<unknown> => (await owner.query('SELECT (SELECT count(*) FROM policy_edition) AS drafts, (SELECT max(version) FROM policy_edition) AS version, (SELECT count(*) FROM change) AS changes, (SELECT count(*) FROM duty_held) AS duties')).rows[0];
    const before = await kept();
    const lost = { ok: false, refusal: { code: 'access.permission', params: { permission: 'policy.edit' } } };
    expect(await drafting.create(asRead, 'default-gbp', text)).toMatchObject(lost);
    expect(await drafting.edit(asRead, 'default-gbp', String(draft.number), draft.version, { source: '' })).toMatchObject(lost);
    expect(await proposals.propose(asRead, { kind: 'policy_version', policy: { key: 'default-gbp', number: filed.number } })).toMatchObject(lost);
    expect(await kept()).toEqual(before);
  });

  it('refuses approvers too whose other role approves changes of another kind', async () => {
    const { id } = await newPerson(world, ['policy_approver', 'register_editor']);
    const asRead: Context = { actor: { kind: 'user', userId: id, roles: ['policy_approver', 'register_editor'], memberships: [] }, requestId: 'test' };
    unwrap(await world.app.get(People).revoke(asSystem, id, 'policy_approver'));
    const change = { id: randomUUID(), kind: 'policy_version', state: 'open' } as ChangeRow;
    const checked = await world.app.get(UnitOfWork).run(asRead, (tx) => world.app.get(ApprovalChecks).check(tx, asRead, change, {} as RunRow, ''));
    expect(checked).toMatchObject({ ok: false, refusal: { code: 'access.permission', params: { permission: 'policy.review' } } });
  });

  it('refuses who decides objections and reductions too', async () => {
    const { id } = await newPerson(world, ['approver']);
    const asRead: Context = { actor: { kind: 'user', userId: id, roles: ['approver'], memberships: [] }, requestId: 'test' };
    unwrap(await world.app.get(People).revoke(asSystem, id, 'approver'));
    const offer = await claimAt(world, ...([['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver], ['object', world.tokens.owner]] as const));
    const lost = (permission: string) => ({ ok: false, refusal: { code: 'access.permission', params: { permission } } });
    expect(await world.app.get(ObjectionDecisions).decide(asRead, offer.id, 1, offer.version, { outcome: 'dismissed', reasons: ['objection_figures_right'] })).toMatchObject(lost('objection.decide'));
    expect((await proposeReduction(world, world.tokens.reviewer, offer)).status).toBe(201);
    const { version } = await claimOf(world, offer.id);
    expect(await world.app.get(ReductionDesk).decide(asRead, offer.id, 1, version, { outcome: 'reduce', note: 'weighed' })).toMatchObject(lost('claim.decide'));
  });

  it('keeps the reason by digest, refuses what was seen before roles changed, and does nothing twice', async () => {
    const person = await newPerson(world, ['reviewer', 'supervisor']);
    const people = world.app.get(People);
    const { version } = unwrap(await people.get(person.id));
    const reason = 'Works for finance from today on.';
    expect(await people.revoke(asSystem, person.id, 'reviewer', { version: version - 1, reason })).toMatchObject({ ok: false, refusal: { code: 'http.stale' } });
    expect(unwrap(await people.revoke(asSystem, person.id, 'reviewer', { version, reason }))).toMatchObject({ roles: ['supervisor'], version: version + 1 });
    expect(unwrap(await people.revoke(asSystem, person.id, 'reviewer'))).toMatchObject({ version: version + 1 });
    const { rows } = await owner.query<{ body: string }>(`
      SELECT t.body FROM audit_entry e JOIN text_body t ON t.digest = e.data ->> 'reasonDigest' WHERE e.aggregate_id = $1 AND e.action = 'user.role_revoked'`, [person.id]);
    expect(rows).toEqual([{ body: reason }]);
  });

  it('leaves one administrator', async () => {
    const { body: { id } } = await world.as<{ id: string }>('administrator', 'GET', '/v1/sessions/current');
    await owner.query('DELETE FROM user_role WHERE role = \'administrator\' AND user_id <> $1', [id]);
    expect(await world.as('administrator', 'POST', `/v1/users/${id}/role-removals`, { body: { role: 'administrator' } })).toMatchObject({ status: 409, body: { code: 'identity.last_administrator' } });
  });
});

describe('a limit of decision', () => {
  it('can be set for the roles that decide, by administrators', async () => {
    expect(DECIDING_ROLES).toEqual(rolesWith('claim.decide').filter((role) => !role.startsWith('merchant_')));
    expect((await world.as('approver', 'POST', '/v1/decision-limits', { body: { role: 'approver', currency: 'GBP' } })).status).toBe(403);
    expect(await setLimit('-1.00')).toMatchObject({ status: 422, body: { code: 'review.limit_negative' } });
    expect(await world.as('administrator', 'POST', '/v1/decision-limits', { body: { role: 'approver', currency: 'GBP', upTo: { amount: '1.00', currency: 'EUR' } } })).toMatchObject({ status: 422, body: { code: 'review.limit_currency' } });
  });

  it('asks for a second person above it: the first approval is kept and awards nothing, the same person is refused, another one awards', async () => {
    const second = await newPerson(world, ['approver']);
    const claim = await recommended();
    expect((await setLimit('1.00')).status).toBe(201);
    expect(await cause(world, world.tokens.approver, 'award', claim)).toMatchObject({ status: 201, body: { state: 'recommended', version: claim.version + 1 } });
    expect(await approvals(claim.id)).toMatchObject([{ by: 'Amir Approver', stands: true }]);
    const once = await claimOf(world, claim.id);
    expect(once.entitlements).toEqual([]);
    expect(await cause(world, world.tokens.approver, 'award', once)).toMatchObject({ status: 403, body: { code: 'review.approved_already' } });
    // Whoever looked at it before the first approval is told of that, and looks again.
    expect(await cause(world, second.token, 'award', claim)).toMatchObject({ status: 412, body: { code: 'review.approved_meanwhile', params: { by: 'Amir Approver' } } });
    expect(await cause(world, second.token, 'award', once)).toMatchObject({ status: 201, body: { state: 'offered' } });
    const { rows: [audited] } = await owner.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_entry WHERE aggregate_id = $1 AND action = \'claim.approved\'', [claim.id]);
    expect(audited?.n).toBe(1);
  });

  it('is held by the database: no award above it by one person, whoever writes the row', async () => {
    const claim = await recommended();
    const { rows: [approver] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'approver@%\'');
    expect(await forge(claim, 'decision', approver?.id ?? '')).toBe('determination_limit_ck');
    await setLimit('40.00');
    expect(await forge(claim, 'decision', approver?.id ?? '')).toBe('allowed');
    await setLimit('1.00');
  });

  it('counts a first approval for what was recommended then: another recommendation needs two again', async () => {
    const second = await newPerson(world, ['approver']);
    const claim = await recommended();
    await cause(world, world.tokens.approver, 'award', claim);
    await cause(world, second.token, 'send_back', await claimOf(world, claim.id));
    expect((await cause(world, world.tokens.reviewer, 'override', await claimOf(world, claim.id))).status).toBe(201);
    await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id));
    expect(await approvals(claim.id)).toMatchObject([{ stands: false }]);
    expect(await cause(world, second.token, 'award', await claimOf(world, claim.id))).toMatchObject({ status: 201, body: { state: 'recommended' } });
    expect(await cause(world, world.tokens.approver, 'award', await claimOf(world, claim.id))).toMatchObject({ status: 201, body: { state: 'offered' } });
  });

  it('lets one person decide up to exactly it', async () => {
    const [claim, other] = [await recommended(), await recommended()];
    await setLimit('42.00');
    expect(await cause(world, world.tokens.approver, 'award', claim)).toMatchObject({ status: 201, body: { state: 'offered' } });
    await setLimit('41.99');
    expect(await cause(world, world.tokens.approver, 'award', other)).toMatchObject({ status: 201, body: { state: 'recommended' } });
    await setLimit('1.00');
  });

  it('counts no first approval of what was sent back and recommended again as it was', async () => {
    const second = await newPerson(world, ['approver']);
    const claim = await recommended();
    await cause(world, world.tokens.approver, 'award', claim);
    await cause(world, second.token, 'send_back', await claimOf(world, claim.id));
    await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id));
    expect(await cause(world, second.token, 'award', await claimOf(world, claim.id))).toMatchObject({ status: 201, body: { state: 'recommended' } });
    expect((await claimOf(world, claim.id)).entitlements).toEqual([]);
  });

  it.each([['above the limit, one person in two sessions approves once and awards nothing', '1.00', 'recommended'], ['without one, one person in two sessions awards once', undefined, 'offered']])('of fifty at once: %s', async (_what, limit, state) => {
    await setLimit(limit);
    const claim = await recommended();
    const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: 'approver@makegood.example', password: 'makegood demo 2026' } });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => cause(world, n % 2 === 0 ? world.tokens.approver : body.token, 'award', claim)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![201, 403, 409, 412, 503].includes(status))).toEqual([]);
    const after = await claimOf(world, claim.id);
    expect([after.state, after.entitlements.length, (await approvals(claim.id)).length]).toEqual(state === 'offered' ? ['offered', 1, 0] : ['recommended', 0, 1]);
  }, 60_000);

  it('of two who decide at once, tells the slower one who was faster, with what, and when', async () => {
    await setLimit();
    const second = await newPerson(world, ['approver']);
    const claim = await recommended();
    const answers = await Promise.all([world.tokens.approver, second.token].map((token) => cause(world, token, 'award', claim)));
    const slower = answers.find(({ status }) => status === 412);
    expect(slower?.body).toMatchObject({ code: 'review.decided_meanwhile', params: { by: expect.stringMatching(/Amir|Somebody/), outcome: 'award', at: expect.stringMatching(/^\d{4}-.*Z$/) } });
  });
});

describe('the duty profile', () => {
  const doctored = async () => {
    const said: string[] = [];
    const code = await doctor.run([], { say: (line) => void said.push(line), complain: (line) => void said.push(line), secret: () => Promise.resolve('') }, () => world.app, '');
    return { code, said: said.join('\n') };
  };

  it('is shown with each duty that cannot be filled, and what to do; all filled, the doctor is content', async () => {
    const before = await doctored();
    expect(before.code).toBe(1);
    expect(before.said).toMatch(/CANNOT BE FILLED {2}payments: releaser\. Give the role finance releaser to one more person/);
    for (const role of ['finance_approver', 'finance_releaser', 'supervisor', 'supervisor', 'register_approver', 'approver'] as const) await newPerson(world, [role]);
    expect(await doctored()).toMatchObject({ code: 0, said: expect.stringContaining('Every duty can be filled.') });
    expect(await world.as('administrator', 'GET', '/v1/duties')).toMatchObject({ status: 200, body: { profile: 'standard', clashes: [] } });
  });

  it('holds in the database, which is told of it at each start; roles that exclude each other are refused by it', async () => {
    const both = await newPerson(world, ['reviewer', 'approver']);
    const grant = (role: string) => application.query('INSERT INTO user_role (user_id, role, granted_at) VALUES ($1, $2, now())', [both.id, role]);
    await expect(grant('administrator')).rejects.toMatchObject({ constraint: 'user_role_conflict_ck' });
    await application.query('UPDATE duty_profile SET profile = \'strict\'');
    await expect(grant('supervisor')).rejects.toMatchObject({ constraint: 'user_role_conflict_ck' });
    // A limit that one administrator set does not count there, whoever writes it; another one confirms it, and only once.
    expect(await setLimit('5.00')).toMatchObject({ status: 403, body: { code: 'review.limit_own' } });
    const { rows: [admin] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'admin@%\'');
    const { rows: [limit] } = await application.query<{ id: string }>(`
      INSERT INTO decision_limit (role, currency, up_to_minor, set_by, set_at) VALUES ('approver', 'EUR', 500, $1, date_trunc('milliseconds', now())) RETURNING id`, [admin?.id]);
    await expect(application.query(`INSERT INTO decision_limit (role, currency, up_to_minor, set_by, set_at, effective_at) VALUES ('approver', 'EUR', 900, $1, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()))`, [admin?.id]))
      .rejects.toMatchObject({ constraint: 'decision_limit_by_two_ck' });
    await expect(application.query('UPDATE decision_limit SET effective_at = set_at WHERE id = $1', [limit?.id])).rejects.toMatchObject({ constraint: 'decision_limit_by_two_ck' });
    const confirm = (token: string) => call(world.url, 'POST', `/v1/decision-limits/${limit?.id ?? ''}/confirmations`, { token });
    expect(await confirm(world.tokens.administrator)).toMatchObject({ status: 403, body: { code: 'review.limit_own' } });
    const other = await newPerson(world, ['administrator']);
    expect(await confirm(other.token)).toMatchObject({ status: 201, body: { upTo: { amount: '5.00' }, setBy: 'Adi Administrator' } });
    expect(await confirm(other.token)).toMatchObject({ status: 409, body: { code: 'review.limit_counts' } });
    await application.query('UPDATE duty_profile SET profile = \'standard\'');
  });
});
