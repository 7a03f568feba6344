import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { refuse } from '../../src/core/errors/index.js';
import { PrecomputationApplication } from '../../src/modules/changes/index.js';
import { ClaimSubmission } from '../../src/modules/claims/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { cause, claimOf, newSite, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { openedClaim, precomputing, settled, type ChangeBody, type SitesRun } from '../support/precompute.js';
import { withholdTax } from '../support/taxed.js';
import { DECLARED, draftClaim, ifMatch, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let owner: Client;
/** 140 minutes down, 50 degraded and half of 20 unknown, less an hour's wait, at 18 an hour for food: see `default-gbp`. */
const TARIFF = '42.00';

const reserved = async (): Promise<string> => {
  const { rows } = await owner.query<{ minor: string }>('SELECT balance_minor::text AS minor FROM ledger_account WHERE name = \'reserved\' AND fund_id = $1', [world.world.fundId]);
  return rows[0]?.minor ?? '';
};
const counts = async (): Promise<unknown> => (await owner.query(`SELECT (SELECT count(*) FROM claim) AS claims, (SELECT count(*) FROM claim_version) AS versions, (SELECT count(*) FROM assessment) AS assessments,
  (SELECT count(*) FROM entitlement) AS entitlements, (SELECT count(*) FROM letter) AS letters`)).rows;
const post = (claim: Claim, path: string, body?: object) => world.as<Claim & { code?: string }>('owner', 'POST', `/v1/claims/${claim.id}/${path}`, { ...(body === undefined ? {} : { body }), ...ifMatch(claim.version) });

beforeAll(async () => {
  world = await openWorld({ consume: true });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('claims that the operator opens', () => {
  let change: ChangeBody;
  let run: SitesRun;
  const sites: Record<string, string> = {};

  it('are worked out for every site that used the service while it was down; nothing is written but the report', async () => {
    const [filed, begun] = [await newSite(world), await newSite(world)];
    Object.assign(sites, { first: world.world.siteId, second: await newSite(world), filed, begun });
    await submit(world, await draftClaim(world, { siteId: filed }));
    await draftClaim(world, { siteId: begun });
    const desk = precomputing(world);
    change = await desk.propose();
    expect(change).toMatchObject({ kind: 'pre_computation', state: 'open', schemeId: world.world.schemeId, policy: { key: 'default-gbp' } });
    const before = await counts();
    run = await desk.rehearse(change);
    expect(await counts()).toEqual(before);
    expect(run).toMatchObject({
      state: 'finished', report: {
        kind: 'pre_computation', sites: 4, claims: 2, byRule: { claims: 2 }, byPeople: { claims: 0 }, codes: [],
        leftOut: [{ why: 'claimed_already', sites: 1 }, { why: 'draft_begun', sites: 1 }],
      },
    });
    const { body } = await world.as<{ items: { siteId: string; leftOut?: string; answers: object; cash?: { amount: string }; window: object }[] }>('policyApprover', 'GET', `/v1/changes/${change.id}/runs/1/sites`);
    const bySite = new Map(body.items.map((item) => [item.siteId, item]));
    expect(bySite.get(sites['first'] ?? '')).toMatchObject({ cash: { amount: TARIFF }, answers: { takeTariff: true }, window: { from: '2026-10-13T09:20:00.000Z', to: '2026-10-13T13:00:00.000Z' } });
    expect(bySite.get(filed)).toMatchObject({ leftOut: 'claimed_already' });
    const one = await world.as<{ items: { siteId: string }[] }>('policyApprover', 'GET', `/v1/changes/${change.id}/runs/1/sites?leftOut=draft_begun`);
    expect(one.body.items.map(({ siteId }) => siteId)).toEqual([begun]);
  });

  it('come to the same digest again, and stand alone for their scheme', async () => {
    const desk = precomputing(world);
    expect((await desk.rehearse(change)).digest).toBe(run.digest);
    const second = await world.as<{ code: string }>('policyAuthor', 'POST', `/v1/schemes/${world.world.schemeId}/precomputations`);
    expect([second.status, second.body.code]).toEqual([409, 'changes.precomputed_already']);
    const list = await world.as<{ items: ChangeBody[] }>('policyAuthor', 'GET', `/v1/schemes/${world.world.schemeId}/precomputations`);
    expect(list.body.items.map(({ id }) => id)).toEqual([change.id]);
  });

  it('are approved by another person, by digest; the database says the same', async () => {
    const desk = precomputing(world);
    const { body } = await desk.approve(change, { ...run, digest: '0'.repeat(64) });
    expect(body['code']).toBe('changes.digest_differs');
    await expect(owner.query(`INSERT INTO change_approval (change_id, run_id, digest, rerun_count, policy_version_id, approved_by, approved_at) SELECT c.id, r.id, r.digest, 0, NULL, c.created_by, now() FROM change c JOIN change_run r ON r.change_id = c.id WHERE c.id = $1 AND r.n = 1`, [change.id]))
      .rejects.toMatchObject({ constraint: 'change_approval_four_eyes_ck' });
    for (const sql of ['UPDATE precomputed_site SET amount_minor = 1', 'DELETE FROM precomputed_site']) await expect(owner.query(sql)).rejects.toMatchObject({ code: 'P0001' });
  });

  it('are opened as they were worked out, offered by the rule, reserved, and told of; a second application opens nothing', async () => {
    const desk = precomputing(world);
    const before = BigInt(await reserved());
    expect((await desk.approve(change, run)).status).toBe(201);
    change = await desk.applied(change);
    expect(change.application).toEqual({ done: 2, verdicts: { opened: 2 } });
    const opened = await desk.opened(change);
    expect(opened.map(({ siteId, verdict, rehearsed }) => [siteId, verdict, rehearsed.amount]).sort()).toEqual([[sites['first'], 'opened', TARIFF], [sites['second'], 'opened', TARIFF]].sort());
    for (const { claimId = '' } of opened) {
      const claim = await settled(world, claimId);
      expect(claim).toMatchObject({ origin: 'operator', state: 'offered', entitlements: [{ n: 1, gross: { amount: TARIFF } }], determinations: [{ byRule: true, outcome: 'award' }] });
      expect(claim.allowedEvents).toEqual(expect.arrayContaining(['accept', 'correct', 'not_mine']));
    }
    expect(BigInt(await reserved()) - before).toBe(8_400n);
    const { rows: letters } = await owner.query<{ subject: string; recipient: string }>('SELECT c.subject, c.recipient FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = \'claim.opened\'');
    expect(letters).toHaveLength(2);
    expect(letters[0]).toMatchObject({ recipient: 'owner@corner-cafe.example', subject: expect.stringMatching(/^We have worked out £42\.00 for /) });
    const again = await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(PrecomputationApplication).step(tx, asSystem, change.id));
    expect(again).toEqual({ ok: true, value: { done: true } });
    expect((await desk.opened(change)).length).toBe(2);
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('are not decided by who proposed or approved them', async () => {
    const { rows } = await owner.query<{ email: string }>(`SELECT u.email FROM opened_claim o JOIN duty_held h ON h.subject_id = o.claim_id AND h.duty = 'filer' JOIN app_user u ON u.id = h.user_id WHERE o.change_id = $1 ORDER BY u.email`, [change.id]);
    expect([...new Set(rows.map(({ email }) => email))]).toEqual(['policy2@makegood.example', 'policy@makegood.example']);
  });
});

describe('what a merchant does with one', () => {
  it('takes it, as any offer', async () => {
    const claim = await openedClaim(world);
    expect((await cause(world, world.tokens.owner, 'accept', claim, await termsOf(world))).status).toBe(201);
    expect((await claimOf(world, claim.id)).state).toBe('accepted');
  });

  it('corrects it upwards: the more is offered, and reserved beside what was', async () => {
    const claim = await openedClaim(world);
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    const before = BigInt(await reserved());
    const seen = await claimOf(world, claim.id);
    const corrected = await post(seen, 'corrections', DECLARED);
    expect([corrected.status, corrected.body.state]).toEqual([201, 'submitted']);
    const after = await settled(world, claim.id);
    expect(after).toMatchObject({ state: 'offered', claimVersion: 2 });
    const [floor, more] = after.entitlements.map(({ gross }) => BigInt(gross.amount.replace('.', '')));
    expect((more ?? 0n) > (floor ?? 0n)).toBe(true);
    expect(BigInt(await reserved()) - before).toBe((more ?? 0n) - (floor ?? 0n));
    expect(after.allowedEvents).not.toContain('correct');
    expect((await post(after, 'corrections', DECLARED)).body.code).toBe('claims.not_operators');
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('corrects it to less: gets what was worked out, and not a penny more is reserved', async () => {
    const claim = await openedClaim(world);
    const before = await reserved();
    const shorter = { ...DECLARED, window: { from: '2026-10-13T12:00:00Z', to: '2026-10-13T12:20:00Z' } };
    expect((await post(claim, 'corrections', shorter)).status).toBe(201);
    const after = await settled(world, claim.id);
    expect(after).toMatchObject({ state: 'offered', entitlements: [{ n: 1, gross: { amount: TARIFF } }, { n: 2, gross: { amount: TARIFF } }] });
    expect(await reserved()).toBe(before);
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('corrects it into what people have to look at: they award no less, and cannot refuse', async () => {
    const claim = await openedClaim(world);
    expect((await post(claim, 'corrections', { ...DECLARED, answers: { takeTariff: null } })).status).toBe(201);
    const referred = await settled(world, claim.id);
    expect(referred.state).toBe('in_review');
    expect(await brokenPromises(owner)).toEqual([]);
    const { reviewer, approver } = world.tokens;
    const refused = await cause(world, reviewer, 'recommend_refusal', referred);
    expect([refused.status, refused.body['code']]).toEqual([422, 'review.floor_stands']);
    expect((await cause(world, reviewer, 'recommend', referred)).status).toBe(201);
    expect((await cause(world, approver, 'award', await claimOf(world, claim.id))).status).toBe(201);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'offered', entitlements: [{ gross: { amount: TARIFF } }, { gross: { amount: TARIFF } }] });
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('corrects it and then takes it back: what was reserved goes back', async () => {
    const claim = await openedClaim(world);
    const before = BigInt(await reserved());
    await post(claim, 'corrections', { ...DECLARED, answers: { takeTariff: null } });
    expect((await cause(world, world.tokens.owner, 'withdraw', await claimOf(world, claim.id))).status).toBe(201);
    expect(before - BigInt(await reserved())).toBe(4_200n);
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('says it is none of theirs: the money goes back, and no other claim is opened for the place', async () => {
    const claim = await openedClaim(world);
    const before = BigInt(await reserved());
    const said = await post(claim, 'disclaimers', { note: 'The shop was sold in May.' });
    expect([said.status, said.body.state]).toEqual([201, 'withdrawn']);
    expect(before - BigInt(await reserved())).toBe(4_200n);
    const desk = precomputing(world);
    const change = await desk.propose();
    const run = await desk.rehearse(change);
    const { body } = await world.as<{ items: { siteId: string }[] }>('policyAuthor', 'GET', `/v1/changes/${change.id}/runs/${run.n}/sites?leftOut=taken_back`);
    expect(body.items.map(({ siteId }) => siteId)).toContain(claim.siteId);
    await desk.withdraw(change);
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('of a claim of its own cannot correct it, nor say that it is somebody else\'s; nor can the database be made to', async () => {
    const siteId = await newSite(world);
    const draft = await draftClaim(world, { siteId });
    await submit(world, draft);
    const claim = await settled(world, draft.id);
    expect([claim.state, claim.allowedEvents.includes('correct')]).toEqual(['offered', false]);
    for (const path of ['corrections', 'disclaimers']) expect((await post(claim, path, path === 'corrections' ? DECLARED : {})).body.code).toBe('claims.not_operators');
    await expect(owner.query('UPDATE claim SET state = \'submitted\', version = version + 1 WHERE id = $1', [claim.id])).rejects.toMatchObject({ constraint: 'claim_correction_ck' });
  });
});

describe('what changes between the run and the opening', () => {
  it('a site whose facts have changed, or that has a claim by now, is left out and listed; the others are opened', async () => {
    const [same, changed, gone] = [await newSite(world), await newSite(world), await newSite(world)];
    const desk = precomputing(world);
    const change = await desk.propose();
    const run = await desk.rehearse(change);
    const { rows } = await owner.query<{ version: number }>('SELECT version FROM site WHERE id = $1', [changed]);
    const hours = { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '13:00' }], exceptions: [] };
    expect((await world.as('owner', 'PUT', `/v1/sites/${changed}/opening-hours`, { body: hours, ...ifMatch(rows[0]?.version ?? 0) })).status).toBe(200);
    expect((await desk.approve(change, run)).status).toBe(201);
    await draftClaim(world, { siteId: gone }).catch(() => undefined);
    await desk.applied(change);
    const became = new Map((await desk.opened(change)).map((site) => [site.siteId, site.verdict]));
    expect([became.get(same), became.get(changed)]).toEqual(['opened', 'changed_since']);
    expect(['opened', 'left_out']).toContain(became.get(gone));
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('one whose filing is refused all the same leaves nothing behind, is noted, and the others are opened', async () => {
    const places = [await newSite(world), await newSite(world)];
    const desk = precomputing(world);
    const change = await desk.propose();
    const run = await desk.rehearse(change);
    const submission = world.app.get(ClaimSubmission);
    const file = submission.openIn.bind(submission);
    const refusing = jest.spyOn(submission, 'openIn').mockImplementation((tx, ctx, claim) => (claim.siteId === places[0] ? Promise.resolve(refuse('claims.overlaps', { other: '' })) : file(tx, ctx, claim)));
    expect((await desk.approve(change, run)).status).toBe(201);
    await desk.applied(change);
    refusing.mockRestore();
    const became = new Map((await desk.opened(change)).map((site) => [site.siteId, site]));
    expect(became.get(places[0] ?? '')).toMatchObject({ verdict: 'left_out', leftOut: 'not_fileable' });
    expect(became.get(places[1] ?? '')?.verdict).toBe('opened');
    expect((await owner.query('SELECT 1 FROM claim WHERE site_id = $1', [places[0]])).rowCount).toBe(0);
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('where too many sites have claims by now, or the register has moved on, the run is made again', async () => {
    const [one] = [await newSite(world), await newSite(world)];
    const desk = precomputing(world);
    const change = await desk.propose();
    const run = await desk.rehearse(change);
    await draftClaim(world, { siteId: one });
    expect((await desk.approve(change, run)).body['code']).toBe('changes.claims_changed');
    const fresh = await desk.rehearse(change);
    await owner.query('UPDATE scheme SET version = version + 1 WHERE id = $1', [world.world.schemeId]);
    const stale = await desk.approve(change, fresh);
    expect([stale.status, stale.body['code'], stale.body['params']]).toEqual([409, 'changes.run_stale', { changed: ['the scheme'] }]);
    expect((await desk.withdraw(change)).status).toBe(201);
  });
});

describe('where tax is withheld of what the scheme pays', () => {
  it('the letter says what is worked out, what is withheld of it, and what reaches the business', async () => {
    await withholdTax(world);
    const { id } = await openedClaim(world);
    const { rows: [letter] } = await owner.query<{ plain: string }>('SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = \'claim.opened\' AND l.about_id = $1', [id]);
    expect(letter?.plain).toContain('Of this, £1.38 is withheld as tax and paid to the tax office. You get £40.62.');
  });
});

describe('businesses that nobody has verified', () => {
  it('get no claim, and are listed', async () => {
    await newSite(world);
    await owner.query('UPDATE merchant SET verified_at = NULL, verified_by = NULL, version = version + 1 WHERE id = $1', [world.world.merchantId]);
    const desk = precomputing(world);
    const change = await desk.propose();
    const run = await desk.rehearse(change);
    expect(run.report).toMatchObject({ claims: 0, differenceMinor: '0' });
    expect(run.report?.leftOut.map(({ why }) => why)).toContain('not_verified');
    await desk.withdraw(change);
  });
});
