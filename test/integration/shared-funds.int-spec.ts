import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AllocationApplication, AllocationRehearsals, ChangeQueries } from '../../src/modules/changes/index.js';
import { ok } from '../../src/core/errors/index.js';
import { ClaimLifecycle } from '../../src/modules/claims/index.js';
import { FundAllocations } from '../../src/modules/funds/index.js';
import { OfferEnds } from '../../src/modules/review/offers/offer-ends.service.js';
import { FUND_HOLDS } from '../../src/modules/review/holds/fund-holds.job.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { HOUR } from '../../src/core/time/index.js';
import { call, FixedClock } from '../support/app.js';
import { cause, claimOf, newSite, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem, at } from '../support/lower-floors.js';
import { Sharing, type Scene } from '../support/sharing.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;
let desk: Sharing;

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  desk = await Sharing.of(world);
});

afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

const DAYS = 24 * HOUR;
async function pass(days: number): Promise<void> {
  clock.advance(days * DAYS);
  await owner.query('UPDATE session SET created_at = created_at + $1, last_seen_at = last_seen_at + $1, expires_at = expires_at + $1, proved_at = proved_at + $1', [`${days} days`]);
}

const post: Sharing['post'] = (...given) => desk.post(...given);
const read: Sharing['read'] = (path) => desk.read(path);
const openFund = (...given: Parameters<Sharing['open']>): Promise<Scene> => desk.open(...given);
const step = (...given: Parameters<Sharing['step']>): Promise<Claim> => desk.step(...given);
const filed = (...given: Parameters<Sharing['filed']>): Promise<Claim> => desk.filed(...given);
const decided = (scene: Scene): Promise<Claim> => desk.decided(scene);

interface Change { id: string; version: number; kind: string; state: string; application?: { done: number; verdicts: Record<string, number> } }
interface Run { n: number; state: string; digest: string; report: { claims: number; afterMinor: string; sharing: { sharedMinor: string; keptMinor: string; leftMinor: string; tiers: { factor: string }[]; undecided: object } } }

const propose = (scene: Scene, body: object) => post<Change & { code?: string }>('preparer', `/v1/funds/${scene.fundId}/allocations`, body);
async function rehearse(change: Change): Promise<Run> {
  const started = await post<{ n: number; code?: string }>('preparer', `/v1/changes/${change.id}/runs`);
  if (started.status !== 202) throw new Error(JSON.stringify(started.body));
  const runId = unwrap(await world.app.get(ChangeQueries).runId(world.app.get(Database).reader, change.id, started.body.n));
  await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(AllocationRehearsals).step(tx, runId));
  return read<Run>(`/v1/changes/${change.id}/runs/${started.body.n}`);
}
const approve = (who: string, change: Change, run: Pick<Run, 'n' | 'digest'>) =>
  post<Change>(who, `/v1/changes/${change.id}/approvals`, { run: run.n, digest: run.digest, movesLessThan: { amount: '0.01', currency: 'GBP' } }, change.version);
async function apply(change: Change): Promise<Change> {
  for (let done = false; !done;) done = unwrap(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(AllocationApplication).step(tx, asSystem, change.id))).done;
  return read<Change>(`/v1/changes/${change.id}`);
}
async function share(scene: Scene, body: object): Promise<{ change: Change; run: Run }> {
  const change = await propose(scene, body);
  expect(change.status).toBe(202);
  const run = await rehearse(change.body);
  expect((await approve('financeApprover', change.body, run)).status).toBe(201);
  return { change: await apply(change.body), run };
}

const grossOf = ({ entitlements }: Claim): string[] => entitlements.map(({ gross }) => gross.amount);
const again = (claims: readonly Claim[]): Promise<Claim[]> => Promise.all(claims.map(({ id }) => claimOf(world, id)));
const holds = async ({ id }: Claim): Promise<string[]> => (await owner.query<{ kind: string }>('SELECT kind FROM claim_hold WHERE claim_id = $1 AND released_at IS NULL', [id])).rows.map(({ kind }) => kind);
const lettersOf = async (claim: Claim): Promise<string[]> => (await owner.query<{ template: string }>('SELECT template FROM letter WHERE about_id = $1 ORDER BY id', [claim.id])).rows.map(({ template }) => template);
/** The newest decision in its words. */
const decisionLetter = async ({ id }: Claim): Promise<string> => (await owner.query<{ body: string }>('SELECT body::text AS body FROM decision_letter WHERE claim_id = $1 ORDER BY n DESC LIMIT 1', [id])).rows[0]?.body ?? '';
const balances = async ({ fundId }: Scene): Promise<Record<string, string>> =>
  Object.fromEntries((await read<{ items: { account: string; amount: string }[] }>(`/v1/funds/${fundId}/balances`)).items.filter(({ amount }) => amount !== '0.00').map(({ account, amount }) => [account, amount]));
const sweep = (): Promise<unknown> => world.app.get(Jobs).sweep(FUND_HOLDS);

describe('a fund that is shared', () => {
  let scene: Scene;
  let claims: Claim[];
  let waiting: Claim;
  let drafts: { id: string; version: number }[];

  it('grants points: the claim is offered under a hold, can be objected to and not accepted, and nothing is reserved', async () => {
    scene = await openFund('shared-fund', '200.00', '{ mode: shared, keptBack: 40% }');
    claims = [await decided(scene), await decided(scene), await decided(scene)];
    waiting = await filed(scene, 'pull');
    drafts = [await draftClaim(world, { schemeId: scene.schemeId, siteId: await newSite(world) }), await draftClaim(world, { schemeId: scene.schemeId, siteId: await newSite(world) })];
    for (const claim of claims) {
      expect([claim.state, claim.entitlements, await holds(claim)]).toEqual(['offered', [], ['fund']]);
      expect(claim.allowedEvents).toContain('object');
    }
    const [first] = claims as [Claim];
    expect(await cause(world, world.tokens.owner, 'accept', first, await termsOf(world, scene.schemeId))).toMatchObject({ status: 404, body: { code: 'review.offer_not_found' } });
    expect(await lettersOf(first)).toContain('claim.decided');
    expect(await decisionLetter(first)).toContain('In full, your claim comes to £42.00.');
    expect(await balances(scene)).toEqual({ funding: '-200.00', available: '200.00' });
    expect((await sweep(), await holds(first))).toEqual(['fund']);
  });

  it('is shared only when its schemes have closed, by somebody of finance, in a way that was stated', async () => {
    const { body: change } = await propose(scene, { stage: 'final' });
    expect(await post('preparer', `/v1/changes/${change.id}/runs`)).toMatchObject({ status: 409, body: { code: 'changes.fund_open', params: { scheme: 'shared-fund' } } });
    expect(await propose(scene, { stage: 'final' })).toMatchObject({ status: 409, body: { code: 'changes.fund_in_use' } });
    expect((await post('preparer', `/v1/changes/${change.id}/withdrawals`, undefined, change.version)).status).toBe(201);
    expect(await propose(scene, { stage: 'final', keptBack: '10%' })).toMatchObject({ status: 422, body: { code: 'changes.kept_back' } });
    for (const keptBack of ['0', '100%', 'half']) expect(await propose(scene, { stage: 'interim', keptBack })).toMatchObject({ status: 422, body: { code: 'changes.kept_back' } });
    expect(await propose({ ...scene, fundId: world.world.fundId }, { stage: 'final' })).toMatchObject({ status: 409, body: { code: 'changes.fund_not_shared' } });
    expect((await world.as('policyAuthor', 'POST', `/v1/funds/${scene.fundId}/allocations`, { body: { stage: 'final' } })).body).toMatchObject({ code: 'changes.not_yours' });
  });

  it('gives a first share: entitlement 1, reserved, the hold lifted, told with factor and why', async () => {
    await pass(8);
    const { change, run } = await share(scene, { stage: 'interim', keptBack: '70%' });
    expect(run.report).toMatchObject({ claims: 3, afterMinor: '6000', sharing: { sharedMinor: '6000', keptMinor: '14000', leftMinor: '0', tiers: [{ factor: '10/21' }], undecided: { claims: 1 } } });
    expect(change).toMatchObject({ state: 'applied', application: { done: 3, verdicts: { shared: 3 } } });
    claims = await again(claims);
    for (const claim of claims) expect([claim.state, grossOf(claim), await holds(claim)]).toEqual(['offered', ['20.00'], []]);
    expect(await balances(scene)).toEqual({ funding: '-200.00', available: '140.00', reserved: '60.00' });
    const [first] = claims as [Claim];
    const { rows: [told] } = await owner.query<{ kind: string; n: number }>('SELECT kind, entitlement_no AS n FROM decision_notice WHERE claim_id = $1 ORDER BY id DESC LIMIT 1', [first.id]);
    expect(told).toEqual({ kind: 'offer', n: 1 });
    expect(await decisionLetter(first)).toContain('Each gets 47.61 % (10/21) of what it comes to; this claim comes to 42.00 GBP in full.');
    expect(first.determinations.at(-1)).toMatchObject({ stage: 'allocation', outcome: 'award', reasons: [{ code: 'fund_share' }] });
    const { body: { token } } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE.owner.email, password: DEMO_PASSWORD } });
    expect((await cause(world, token, 'accept', first, await termsOf(world, scene.schemeId))).status).toBe(201);
  });

  it('is shared for good when what is not decided is within what is kept back: a share given before is never lowered, and an accepted claim stays accepted', async () => {
    const { body: change } = await propose(scene, { stage: 'final' });
    const run = await rehearse(change);
    expect(run.report).toMatchObject({ claims: 3, afterMinor: '12000', sharing: { sharedMinor: '12000', keptMinor: '8000', tiers: [{ factor: '20/21' }], undecided: { claims: 1, minor: '4200' } } });
    expect(await approve('preparer', change, run)).toMatchObject({ status: 403 });
    expect(await approve('financeApprover', change, { n: run.n, digest: 'a'.repeat(64) })).toMatchObject({ status: 422, body: { code: 'changes.digest_differs' } });
    expect((await approve('financeApprover', change, run)).status).toBe(201);
    expect(await apply(change)).toMatchObject({ state: 'applied', application: { verdicts: { shared: 3 } } });
    claims = await again(claims);
    expect(claims.map((claim) => [claim.state, grossOf(claim)])).toEqual([['accepted', ['20.00', '40.00']], ['offered', ['20.00', '40.00']], ['offered', ['20.00', '40.00']]]);
    expect(await balances(scene)).toEqual({ funding: '-200.00', available: '80.00', reserved: '120.00' });
    expect(await propose(scene, { stage: 'final' })).toMatchObject({ status: 409, body: { code: 'changes.fund_shared_already' } });
    const { items } = await read<{ items: { n: number; stage: string; shared: { amount: string } }[] }>(`/v1/funds/${scene.fundId}/allocations`);
    expect(items.map(({ n, stage, shared }) => [n, stage, shared.amount])).toEqual([[2, 'final', '120.00'], [1, 'interim', '60.00']]);
  });

  it('gives what comes late the same factor from what was kept back, as often as there is something left', async () => {
    const award = async ({ id }: { id: string }): Promise<Claim> => {
      const claim = await claimOf(world, id);
      return step('award', await step('recommend', claim.state === 'submitted' ? await step('pull', claim) : claim));
    };
    const late = await award(waiting);
    for (const draft of drafts) expect((await submit(world, draft)).status).toBe(201);
    const [next, last] = [await award(drafts[0] as Claim), await award(drafts[1] as Claim)];
    expect([late.state, await holds(late)]).toEqual(['offered', ['fund']]);
    await sweep();
    expect([grossOf(await claimOf(world, late.id)), await holds(late)]).toEqual([['40.00'], []]);
    expect(grossOf(await claimOf(world, next.id))).toEqual(['40.00']);
    expect([grossOf(await claimOf(world, last.id)), await holds(last)]).toEqual([[], ['fund']]);
    expect(await balances(scene)).toEqual({ funding: '-200.00', reserved: '200.00' });
  });
});

describe('a first share that lapses', () => {
  const lapse = async ({ id }: Claim): Promise<void> => {
    const lapsed = await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      const claim = unwrap(await world.app.get(ClaimLifecycle).locked(tx, id));
      return ok(await world.app.get(OfferEnds).lapse(tx, asSystem, claim, 1));
    });
    expect(lapsed).toEqual(ok(true));
  };
  const takeUp = (claim: Claim) => cause(world, world.tokens.owner, 'take_up_again', claim);

  it('leaves the sharing, goes to the others, and is taken up again at their factor from what was kept back, never while the fund is being shared', async () => {
    const scene = await openFund('lapsing-fund', '100.00', '{ mode: shared, keptBack: 40% }');
    const [first, second, third, fourth] = [await decided(scene), await decided(scene), await decided(scene), await decided(scene)];
    await pass(8);
    await share(scene, { stage: 'interim', keptBack: '70%' });
    for (const claim of [third, fourth]) await lapse(claim);
    expect((await again([first, second, third, fourth])).map((claim) => [claim.state, grossOf(claim)])).toEqual([['offered', ['7.50']], ['offered', ['7.50']], ['expired', ['7.50']], ['expired', ['7.50']]]);
    expect(await balances(scene)).toEqual({ funding: '-100.00', available: '85.00', reserved: '15.00' });
    const { body: change } = await propose(scene, { stage: 'final' });
    const run = await rehearse(change);
    expect(run.report).toMatchObject({ claims: 2, sharing: { sharedMinor: '6000', keptMinor: '4000', leftMinor: '0', tiers: [{ factor: '5/7' }] } });
    expect((await approve('financeApprover', change, run)).status).toBe(201);
    expect(await takeUp(await claimOf(world, third.id))).toMatchObject({ status: 409, body: { code: 'review.fund_being_shared' } });
    expect(await apply(change)).toMatchObject({ state: 'applied', application: { verdicts: { shared: 2 } } });
    expect((await takeUp(await claimOf(world, third.id))).status).toBe(201);
    expect((await takeUp(await claimOf(world, fourth.id))).status).toBe(201);
    const after = await again([first, second, third, fourth]);
    expect(after.map((claim) => [claim.state, grossOf(claim)])).toEqual([['offered', ['7.50', '30.00']], ['offered', ['7.50', '30.00']], ['offered', ['7.50', '30.00']], ['offered', ['7.50']]]);
    expect(await balances(scene)).toEqual({ funding: '-100.00', available: '2.50', reserved: '97.50' });
    // Of the share one letter tells, of the offer that stands again another.
    expect([await decisionLetter(after[2] as Claim), (await lettersOf(after[3] as Claim)).at(-1)]).toEqual([expect.stringContaining('71.42 % (5/7)'), 'claim.offered']);
  });

  it('is back in the sharing when it is taken up before the fund is shared for good', async () => {
    const scene = await openFund('returning-fund', '100.00', '{ mode: shared, keptBack: 40% }');
    const claims = [await decided(scene), await decided(scene)] as [Claim, Claim];
    await pass(8);
    await share(scene, { stage: 'interim', keptBack: '90%' });
    await lapse(claims[1]);
    expect((await takeUp(await claimOf(world, claims[1].id))).status).toBe(201);
    const { run } = await share(scene, { stage: 'final' });
    expect([run.report.claims, (await again(claims)).map(grossOf)]).toEqual([2, [['5.00', '30.00'], ['5.00', '30.00']]]);
  });

  it('is not taken up again behind the back of whoever approves how the fund is shared', async () => {
    const scene = await openFund('racing-fund', '100.00', '{ mode: shared, keptBack: 40% }');
    const claims = [await decided(scene), await decided(scene), await decided(scene)] as [Claim, Claim, Claim];
    await pass(8);
    await share(scene, { stage: 'interim', keptBack: '70%' });
    await lapse(claims[2]);
    const { body: change } = await propose(scene, { stage: 'final' });
    const [run, lapsed] = [await rehearse(change), await claimOf(world, claims[2].id)];
    const done: string[] = [];
    const note = async <T>(who: string, asked: Promise<T>): Promise<T> => asked.then((answer) => { done.push(who); return answer; });
    const both = await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      expect(await world.app.get(FundAllocations).hold(tx, scene.fundId)).toBe('interim');
      const asked = [note('approval', approve('financeApprover', change, run)), note('renewal', takeUp(lapsed))] as const;
      await new Promise((resume) => setTimeout(resume, 500));
      expect(done).toEqual([]);
      return ok(asked);
    });
    const answers = await Promise.all(unwrap(both));
    expect([[201, 409], [409, 201]]).toContainEqual(answers.map(({ status }) => status));
  });
});

describe('points that rise', () => {
  it('before the allocation are points, after it at once a share at its factor, within what is left', async () => {
    const scene = await openFund('rising-fund', '100.00', '{ mode: shared, keptBack: 20% }');
    const [early, late] = [await decided(scene), await decided(scene)];
    const objected = await step('object', early);
    const upheld = await step('upheld', objected);
    expect([upheld.state, upheld.entitlements, await holds(upheld)]).toEqual(['offered', [], ['fund']]);
    expect(await lettersOf(upheld)).toContain('claim.objection_decided-points');
    await pass(8);
    const { run } = await share(scene, { stage: 'final' });
    expect(run.report.sharing).toMatchObject({ sharedMinor: '8000', keptMinor: '2000', tiers: [{ factor: '20/23' }] });
    expect((await again([early, late])).map(grossOf)).toEqual([['43.48'], ['36.52']]);
    const rising = await step('upheld', { ...(await step('object', await claimOf(world, late.id))), entitlements: [] });
    expect([rising.state, grossOf(rising)]).toEqual(['offered', ['36.52', '43.47']]);
    expect(await balances(scene)).toEqual({ funding: '-100.00', available: '13.05', reserved: '86.95' });
  });
});

describe('a rule with a minimum', () => {
  it('pays those below it nothing: their claim ends with a letter that says so', async () => {
    const scene = await openFund('minimum-fund', '50.00', '{ mode: shared, minimum: { amount: "20.00", passes: once }, tiers: [{ key: all, most: "1" }] }');
    const [large, other] = [await decided(scene), await decided(scene)];
    const small = await filed(scene, 'pull');
    const put = await call(world.url, 'POST', `/v1/claims/${small.id}/overrides`, { token: world.tokens.reviewer, body: { step: 'tariff', amount: { amount: '18.00', currency: 'GBP' }, reason: 'judged_on_its_own' }, ...ifMatch(small.version) });
    expect(put.status).toBe(201);
    const nothing = await step('award', await step('recommend', await claimOf(world, small.id)));
    await pass(8);
    await share(scene, { stage: 'final' });
    expect((await again([large, other])).map(grossOf)).toEqual([['25.00'], ['25.00']]);
    const ended = await claimOf(world, nothing.id);
    expect([ended.state, ended.entitlements, await holds(ended)]).toEqual(['rejected', [], []]);
    expect(ended.determinations.at(-1)).toMatchObject({ stage: 'allocation', outcome: 'nil', reasons: [{ code: 'fund_share_below_minimum' }] });
  });
});

describe('an allocation', () => {
  it('of a fund larger than all claims is refused in words, unless its rule says what becomes of the rest', async () => {
    const scene = await openFund('large-fund', '500.00', '{ mode: shared }');
    await decided(scene);
    await pass(8);
    const { body: change } = await propose(scene, { stage: 'final' });
    expect(await post('preparer', `/v1/changes/${change.id}/runs`)).toMatchObject({ status: 409, body: { code: 'sharing.fund_exceeds_claims', params: { left: '458.00' } } });
  });

  it('is stale when a claim was decided since, and waits while more is undecided than is kept back', async () => {
    const scene = await openFund('stale-fund', '100.00', '{ mode: shared, keptBack: 60% }');
    await decided(scene);
    const [open, since] = [await filed(scene, 'pull'), await filed(scene, 'pull')];
    await pass(8);
    const { body: change } = await propose(scene, { stage: 'final' });
    expect(await post('preparer', `/v1/changes/${change.id}/runs`)).toMatchObject({ status: 409, body: { code: 'changes.fund_undecided', params: { claims: 2, amount: '84.00', kept: '60.00' } } });
    await step('withdraw', open);
    const run = await rehearse(change);
    expect(run.report.sharing).toMatchObject({ sharedMinor: '4000', keptMinor: '6000', tiers: [{ factor: '20/21' }] });
    const { id } = await step('award', await step('recommend', since));
    expect(await approve('financeApprover', change, run)).toMatchObject({ status: 409, body: { code: 'changes.run_stale', params: { changed: ['the claims'] } } });
    const second = await rehearse(change);
    expect((await approve('financeApprover', change, second)).status).toBe(201);
    await step('withdraw', await claimOf(world, id));
    expect(await apply(change)).toMatchObject({ application: { verdicts: { shared: 1, ended_since: 1 } } });
    expect(await balances(scene)).toEqual({ funding: '-100.00', available: '80.00', reserved: '20.00' });
  });
});
