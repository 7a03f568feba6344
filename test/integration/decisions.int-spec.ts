import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { sha256Hex } from '../../src/core/audit/index.js';
import { ok } from '../../src/core/errors/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { StraightThrough } from '../../src/modules/review/straight-through.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { tokenHash } from '../../src/platform/crypto/tokens.js';
import { call } from '../support/app.js';
import { cause, claimAt, claimOf, newPerson, newSite, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { actingAs, asSystem } from '../support/lower-floors.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

const DELAY_SECONDS = 3_600;
let world: World;
let application: Client;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: DELAY_SECONDS } });
  application = new Client({ connectionString: world.database.appUrl });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await Promise.all([application.connect(), owner.connect()]);
});

afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await Promise.all([application.end(), owner.end()]);
  await world.close();
});

const hourOf = ({ id, assessmentId = '' }: Claim) => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
  const done = await world.app.get(StraightThrough).onHour(tx, asSystem, id, assessmentId);
  return done.ok ? ok(null) : done;
});

const verdict = (person: 'reviewer' | 'approver', path: 'recommendations' | 'decisions', claim: Claim, change: object) =>
  world.as<Record<string, unknown>>(person, 'POST', `/v1/claims/${claim.id}/${path}`, { body: { outcome: 'award', assessmentId: claim.assessmentId, reasons: [], ...change }, ...ifMatch(claim.version) });

const inReview = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);
const recommended = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer]);

/** A scheme of its own under the default policy with other words. */
async function schemeUnder(key: string, change: (text: string) => string, kinds: readonly string[] = ['terms', 'limitation', 'who_decides']): Promise<string> {
  const text = change(readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', `policy: ${key}`));
  const { rows: [author] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'policy@%\'');
  unwrap(await world.app.get(PolicyCatalogue).publish(actingAs(author?.id ?? ''), text));
  const { status, body } = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
    body: {
      code: key, policyKey: key, fundId: world.world.fundId, outageIds: [world.world.outageId], zone: 'Europe/London', title: { en: key }, contact: { name: 'Care' },
      opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: kinds.map((kind) => ({ kind, language: 'en', body: `${key} ${kind}` })),
    },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

const filedUnder = async (schemeId: string, change: object = {}): Promise<Claim> => {
  const draft = await draftClaim(world, { schemeId, siteId: await newSite(world), ...change });
  expect((await submit(world, draft)).status).toBe(201);
  return claimOf(world, draft.id);
};

describe('the hour of the rule', () => {
  it('is shown with the estimate, and until then staff may pull the claim; the hour then finds nothing to do', async () => {
    const claim = await claimAt(world, ['submit', world.tokens.owner]);
    const estimate = await world.as<{ cash: { amount: string } }>('owner', 'GET', `/v1/claims/${claim.id}/assessments/1`);
    expect(estimate).toMatchObject({ status: 200, body: { cash: { amount: expect.stringMatching(/^\d+\.\d\d$/) } } });
    const wait = Date.parse(claim.autoDecisionAt ?? '') - Date.now();
    expect(wait).toBeGreaterThan((DELAY_SECONDS - 60) * 1_000);
    expect(wait).toBeLessThanOrEqual(DELAY_SECONDS * 1_000);
    expect((await cause(world, world.tokens.reviewer, 'pull', claim)).status).toBe(201);
    expect((await hourOf(claim)).ok).toBe(true);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'in_review', determinations: [] });
  });

  it('runs the rule again: of two claims that fit the merchant\'s total one by one, one goes to a person, also when both hours come at once', async () => {
    const schemeId = await schemeUnder('tight-total', (text) => text.replace('perMerchant: "5000.00"', 'perMerchant: "60.00"'));
    const claims = [await filedUnder(schemeId), await filedUnder(schemeId)];
    expect((await Promise.all(claims.map(hourOf))).every((done) => done.ok)).toBe(true);
    const after = await Promise.all(claims.map(({ id }) => claimOf(world, id)));
    expect(after.map(({ state }) => state).sort()).toEqual(['in_review', 'offered']);
  });

  it('is waited for also when a business confirms its agent before it', async () => {
    const { id } = await claimAt(world, ['submit', world.tokens.owner]);
    expect((await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      const done = await world.app.get(StraightThrough).onConfirmed(tx, asSystem, id);
      return done.ok ? ok(null) : done;
    })).ok).toBe(true);
    expect(await claimOf(world, id)).toMatchObject({ state: 'submitted', determinations: [] });
  });

  it('of an assessment that another has overtaken decides nothing', async () => {
    const claim = await claimAt(world, ['submit', world.tokens.owner]);
    const other = await claimAt(world, ['submit', world.tokens.owner]);
    expect((await hourOf({ ...claim, ...(other.assessmentId === undefined ? {} : { assessmentId: other.assessmentId }) })).ok).toBe(true);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'submitted', determinations: [] });
  });

  it('accepts by itself where the policy asks for no acceptance', async () => {
    const schemeId = await schemeUnder('paid-anyway', (text) => text.replace('acceptance: required', 'acceptance: not_required').replace('perMerchant: "5000.00"', 'perMerchant: "500000.00"'));
    const claim = await filedUnder(schemeId);
    await hourOf(claim);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'accepted', determinations: [{ byRule: true, outcome: 'award' }] });
  });
});

describe('people', () => {
  it('give nothing by "nil", with its own reason and without an entitlement', async () => {
    const short = { from: '2026-10-13T10:30:00+01:00', to: '2026-10-13T11:00:00+01:00' };
    const draft = await draftClaim(world, { siteId: await newSite(world), window: short });
    await submit(world, draft);
    await hourOf(await claimOf(world, draft.id));
    const review = await claimOf(world, draft.id);
    expect(review.state).toBe('in_review');
    expect(await verdict('reviewer', 'recommendations', review, {})).toMatchObject({ status: 422, body: { code: 'review.nothing_due' } });
    expect((await verdict('reviewer', 'recommendations', review, { outcome: 'nil' })).status).toBe(201);
    expect((await verdict('approver', 'decisions', await claimOf(world, draft.id), { outcome: 'nil' })).status).toBe(201);
    const decided = await claimOf(world, draft.id);
    expect(decided).toMatchObject({ state: 'rejected', entitlements: [] });
    expect(decided.determinations.at(-1)).toMatchObject({ stage: 'decision', outcome: 'nil', byRule: false, reasons: [{ code: 'nothing_due' }] });
  });

  it('refuse with reasons that the catalogue knows, and only as it was recommended', async () => {
    const claim = await inReview();
    expect(await verdict('reviewer', 'recommendations', claim, { outcome: 'refuse' })).toMatchObject({ status: 422, body: { code: 'review.reasons_missing' } });
    expect(await verdict('reviewer', 'recommendations', claim, { outcome: 'refuse', reasons: ['mood'] })).toMatchObject({ status: 422, body: { code: 'review.reason_unknown' } });
    // Its sentence counts comparable weeks, and this claim's working says nothing of them.
    expect(await verdict('reviewer', 'recommendations', claim, { outcome: 'refuse', reasons: ['too_few_comparables'] })).toMatchObject({ status: 422, body: { code: 'review.reason_open' } });
    await verdict('reviewer', 'recommendations', claim, { outcome: 'refuse', reasons: ['outage_not_recorded'] });
    const waiting = await claimOf(world, claim.id);
    expect(await verdict('approver', 'decisions', waiting, {})).toMatchObject({ status: 409, body: { code: 'review.differs_from_recommendation' } });
    expect((await cause(world, world.tokens.approver, 'send_back', waiting)).status).toBe(201);
    expect((await claimOf(world, claim.id)).state).toBe('in_review');
  });

  it('do not decide on an assessment that another has overtaken', async () => {
    const stale = (await inReview()).assessmentId;
    const claim = await recommended();
    expect(await verdict('approver', 'decisions', claim, { assessmentId: stale })).toMatchObject({ status: 409, body: { code: 'claims.assessment_stale' } });
  });

  it('who approve at once count once: one decision, one entitlement, one reservation', async () => {
    const second = await newPerson(world, ['approver']);
    const claim = await recommended();
    const answers = await Promise.all([world.tokens.approver, second.token].map((token) => cause(world, token, 'award', claim)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
    expect((await claimOf(world, claim.id)).determinations.filter(({ stage }) => stage === 'decision')).toHaveLength(1);
  });

  it('do not decide what they recommended: not over HTTP, not by a row of their own in the database', async () => {
    const both = await newPerson(world, ['reviewer', 'approver']);
    const claim = await claimAt(world, ['submit', world.tokens.owner], ['pull', both.token], ['recommend', both.token]);
    expect(await cause(world, both.token, 'award', claim)).toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
    const forged = application.query(`
      INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, user_id, at)
      SELECT claim_id, merchant_id, 2, 'decision', 'award', '[]', assessment_id, amount_minor, currency, false, user_id, at FROM determination WHERE claim_id = $1`, [claim.id]);
    await expect(forged).rejects.toMatchObject({ constraint: 'duty_held_conflict_ck' });
  });

  it('who administer are no exception', async () => {
    const claim = await recommended();
    expect((await cause(world, world.tokens.administrator, 'award', claim)).status).toBe(403);
    const { rows: [admin] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'admin@%\'');
    expect(await world.as('administrator', 'POST', `/v1/users/${admin?.id ?? ''}/roles`, { body: { role: 'approver' } })).toMatchObject({ status: 403, body: { code: 'identity.role_conflict' } });
  });
});

describe('the merchant', () => {
  const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);

  it('accepts once, however often and with whatever key', async () => {
    const claim = await offered();
    const termsHash = await termsOf(world);
    const accept = (key: string) => call(world.url, 'POST', `/v1/claims/${claim.id}/offers/1/acceptances`, {
      token: world.tokens.owner, body: { termsHash }, headers: { 'if-match': `"${claim.version}"`, 'idempotency-key': key },
    });
    const answers = await Promise.all([accept('one'), accept('two')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
    const { rows } = await application.query('SELECT FROM acceptance WHERE claim_id = $1', [claim.id]);
    expect(rows).toHaveLength(1);
  });

  it('accepts only shortly after a proof, declines without one, and an API client gives the proof as for a payee', async () => {
    const claim = await offered();
    const termsHash = await termsOf(world);
    const [signed, other] = await Promise.all([1, 2].map(async () => {
      const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE.owner.email, password: DEMO_PASSWORD } });
      return body.token;
    }));
    await owner.query('UPDATE session SET proved_at = now() - interval \'5 minutes\' WHERE token_hash = ANY($1)', [[signed, other].map((token) => tokenHash(token ?? ''))]);
    expect(await cause(world, signed ?? '', 'accept', claim, termsHash)).toMatchObject({ status: 403, body: { code: 'identity.proof_needed', params: { withinMinutes: 5 } } });
    expect((await claimOf(world, claim.id))).toMatchObject({ state: 'offered', version: claim.version });
    expect((await application.query('SELECT FROM acceptance WHERE claim_id = $1', [claim.id])).rows).toHaveLength(0);
    const proved = await call<{ token: string }>(world.url, 'POST', '/v1/sessions/current/proofs', { token: signed ?? '', body: { password: DEMO_PASSWORD } });
    expect(await cause(world, other ?? '', 'accept', claim, termsHash)).toMatchObject({ status: 403 });
    expect(await cause(world, proved.body.token, 'accept', claim, termsHash)).toMatchObject({ status: 201, body: { state: 'accepted' } });
    expect(await cause(world, other ?? '', 'decline', await offered())).toMatchObject({ status: 201 });
  });

  it('answers the offer that stands, and accepts against the words that were shown', async () => {
    const claim = await offered();
    const answer = (n: number, path: string, body?: object) => world.as('owner', 'POST', `/v1/claims/${claim.id}/offers/${n}/${path}`, { ...(body === undefined ? {} : { body }), ...ifMatch(claim.version) });
    const termsHash = await termsOf(world);
    for (const said of [{}, { kind: 'on_account', grounds: ['sales'], text: 'It was more.' }]) {
      expect(await answer(1, 'acceptances', { ...said, termsHash: 'f'.repeat(64) })).toMatchObject({ status: 422, body: { code: 'review.terms_differ', errors: [{ pointer: '/termsHash' }] } });
      expect((await answer(2, 'acceptances', { ...said, termsHash })).body['code']).toBe('review.offer_not_found');
    }
    expect((await answer(2, 'refusals')).body['code']).toBe('review.offer_not_found');
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'offered', version: claim.version });
  });

  it('neither accepts nor declines while somebody looks at who speaks for it', async () => {
    const claim = await offered();
    const termsHash = await termsOf(world);
    await owner.query('INSERT INTO merchant_hold (merchant_id, subject_id, placed_at) VALUES ($1, uuidv7(), now())', [world.world.merchantId]);
    for (const event of ['accept', 'accept_on_account', 'decline'] as const) expect(await cause(world, world.tokens.owner, event, claim, termsHash)).toMatchObject({ status: 409, body: { code: 'merchants.held' } });
    await owner.query('UPDATE merchant_hold SET released_at = now() WHERE merchant_id = $1', [world.world.merchantId]);
    expect((await cause(world, world.tokens.owner, 'decline', claim)).status).toBe(201);
  });

  it('accepts the release too where the scheme has one, and none where it has none', async () => {
    const accept = (claim: Claim, termsHash: string, releaseHash?: string) =>
      world.as('owner', 'POST', `/v1/claims/${claim.id}/offers/1/acceptances`, { body: { termsHash, ...(releaseHash === undefined ? {} : { releaseHash }) }, ...ifMatch(claim.version) });
    const differs = { status: 422, body: { code: 'review.terms_differ', errors: [{ pointer: '/releaseHash' }] } };
    const plain = await offered();
    expect(await accept(plain, await termsOf(world), 'f'.repeat(64))).toMatchObject(differs);

    const schemeId = await schemeUnder('settling', (text) => text.replace('perMerchant: "5000.00"', 'perMerchant: "500000.00"'), ['terms', 'release', 'limitation', 'who_decides']);
    const filed = await filedUnder(schemeId);
    await hourOf(filed);
    const claim = await claimOf(world, filed.id);
    const [terms, release] = [sha256Hex('settling terms'), sha256Hex('settling release')];
    expect(await accept(claim, terms)).toMatchObject(differs);
    expect(await accept(claim, terms, terms)).toMatchObject(differs);
    expect(await accept(claim, terms, release)).toMatchObject({ status: 201, body: { state: 'accepted' } });
  });

  it.each(['withdraw', 'decline'] as const)('gets out by "%s", and what was reserved goes back', async (event) => {
    const claim = await offered();
    const reserved = async (): Promise<bigint> => {
      const { rows: [row] } = await application.query<{ minor: string }>('SELECT balance_minor AS minor FROM ledger_account WHERE name = \'reserved\'');
      return BigInt(row?.minor ?? '0');
    };
    const before = await reserved();
    expect((await cause(world, world.tokens.owner, event, claim)).status).toBe(201);
    expect(before - await reserved()).toBe(BigInt((claim.entitlements[0]?.gross.amount ?? '0').replace('.', '')));
  });
});
