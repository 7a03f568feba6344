import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OffersNobodyWasToldOf2026112810130 } from '../../migrations/202611281013-offers-nobody-was-told-of.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { ClaimHolds, ClaimLifecycle } from '../../src/modules/claims/index.js';
import { CLAIM_DIGESTS } from '../../src/modules/claim-batches/claim-digests.service.js';
import { LAPSES } from '../../src/modules/review/offers/offer-lapses.job.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { ok } from '../../src/core/errors/index.js';
import { addDays, dateAt, formatInstant, HOUR, startOf, type Instant } from '../../src/core/time/index.js';
import { newAgency, openedByAgent } from '../support/agents.js';
import { call, FixedClock, type Answer } from '../support/app.js';
import { cause, claimAt, newPerson, REQUESTS, termsOf, type Claim, type RequestedEvent } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem, at } from '../support/lower-floors.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

interface Seen extends Claim {
  readonly offer?: { readonly n: number; readonly standsUntil?: string; readonly objectUntil?: string };
  readonly objectUntil?: string;
  readonly objections: readonly { readonly n: number; readonly level: number; readonly outcome?: string; readonly onAccount: boolean; readonly outside?: true }[];
}
type Verdict = Record<string, unknown>;

const DAY = 24 * HOUR;
const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;
/** People beside those of the demo; everybody signs in anew when time has passed. */
const emails: Record<string, string> = Object.fromEntries(Object.entries(DEMO_PEOPLE).map(([name, { email }]) => [name, email]));
const tokens = new Map<string, string>();

const tokenOf = async (person: string): Promise<string> => {
  const known = tokens.get(person);
  if (known !== undefined) return known;
  const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: emails[person], password: DEMO_PASSWORD } });
  tokens.set(person, body.token);
  return body.token;
};

/** Time passes to an instant, and what has fallen due is done. */
async function until(instant: Instant): Promise<void> {
  clock.moveTo(instant);
  tokens.clear();
  Object.assign(world.tokens, { owner: await tokenOf('owner'), reviewer: await tokenOf('reviewer'), approver: await tokenOf('approver') });
  await world.app.get(Jobs).sweep(LAPSES);
}

const later = (ms: number): Promise<void> => until((clock.now() + ms) as Instant);
/** The midnight in London that ends the day so many days from now, less one. */
const midnightIn = (days: number): string => formatInstant(startOf(addDays(dateAt(clock.now(), 'Europe/London'), days), 'Europe/London'));
const seen = async (id: string): Promise<Seen> => (await world.as<Seen>('reviewer', 'GET', `/v1/claims/${id}`)).body;
const does = async (person: string, event: RequestedEvent, id: string): Promise<Answer> => cause(world, await tokenOf(person), event, await seen(id), await termsOf(world));
const decides = async (person: string, id: string, verdict: Verdict): Promise<Answer> => {
  const { version, objections } = await seen(id);
  return call(world.url, 'POST', `/v1/claims/${id}/objections/${objections.at(-1)?.n ?? 1}/decisions`, { token: await tokenOf(person), body: verdict, ...ifMatch(version) });
};
const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
const refused = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend_refusal', world.tokens.reviewer], ['refuse', world.tokens.approver]);
const letters = async (id: string): Promise<string[]> =>
  (await owner.query<{ template: string }>('SELECT template FROM letter WHERE about_kind = \'claim\' AND about_id = $1 ORDER BY id', [id])).rows.map(({ template }) => template);
/** The tariff gives this claim £42.00; a person may put another figure. */
const put = (amount: string): Verdict => ({ step: 'tariff', amount: { amount, currency: 'GBP' }, reason: 'judged_on_its_own' });
const uphold = (amount: string): Verdict => ({ outcome: 'upheld', figure: put(amount), amount: { amount, currency: 'GBP' } });
const DISMISS = { outcome: 'dismissed', reasons: ['objection_figures_right'] };
/** Whoever lifts what was held for fraud. */
let lifter: string;
const held = (id: string, kind: 'legal' | 'fraud', act: 'place' | 'release'): Promise<unknown> => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
  const claim = await world.app.get(ClaimLifecycle).locked(tx, id);
  if (!claim.ok) return claim;
  const holds = world.app.get(ClaimHolds);
  return ok(act === 'place' ? await holds.place(tx, asSystem, claim.value, { kind }) : await holds.release(tx, asSystem, id, { kind, by: { userId: lifter, reason: 'clear' } }));
});

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 90 * 86_400 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  lifter = (await newPerson(world, ['supervisor'])).id;
  for (const name of ['fresh', 'fresher', 'freshest', 'reducer']) emails[name] = (await newPerson(world, ['approver'])).email;
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

describe('an offer', () => {
  it('stands from the arrival of its letter to a midnight at the place of business, is remembered, and lapses; silence accepts nothing', async () => {
    const { id } = await offered();
    await owner.query('UPDATE letter SET state = \'bounced\', fault = \'unknown\' WHERE about_id = $1 AND template = \'claim.offered\'', [id]);
    expect((await seen(id)).offer).toEqual({ n: 1 });
    await later(60 * DAY);
    expect((await seen(id)).state).toBe('offered');
    await owner.query('UPDATE letter SET state = \'sent\', fault = NULL, settled_at = $2 WHERE about_id = $1 AND template = \'claim.offered\'', [id, formatInstant(clock.now())]);
    const arrived = clock.now();
    expect(formatInstant(arrived)).toBe('2027-01-23T12:00:00.000Z');
    expect((await seen(id)).offer).toEqual({ n: 1, standsUntil: '2027-02-23T00:00:00.000Z', objectUntil: '2027-02-23T00:00:00.000Z' });
    await until(at('2027-02-19T23:59:00Z'));
    expect(await letters(id)).not.toContain('claim.offer_reminder');
    await until(at('2027-02-20T00:01:00Z'));
    await later(HOUR);
    expect((await letters(id)).filter((template) => template === 'claim.offer_reminder')).toHaveLength(1);
    await until(at('2027-02-22T23:59:59Z'));
    expect((await seen(id)).state).toBe('offered');
    await until(at('2027-02-23T00:00:00Z'));
    expect(await seen(id)).toMatchObject({ state: 'expired', entitlements: [{ n: 1 }] });
    expect((await letters(id)).at(-1)).toBe('claim.offer_lapsed');
    expect((await does('owner', 'accept', id)).status).toBe(409);
    // It can be taken up again, as often as it lapses, and then it is a real offer.
    expect((await does('owner', 'take_up_again', id)).status).toBe(201);
    expect((await seen(id)).offer?.standsUntil).toBe(midnightIn(31));
    // That is no new decision: its time to object is over.
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.too_late');
    await later(31 * DAY);
    expect((await seen(id)).state).toBe('expired');
    expect((await does('owner', 'take_up_again', id)).status).toBe(201);
    expect((await does('owner', 'accept', id)).status).toBe(201);
  });

  it('does not lapse under a hold or while an objection is open, and then has as much time as it had', async () => {
    const { id } = await offered();
    await later(10 * DAY);
    const before = Date.parse((await seen(id)).offer?.standsUntil ?? '');
    await held(id, 'legal', 'place');
    await later(40 * DAY);
    expect((await seen(id)).state).toBe('offered');
    expect((await does('owner', 'accept', id)).body['code']).toBe('claims.held');
    await held(id, 'legal', 'release');
    expect(Date.parse((await seen(id)).offer?.standsUntil ?? '') - before).toBe(40 * DAY);
    // The time to object does not wait for a hold.
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.too_late');
    const other = await offered();
    expect((await does('owner', 'object', other.id)).status).toBe(201);
    await later(90 * DAY);
    expect((await seen(other.id)).state).toBe('offered');
    expect((await decides('fresh', other.id, DISMISS)).status).toBe(201);
    const left = Date.parse((await seen(other.id)).offer?.standsUntil ?? '') - clock.now();
    expect(left).toBeGreaterThan(29 * DAY);
    expect(left).toBeLessThan(31 * DAY);
    await later(32 * DAY);
    expect((await seen(other.id)).state).toBe('expired');
  });

  it('that lapses within the days of a reminder is named to its agent each day with the last day to take it, though nothing happened; not one that is stopped', async () => {
    const [first, second, stopped, objected] = [await offered(), await offered(), await offered(), await offered()];
    Object.assign(world.tokens, { administrator: await tokenOf('administrator') });
    const agency = await newAgency(world);
    const { mandate } = await openedByAgent(world, agency);
    // As if the agent had filed for a business that confirmed it: that an offer waits for that is told elsewhere.
    const admin = new Client({ connectionString: world.database.adminUrl });
    await admin.connect();
    await admin.query('SET session_replication_role = replica');
    await admin.query('UPDATE mandate SET state = \'confirmed\', confirmed_at = asserted_at, confirmed_by = asserted_by WHERE id = $1', [mandate.id]);
    await admin.query('UPDATE claim SET mandate_id = $2 WHERE id = ANY ($1)', [[first, second, stopped, objected].map(({ id }) => id), mandate.id]);
    await admin.end();
    const digests = async (): Promise<string[]> => {
      await world.app.get(Jobs).sweep(CLAIM_DIGESTS);
      return (await owner.query<{ plain: string }>('SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = $1 AND l.template = \'claims.digest\' ORDER BY l.id', [agency.agentId])).rows.map(({ plain }) => plain);
    };
    const last = (Date.parse((await seen(second.id)).offer?.standsUntil ?? '') - 1) as Instant;
    await later(HOUR);
    await until((last - 4 * DAY) as Instant);
    const before = await digests();
    await until((last - 2 * DAY) as Instant);
    await held(stopped.id, 'legal', 'place');
    expect((await does('owner', 'object', objected.id)).status).toBe(201);
    expect((await does('owner', 'accept', first.id)).status).toBe(201);
    const listed = async (): Promise<boolean> => (await call<{ items: { id: string }[] }>(world.url, 'GET', '/v1/queues/objections/claims?limit=200', { token: await tokenOf('reviewer') })).body.items.some(({ id }) => id === objected.id);
    expect(await listed()).toBe(true);
    await digests();
    await until((last - DAY) as Instant);
    const after = (await digests()).slice(before.length + 1);
    expect(before).toEqual([]);
    expect(after).toHaveLength(1);
    expect(after[0]).toContain(`Offers that lapse soon, each with the last day to take it: 1 (${second.reference}: ${formatInstant(last).slice(0, 10)})`);
    await held(stopped.id, 'legal', 'release');
    expect((await decides('fresh', objected.id, DISMISS)).status).toBe(201);
    expect(await listed()).toBe(false);
  });

  it('is not taken up again by who may not sign, nor where there never was one', async () => {
    const { id } = await offered();
    await later(32 * DAY);
    const claim = await seen(id);
    expect((await cause(world, await tokenOf('reviewer'), 'take_up_again', claim)).status).toBe(403);
    expect((await does('owner', 'object', id)).status).toBe(409);
    const { path } = REQUESTS.take_up_again(claim);
    expect((await call(world.url, 'POST', `/v1/claims/${id}/${path.replace('1', '7')}`, { token: await tokenOf('owner'), ...ifMatch(claim.version) })).body['code']).toBe('review.offer_not_found');
    expect((await does('owner', 'take_up_again', id)).status).toBe(201);
  });
});

describe('an offer that nobody was told of', () => {
  const noticesOf = async (id: string) => (await owner.query<{ kind: string; letters: number }>('SELECT kind, cardinality(letter_ids) AS letters FROM decision_notice WHERE claim_id = $1 ORDER BY id', [id])).rows;

  it('from before there were letters gets its notice by the migration, once, is then written about, and has all its time from there', async () => {
    const [{ id }, other] = [await offered(), await refused()];
    await owner.query('DELETE FROM decision_notice WHERE claim_id = ANY ($1)', [[id, other.id]]);
    const migration = new OffersNobodyWasToldOf2026112810130();
    for (let time = 0; time < 2; time += 1) await migration.up({ query: (sql: string) => owner.query(sql) } as never);
    expect([await noticesOf(id), await noticesOf(other.id)]).toEqual([[{ kind: 'offer', letters: 0 }], []]);
    await owner.query('UPDATE decision_notice SET look_at = $2 WHERE claim_id = $1', [id, formatInstant(clock.now())]);
    expect((await seen(id)).offer).toEqual({ n: 1 });
    await later(40 * DAY);
    await later(HOUR);
    expect(await noticesOf(id)).toEqual([{ kind: 'offer', letters: 0 }, { kind: 'offer', letters: 1 }]);
    await later(29 * DAY);
    expect((await seen(id)).state).toBe('offered');
    await later(2 * DAY);
    expect((await seen(id)).state).toBe('expired');
  });

  it('because its business had no owner waits, and is told once there is one', async () => {
    const { id } = await offered();
    await owner.query('UPDATE decision_notice SET letter_ids = \'{}\' WHERE claim_id = $1', [id]);
    const owners = async (active: boolean): Promise<void> => {
      await owner.query('UPDATE app_user SET active = $2, version = version + 1 WHERE id IN (SELECT m.user_id FROM membership m JOIN claim c ON c.merchant_id = m.merchant_id WHERE c.id = $1)', [id, active]);
    };
    await owners(false);
    clock.advance(DAY);
    for (let look = 0; look < 2; look += 1) {
      await world.app.get(Jobs).sweep(LAPSES);
      clock.advance(HOUR);
    }
    expect(await noticesOf(id)).toEqual([{ kind: 'offer', letters: 0 }]);
    await owners(true);
    await later(DAY);
    expect((await noticesOf(id)).at(-1)).toEqual({ kind: 'offer', letters: 1 });
    expect((await seen(id)).offer?.standsUntil).toBe(midnightIn(31));
  });
});

describe('a higher offer', () => {
  it('of an upheld objection has the whole of its time, from the arrival of a letter that names its last day', async () => {
    const { id } = await offered();
    await later(29 * DAY);
    expect((await does('owner', 'object', id)).status).toBe(201);
    expect((await decides('fresh', id, uphold('70.00'))).status).toBe(201);
    expect((await seen(id)).offer).toEqual({ n: 2, standsUntil: midnightIn(31), objectUntil: midnightIn(31) });
    const { rows: [letter] } = await owner.query<{ plain: string }>('SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = $1 AND l.template = \'claim.objection_decided-offer\'', [id]);
    const lastDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/London' }).format(clock.now() + 30 * DAY);
    expect(letter?.plain).toContain(lastDay);
    await later(30 * DAY);
    expect((await seen(id)).state).toBe('offered');
    await later(DAY);
    expect((await seen(id)).state).toBe('expired');
  });
});

describe('a reduction', () => {
  /** Proposed, heard, and decided by two who are not otherwise asked here. */
  const reduced = async (id: string, amount: string | undefined): Promise<Answer> => {
    const send = async (person: string, path: string, body: object): Promise<Answer> =>
      call(world.url, 'POST', `/v1/claims/${id}/reductions${path}`, { token: await tokenOf(person), body, ...ifMatch((await seen(id)).version) });
    expect((await send('reviewer', '', { reason: 'granted_in_error', text: 'Counted twice.', ...(amount === undefined ? {} : { amount: { amount, currency: 'GBP' } }) })).status).toBe(201);
    await later(15 * DAY);
    return send('reducer', '/1/decisions', { outcome: 'reduce', note: 'So it is.' });
  };

  it('is objected to as any decision, also where all was accepted: in time from its letter, twice, and decided by none who made it', async () => {
    const { id } = await offered();
    expect((await does('owner', 'accept', id)).status).toBe(201);
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.accepted_in_full');
    expect((await reduced(id, '10.00')).status).toBe(201);
    await later(29 * DAY);
    expect((await seen(id)).objectUntil).toBe(midnightIn(2));
    expect((await does('owner', 'object', id)).status).toBe(201);
    expect(await seen(id)).toMatchObject({ state: 'accepted', objections: [{ n: 1, level: 1 }] });
    for (const who of ['reducer', 'approver']) expect((await decides(who, id, uphold('42.00'))).body['code']).toBe('identity.duty_conflict');
    expect((await decides('fresh', id, { outcome: 'upheld', amount: { amount: '42.00', currency: 'GBP' } })).status).toBe(201);
    expect(await seen(id)).toMatchObject({ state: 'accepted', entitlements: [{ n: 1 }, { n: 2, gross: { amount: '10.00' } }, { n: 3, gross: { amount: '42.00' } }] });
    expect((await does('owner', 'object', id)).status).toBe(201);
    expect((await decides('fresher', id, DISMISS)).status).toBe(201);
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.no_level_left');
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('of an offer begins both times anew, whatever was objected to before; to nothing it is a refusal that can be objected to', async () => {
    const [less, none] = [(await offered()).id, (await offered()).id];
    for (const level of [1, 2]) {
      expect((await does('owner', 'object', less)).status).toBe(201);
      expect((await decides(level === 1 ? 'fresh' : 'fresher', less, DISMISS)).status).toBe(201);
    }
    expect((await does('owner', 'object', less)).body['code']).toBe('objections.no_level_left');
    expect((await reduced(less, '10.00')).body).toMatchObject({ state: 'offered' });
    expect((await seen(less)).offer).toEqual({ n: 2, standsUntil: midnightIn(31), objectUntil: midnightIn(31) });
    expect((await does('owner', 'object', less)).status).toBe(201);
    expect((await seen(less)).objections.at(-1)).toMatchObject({ n: 3, level: 1 });
    expect((await reduced(none, undefined)).body).toMatchObject({ state: 'rejected' });
    expect((await does('owner', 'object', none)).status).toBe(201);
    expect((await decides('freshest', none, { outcome: 'upheld', amount: { amount: '42.00', currency: 'GBP' } })).status).toBe(201);
    expect(await seen(none)).toMatchObject({ state: 'offered', offer: { n: 3, standsUntil: midnightIn(31) } });
    expect((await decides('freshest', less, DISMISS)).status).toBe(201);
    await later(32 * DAY);
    expect((await does('owner', 'object', less)).status).toBe(409);
    expect(await brokenPromises(owner)).toEqual([]);
  });
});

/** Of the latest decision, as its owner reads it. */
async function letterOf(id: string): Promise<string> {
  const { rows: [last] } = await owner.query<{ n: number }>('SELECT max(n) AS n FROM determination WHERE claim_id = $1', [id]);
  return JSON.stringify((await call(world.url, 'GET', `/v1/claims/${id}/determinations/${last?.n ?? 0}/letter`, { token: await tokenOf('owner') })).body);
}

describe('taken on account', () => {
  it('is paid now without a release, keeps the rest open, and rises by an upheld objection as accepted', async () => {
    const { id } = await offered();
    const termsHash = await termsOf(world);
    const take = async (body: object): Promise<Answer> => call(world.url, 'POST', `/v1/claims/${id}/offers/1/acceptances`, { token: await tokenOf('owner'), body: { termsHash, ...body }, ...ifMatch((await seen(id)).version) });
    expect((await take({ kind: 'on_account' })).body['code']).toBe('review.objection_missing');
    expect((await take({ kind: 'on_account', grounds: ['sales'], text: 'More.', releaseHash: 'a'.repeat(64) })).body['code']).toBe('review.release_not_asked');
    expect((await take({ kind: 'in_full', grounds: ['sales'] })).body['code']).toBe('review.objection_not_asked');
    expect((await take({ kind: 'on_account', grounds: ['weather'], text: 'More.' })).body['code']).toBe('objections.ground_unknown');
    expect((await does('owner', 'accept_on_account', id)).status).toBe(201);
    expect(await seen(id)).toMatchObject({ state: 'accepted', objections: [{ n: 1, level: 1, onAccount: true }] });
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.open_already');
    // Who touched it decides nothing; nor does a person decide a figure they did not see, or a lower one.
    for (const who of ['approver'] as const) expect((await decides(who, id, DISMISS)).body['code']).toBe('identity.duty_conflict');
    expect((await decides('reviewer', id, DISMISS)).status).toBe(403);
    expect((await decides('fresh', id, { outcome: 'upheld', amount: { amount: '42.00', currency: 'GBP' } })).body).toMatchObject({ code: 'objections.not_higher', params: { amount: '42.00', granted: '42.00' } });
    expect((await decides('fresh', id, uphold('40.00'))).body['code']).toBe('objections.not_higher');
    expect((await decides('fresh', id, { outcome: 'upheld', figure: put('50.00') })).body).toMatchObject({ code: 'objections.amount_differs', params: { amount: '50.00' } });
    expect((await decides('fresh', id, { outcome: 'dismissed', reasons: [] })).body['code']).toBe('objections.reasons_missing');
    expect((await decides('fresh', id, { outcome: 'dismissed', reasons: ['nonsense'] })).body['code']).toBe('objections.reason_unknown');
    await held(id, 'fraud', 'place');
    expect((await decides('fresh', id, uphold('50.00'))).body['code']).toBe('claims.held');
    await held(id, 'fraud', 'release');
    expect((await decides('fresh', id, uphold('50.00'))).status).toBe(201);
    expect(await seen(id)).toMatchObject({ state: 'accepted', entitlements: [{ n: 1, gross: { amount: '42.00' } }, { n: 2, gross: { amount: '50.00' } }], objections: [{ outcome: 'upheld' }] });
    expect((await owner.query('SELECT kind, entitlement_no AS n, release_hash AS release FROM acceptance WHERE claim_id = $1 ORDER BY n', [id])).rows)
      .toEqual([{ kind: 'on_account', n: 1, release: null }, { kind: 'raised', n: 2, release: null }]);
    expect((await owner.query('SELECT payload FROM event_log WHERE topic = \'entitlement.raised\' AND aggregate_id = $1', [id])).rows)
      .toMatchObject([{ payload: { objectionNo: 1, beforeMinor: '4200', afterMinor: '5000' } }]);
    expect((await decides('fresher', id, DISMISS)).body['code']).toBe('objections.decided');
    // It was accepted before, and the clock has gone on since the decision: nobody is asked to accept the rise.
    expect(await letterOf(id)).toContain('You do not have to accept anything.');
    // The second is decided by yet another person, and then there is no third.
    expect((await does('owner', 'object', id)).status).toBe(201);
    expect((await decides('fresh', id, DISMISS)).body['code']).toBe('objections.same_person');
    await expect(owner.query('UPDATE objection SET outcome = \'dismissed\', decided_at = opened_at, decided_by = (SELECT decided_by FROM objection o WHERE o.claim_id = $1 AND o.k = 1), determination_id = (SELECT determination_id FROM objection o WHERE o.claim_id = $1 AND o.k = 1) WHERE claim_id = $1 AND k = 2', [id])).rejects.toMatchObject({ constraint: 'objection_reconsiderer_uq' });
    expect((await decides('fresher', id, DISMISS)).status).toBe(201);
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.no_level_left');
    // Its letter says what stands, and not that there was nothing.
    const letter = await letterOf(id);
    for (const said of ['The decision stands: we grant £50.00 for this claim, as before.', 'What was granted stays yours', 'This was the second objection']) expect(letter).toContain(said);
    expect(letter).not.toMatch(/grant nothing|You can object/);
    expect((await letters(id)).slice(-4)).toEqual(['claim.objection_received', 'claim.objection_decided-raised', 'claim.objection_received', 'claim.objection_decided-last']);
    await expect(owner.query('UPDATE objection SET outcome = \'upheld\' WHERE claim_id = $1', [id])).rejects.toMatchObject({ constraint: 'objection_stays_ck' });
  });

  it('in full settles the matter', async () => {
    const { id } = await offered();
    expect((await does('owner', 'accept', id)).status).toBe(201);
    expect((await does('owner', 'object', id)).body['code']).toBe('objections.accepted_in_full');
  });
});

describe('an objection', () => {
  it('to a refusal makes an offer of it, which reserves its money; too late it is not taken', async () => {
    const [first, second] = [await refused(), await refused()];
    expect(await letters(first.id)).toContain('claim.decided');
    expect((await does('owner', 'object', first.id)).status).toBe(201);
    expect((await decides('fresh', first.id, uphold('60.00'))).status).toBe(201);
    expect(await seen(first.id)).toMatchObject({ state: 'offered', offer: { n: 1 }, entitlements: [{ gross: { amount: '60.00' } }] });
    expect((await does('owner', 'accept', first.id)).status).toBe(201);
    await later(32 * DAY);
    const late = await does('owner', 'object', second.id);
    expect(late).toMatchObject({ status: 409, body: { code: 'objections.too_late' } });
  });

  it('to an offer that was declined offers more, with the money that had gone back', async () => {
    const { id } = await offered();
    expect((await does('owner', 'decline', id)).status).toBe(201);
    expect((await does('owner', 'object', id)).status).toBe(201);
    expect((await decides('fresh', id, uphold('55.00'))).status).toBe(201);
    expect(await seen(id)).toMatchObject({ state: 'offered', offer: { n: 2 } });
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('names a stretch of time of a service of the claim, and waits in the queue', async () => {
    const { id } = await offered();
    const object = async (contested: object): Promise<Answer> => call(world.url, 'POST', `/v1/claims/${id}/objections`, {
      token: await tokenOf('owner'), body: { grounds: ['downtime'], text: 'From eight on.', contested }, ...ifMatch((await seen(id)).version),
    });
    const [from, to] = ['2026-10-13T08:00:00+01:00', '2026-10-13T10:20:00+01:00'];
    expect((await object({ service: 'harbourline.chat', from, to })).body['code']).toBe('objections.contested_service');
    expect((await object({ service: 'harbourline.payments', from: to, to: from })).status).toBe(422);
    expect((await object({ service: 'harbourline.payments', from, to })).status).toBe(201);
    const { body } = await world.as<{ items: { claimId: string; level: number }[] }>('reviewer', 'GET', '/v1/objections?limit=200');
    expect(body.items.filter(({ claimId }) => claimId === id)).toMatchObject([{ level: 1 }]);
    expect((await does('owner', 'withdraw', id)).status).toBe(201);
    expect((await seen(id)).objections).toMatchObject([{ outcome: 'dropped' }]);
    expect((await decides('fresh', id, DISMISS)).status).toBe(409);
  });
});
