import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { formatInstant, HOUR, MINUTE } from '../../src/core/time/index.js';
import { CapUses, ClaimLifecycle } from '../../src/modules/claims/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { FUND_HOLDS } from '../../src/modules/review/holds/fund-holds.job.js';
import { HOLD_REVIEWS } from '../../src/modules/review/holds/hold-reviews.job.js';
import { StraightThrough } from '../../src/modules/review/straight-through.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { call, FixedClock, type Answer } from '../support/app.js';
import { cause, claimAt, claimOf, daysPass, newPerson, newSite, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { actingAs, asSystem, at } from '../support/lower-floors.js';
import { draftClaim, ifMatch, openWorld, submit, type Person, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
const DAY = 24 * HOUR;
let world: World;
let application: Client;
let owner: Client;
const people: Record<'supervisor' | 'approver2' | 'financeApprover', { id: string; token: string; email: string }> = {} as never;

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  application = new Client({ connectionString: world.database.appUrl });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await Promise.all([application.connect(), owner.connect()]);
  people.supervisor = await newPerson(world, ['supervisor']);
  people.approver2 = await newPerson(world, ['approver']);
  people.financeApprover = await newPerson(world, ['finance_approver']);
});

afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await Promise.all([application.end(), owner.end()]);
  await world.close();
});

/** Time goes by, and everybody's session with it. */
async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await owner.query(`UPDATE session SET created_at = created_at + $1, last_seen_at = last_seen_at + $1, expires_at = expires_at + $1, proved_at = proved_at + $1`, [`${ms} milliseconds`]);
}
const pass = (days: number): Promise<void> => passes(days * DAY);

const asToken = <Body = Record<string, unknown>>(token: string, path: string, body: unknown, version?: number): Promise<Answer<Body>> =>
  call<Body>(world.url, 'POST', path, { token, body, ...(version === undefined ? {} : ifMatch(version)) });
const inReview = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);
const recommended = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer]);
const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
const dayIn = (days: number): string => new Date(clock.now() + days * DAY).toISOString().slice(0, 10);
interface Hold { id: string; kind: string; version: number; stops: string[]; reason?: string; released?: object }
const holdsOf = async (person: Person, claim: Claim): Promise<Hold[]> => (await world.as<{ items: Hold[] }>(person, 'GET', `/v1/claims/${claim.id}/holds`)).body.items;
const hold = (token: string, claim: Claim, kind: string, change: object = {}) => asToken<Hold>(token, `/v1/claims/${claim.id}/holds`, { kind, reason: `because of ${kind}`, reviewOn: dayIn(10), ...change });
const release = (token: string, claim: Claim, { id, version }: Hold) => asToken(token, `/v1/claims/${claim.id}/holds/${id}/releases`, { reason: 'looked into' }, version);
const hourOf = ({ id, assessmentId = '' }: Claim) => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
  const done = await world.app.get(StraightThrough).onHour(tx, asSystem, id, assessmentId);
  return done.ok ? ok(null) : done;
});
const lettersOf = async (claim: Claim): Promise<string[]> =>
  (await owner.query<{ template: string }>('SELECT template FROM letter WHERE about_id = $1 ORDER BY id', [claim.id])).rows.map(({ template }) => template);
const reservedFor = async (claim: Claim): Promise<string> => (await owner.query<{ sum: string }>(`
  SELECT coalesce(sum(p.amount_minor), 0)::text AS sum FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
  WHERE e.claim_id = $1 AND a.name = 'reserved'`, [claim.id])).rows[0]?.sum ?? '';
const grossOf = ({ entitlements }: Claim): string => entitlements.at(-1)?.gross.amount ?? '';

async function schemeUnder(key: string, change: (text: string) => string, fundId = world.world.fundId): Promise<string> {
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

async function takenTo(schemeId: string, ...path: Parameters<typeof cause>[2][]): Promise<Claim> {
  const draft = await draftClaim(world, { schemeId, siteId: await newSite(world) });
  expect((await submit(world, draft)).status).toBe(201);
  for (const event of path) await step(event, await claimOf(world, draft.id));
  return claimOf(world, draft.id);
}
async function step(event: Parameters<typeof cause>[2], claim: Claim): Promise<void> {
  const token = { pull: world.tokens.reviewer, recommend: world.tokens.reviewer, award: world.tokens.approver }[event as 'pull'] ?? world.tokens.owner;
  const { status, body } = await cause(world, token, event, claim, '');
  if (status !== 201) throw new Error(JSON.stringify(body));
}

describe('a hold of people', () => {
  it('is placed by those whose kind it is, for a reason, with a day to look again, once of a kind', async () => {
    const claim = await inReview();
    const { reviewer, approver, finance } = world.tokens;
    const kinds = ['payee', 'tax', 'bank', 'duplicate', 'identity', 'mandate', 'fraud', 'legal'];
    const who = async (token: string, on: Claim): Promise<string[]> => {
      const may: string[] = [];
      for (const kind of kinds) if ((await hold(token, on, kind)).status === 201) may.push(kind);
      return may;
    };
    expect(await who(reviewer, claim)).toEqual(['duplicate', 'identity', 'mandate', 'fraud']);
    expect(await hold(reviewer, claim, 'fraud')).toMatchObject({ status: 409, body: { code: 'review.hold_stands' } });
    expect(await who(approver, await inReview())).toEqual(['duplicate', 'identity', 'mandate', 'fraud', 'legal']);
    expect(await who(people.supervisor.token, await inReview())).toEqual(['duplicate', 'identity', 'mandate', 'fraud', 'legal']);
    expect(await who(finance, await inReview())).toEqual(['payee', 'tax', 'bank']);
    expect(await who(people.financeApprover.token, await inReview())).toEqual(['payee', 'tax', 'bank']);
    expect((await hold(world.tokens.owner, claim, 'legal')).status).toBe(403);
    expect(await hold(finance, claim, 'legal')).toMatchObject({ status: 403, body: { code: 'review.hold_not_yours' } });
    expect((await hold(finance, claim, 'fund')).status).toBe(400);
    for (const reviewOn of [dayIn(0), dayIn(366), '2027-02-30']) expect(await hold(finance, claim, 'tax', { reviewOn })).toMatchObject({ status: 422, body: { code: 'review.hold_day' } });
    expect((await hold(finance, claim, 'tax', { reviewOn: dayIn(365) })).status).toBe(201);
  });

  it('of a suspicion or the law is released by another person, and the database says so too', async () => {
    const claim = await inReview();
    const { reviewer, approver } = world.tokens;
    const { body: fraud } = await hold(reviewer, claim, 'fraud');
    expect(await release(reviewer, claim, fraud)).toMatchObject({ status: 403, body: { code: 'claims.hold_of_yours' } });
    const { rows: [placer] } = await application.query<{ id: string }>('SELECT placed_by AS id FROM claim_hold WHERE id = $1', [fraud.id]);
    for (const by of [placer?.id, null]) {
      await expect(application.query('UPDATE claim_hold SET released_at = now(), released_by = $2, version = version + 1 WHERE id = $1', [fraud.id, by])).rejects.toMatchObject({ constraint: 'claim_hold_second_ck' });
    }
    expect((await release(approver, claim, { ...fraud, version: 9 })).status).toBe(412);
    expect((await release(approver, claim, fraud)).status).toBe(201);
    expect(await release(approver, claim, fraud)).toMatchObject({ status: 409, body: { code: 'claims.hold_released' } });
    const { body: doubt } = await hold(reviewer, claim, 'identity');
    expect((await release(reviewer, claim, doubt)).status).toBe(201);
  });

  it('shows its business that it stands still, and of a suspicion no more than that somebody is looking', async () => {
    const claim = await recommended();
    for (const kind of ['fraud', 'duplicate', 'identity']) await hold(world.tokens.reviewer, claim, kind);
    expect((await holdsOf('owner', claim)).map(({ kind, stops, ...rest }) => ({ kind, stops, told: Object.keys(rest) }))).toEqual([
      { kind: 'check', stops: ['offer', 'accept', 'line'], told: ['placedAt'] }, { kind: 'identity', stops: ['offer', 'accept', 'line'], told: ['placedAt'] },
    ]);
    expect((await holdsOf('reviewer', claim)).map(({ kind, reason }) => [kind, reason])).toEqual([['fraud', 'because of fraud'], ['duplicate', 'because of duplicate'], ['identity', 'because of identity']]);
  });

  it('stops an award by people, gives a claim of the rule to people, and stops an acceptance', async () => {
    const { reviewer, approver } = world.tokens;
    const claim = await recommended();
    const { body: doubt } = await hold(reviewer, claim, 'identity');
    expect(await cause(world, approver, 'award', claim)).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['identity'] } } });
    expect((await release(reviewer, claim, doubt)).status).toBe(201);
    expect((await cause(world, approver, 'award', claim)).status).toBe(201);
    const offer = await claimOf(world, claim.id);
    await hold(reviewer, offer, 'fraud');
    expect(await cause(world, world.tokens.owner, 'accept', offer, await termsOf(world))).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['check'] } } });
    expect((await cause(world, world.tokens.owner, 'decline', offer)).status).toBe(201);
    const waiting = await claimAt(world, ['submit', world.tokens.owner]);
    await hold(reviewer, waiting, 'duplicate');
    expect((await hourOf(waiting)).ok).toBe(true);
    expect((await claimOf(world, waiting.id)).state).toBe('in_review');
  });

  it('becomes a task when its day has come, once for each day that is set', async () => {
    const claim = await inReview();
    const { body: doubt } = await hold(world.tokens.reviewer, claim, 'mandate', { reviewOn: dayIn(2) });
    const tasks = async (): Promise<number> => {
      await world.app.get(Jobs).sweep(HOLD_REVIEWS);
      await world.app.get(Jobs).sweep(HOLD_REVIEWS);
      return (await owner.query('SELECT FROM task WHERE kind = \'hold_review\' AND subject_id = $1', [claim.id])).rowCount ?? 0;
    };
    await pass(1);
    expect(await tasks()).toBe(0);
    await pass(1);
    expect(await tasks()).toBe(1);
    const { version } = (await holdsOf('reviewer', claim))[0] as Hold;
    expect(await asToken(world.tokens.reviewer, `/v1/claims/${claim.id}/holds/${doubt.id}/review-days`, { reviewOn: dayIn(3) }, version)).toMatchObject({ status: 201, body: { reviewOn: dayIn(3) } });
    expect(await tasks()).toBe(1);
    await pass(3);
    expect(await tasks()).toBe(2);
    expect((await release(world.tokens.reviewer, claim, (await holdsOf('reviewer', claim))[0] as Hold)).status).toBe(201);
    await pass(10);
    expect(await tasks()).toBe(2);
  });
});

describe('a fund with a limit', () => {
  it('keeps what it has for whoever is decided first; who comes later is offered it under a hold, and is told when there is money', async () => {
    const plain = { code: 'limited', name: 'Limited', mode: 'first_come', currency: 'GBP' };
    for (const limit of [undefined, { amount: '0.00', currency: 'GBP' }, { amount: '50.00', currency: 'EUR' }]) {
      expect(await world.as('finance', 'POST', '/v1/funds', { body: { ...plain, limit } })).toMatchObject({ status: 422, body: { code: 'funds.limit_needed' } });
    }
    const probe = await offered();
    const fund = await world.as<{ id: string; limit: object }>('finance', 'POST', '/v1/funds', { body: { ...plain, limit: { amount: grossOf(probe), currency: 'GBP' } } });
    expect(fund).toMatchObject({ status: 201, body: { limit: { amount: grossOf(probe) } } });
    const schemeId = await schemeUnder('limited-gbp', (text) => text, fund.body.id);
    const terms = await termsOf(world, schemeId);
    const first = await takenTo(schemeId, 'pull', 'recommend', 'award');
    const second = await takenTo(schemeId, 'pull', 'recommend', 'award');
    const third = await takenTo(schemeId, 'pull', 'recommend', 'award');
    expect([first.state, second.state, third.state]).toEqual(['offered', 'offered', 'offered']);
    expect(await Promise.all([first, second, third].map(reservedFor))).toEqual([grossOf(probe).replace('.', ''), '0', '0']);
    expect((await holdsOf('owner', second)).map(({ kind, stops }) => ({ kind, stops }))).toEqual([{ kind: 'fund', stops: ['accept', 'lapse', 'line'] }]);
    expect(await cause(world, world.tokens.owner, 'accept', second, terms)).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['fund'] } } });
    await world.app.get(Jobs).sweep(FUND_HOLDS);
    expect(await reservedFor(second)).toBe('0');
    expect(await brokenPromises(owner)).toEqual([]);
    expect((await cause(world, world.tokens.owner, 'decline', first)).status).toBe(201);
    await world.app.get(Jobs).sweep(FUND_HOLDS);
    expect(await Promise.all([first, second, third].map(reservedFor))).toEqual(['0', grossOf(probe).replace('.', ''), '0']);
    expect([await lettersOf(second), await lettersOf(third)].map((letters) => letters.includes('claim.fund_ready'))).toEqual([true, false]);
    expect((await cause(world, world.tokens.owner, 'decline', third)).status).toBe(201);
    expect((await holdsOf('reviewer', third)).every(({ released }) => released !== undefined)).toBe(true);
    const { body } = await world.as<{ items: { account: string; amount: string }[] }>('finance', 'GET', `/v1/funds/${fund.body.id}/balances`);
    expect(body.items.find(({ account }) => account === 'available')).toMatchObject({ amount: '0.00' });
  });

  interface Deposit { n: number; outcome: string; amount: { amount: string } }
  const fundOf = async (code: string, amount: string, mode = 'first_come'): Promise<string> => {
    const made = await world.as<{ id: string }>('finance', 'POST', '/v1/funds', { body: { code, name: code, mode, currency: 'GBP', ...(mode === 'open' ? {} : { limit: { amount, currency: 'GBP' } }) } });
    return made.body.id;
  };
  const state = (fundId: string, amount: string, reference: string, currency = 'GBP') =>
    world.as<Deposit>('finance', 'POST', `/v1/funds/${fundId}/deposits`, { body: { amount: { amount, currency }, reference } });
  const book = (token: string, fundId: string, n: number, outcome = 'booked') => asToken<Deposit>(token, `/v1/funds/${fundId}/deposits/${n}/decisions`, { outcome });
  const limitOf = async (fundId: string) => (await world.as<{ limit?: { amount: string } }>('finance', 'GET', `/v1/funds/${fundId}`)).body.limit?.amount;
  const sweep = (): Promise<void> => world.app.get(Jobs).sweep(FUND_HOLDS);
  const pence = (claim: Claim): string => grossOf(claim).replace('.', '');

  it('is raised by money that one person states and another books, once, in its currency; nobody writes the limit', async () => {
    const fundId = await fundOf('raised', '10.00');
    expect(await state(await fundOf('boundless', '', 'open'), '5.00', 'A')).toMatchObject({ status: 409, body: { code: 'funds.no_limit' } });
    expect(await state(fundId, '5.00', 'A', 'EUR')).toMatchObject({ status: 422, body: { code: 'funds.currency_differs' } });
    expect(await state(fundId, '0.00', 'A')).toMatchObject({ status: 422, body: { code: 'funds.deposit_amount' } });
    expect(await state(fundId, '5.00', 'A')).toMatchObject({ status: 201, body: { n: 1, outcome: 'open' } });
    expect(await state(fundId, '7.00', 'A')).toMatchObject({ status: 409, body: { code: 'funds.deposit_stated' } });
    expect(await limitOf(fundId)).toBe('10.00');
    const both = await newPerson(world, ['finance_approver', 'administrator']);
    expect((await asToken<Deposit>(both.token, `/v1/funds/${fundId}/deposits`, { amount: { amount: '1.00', currency: 'GBP' }, reference: 'B' })).status).toBe(201);
    expect(await book(both.token, fundId, 2)).toMatchObject({ status: 403, body: { code: 'funds.deposit_second' } });
    await expect(application.query('UPDATE fund_deposit SET outcome = \'booked\', decided_by = stated_by, decided_at = now() WHERE fund_id = $1 AND n = 2', [fundId])).rejects.toMatchObject({ constraint: 'fund_deposit_second_ck' });
    expect(await book(both.token, fundId, 2, 'dropped')).toMatchObject({ status: 201, body: { outcome: 'dropped' } });
    expect(await state(fundId, '1.00', 'B')).toMatchObject({ status: 201, body: { n: 3 } });
    expect((await book(world.tokens.finance, fundId, 1)).status).toBe(403);
    expect((await book(people.financeApprover.token, fundId, 9)).body).toMatchObject({ code: 'funds.deposit_not_found' });
    expect(await book(people.financeApprover.token, fundId, 1)).toMatchObject({ status: 201, body: { outcome: 'booked', amount: { amount: '5.00' } } });
    expect(await book(people.financeApprover.token, fundId, 1)).toMatchObject({ status: 409, body: { code: 'funds.deposit_decided' } });
    expect(await limitOf(fundId)).toBe('15.00');
    const page = await world.as<{ items: Deposit[]; nextCursor?: string }>('finance', 'GET', `/v1/funds/${fundId}/deposits?limit=2`);
    const rest = await world.as<{ items: Deposit[] }>('finance', 'GET', `/v1/funds/${fundId}/deposits?limit=2&cursor=${page.body.nextCursor ?? ''}`);
    expect([page, rest].map(({ body }) => body.items.map(({ n, outcome }) => `${n} ${outcome}`))).toEqual([['3 open', '2 dropped'], ['1 booked']]);
    const entries = await world.as<{ items: { kind: string }[] }>('finance', 'GET', `/v1/funds/${fundId}/entries`);
    expect(entries.body.items.map(({ kind }) => kind)).toEqual(['deposit', 'deposit']);
    const { rows } = await owner.query('SELECT action FROM audit_entry WHERE aggregate_id = $1 ORDER BY n', [fundId]);
    expect(rows.map(({ action }) => String(action))).toEqual(['fund.created', 'fund.deposit_stated', 'fund.deposit_stated', 'fund.deposit_dropped', 'fund.deposit_stated', 'fund.deposit_booked']);
    await expect(application.query('UPDATE fund SET limit_minor = 1 WHERE id = $1', [fundId])).rejects.toMatchObject({ code: '42501' });
    for (const act of ['UPDATE fund_deposit SET outcome = \'dropped\' WHERE fund_id = $1 AND n = 1', 'DELETE FROM fund_deposit WHERE fund_id = $1 AND n = 3']) {
      await expect(owner.query(act, [fundId])).rejects.toMatchObject({ constraint: 'fund_deposit_stays_ck' });
    }
  });

  it('gives what comes later to whoever was decided first, over all its schemes; who does not fit keeps the others waiting, who is stopped does not; their whole time begins with the letter', async () => {
    const probe = await offered();
    const fundId = await fundOf('later', '0.01');
    const [one, two] = [await schemeUnder('later-one', (text) => text, fundId), await schemeUnder('later-two', (text) => text, fundId)];
    const first = await takenTo(two, 'pull', 'recommend', 'award');
    await passes(MINUTE);
    const second = await takenTo(one, 'pull', 'recommend', 'award');
    await passes(MINUTE);
    const third = await takenTo(one, 'pull', 'recommend', 'award');
    const { body: doubt } = await hold(world.tokens.reviewer, second, 'identity');
    const untilOf = async ({ id }: Claim) => (await world.as<{ offer?: { standsUntil?: string } }>('owner', 'GET', `/v1/claims/${id}`)).body.offer?.standsUntil;
    const pay = async (amount: bigint, reference: string): Promise<void> => {
      const { body: { n } } = await state(fundId, `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`, reference);
      expect((await book(people.financeApprover.token, fundId, n)).status).toBe(201);
      await sweep();
    };
    const got = () => Promise.all([first, second, third].map(reservedFor));
    const sum = BigInt(pence(probe));
    await pay(sum - 2n, 'too little');
    expect(await got()).toEqual(['0', '0', '0']);
    await pass(20);
    await pay(1n, 'enough');
    expect(await got()).toEqual([pence(probe), '0', '0']);
    expect((await lettersOf(first)).at(-1)).toBe('claim.fund_ready');
    // No time runs before that letter has arrived, and then the whole of it does.
    const letter = (set: string) => owner.query(`UPDATE letter SET ${set} WHERE about_id = $1 AND template = 'claim.fund_ready'`, [first.id]);
    await letter('state = \'bounced\', fault = \'unknown\'');
    expect(await untilOf(first)).toBeUndefined();
    await letter(`state = 'sent', fault = NULL, settled_at = '${formatInstant(clock.now())}'`);
    expect(await untilOf(first)).toBe(`${dayIn(31)}T00:00:00.000Z`);
    await pay(sum, 'for the third');
    expect(await got()).toEqual([pence(probe), '0', pence(probe)]);
    expect((await release(world.tokens.reviewer, second, doubt)).status).toBe(201);
    await pay(sum, 'for the second');
    expect(await got()).toEqual([pence(probe), pence(probe), pence(probe)]);
    expect(await cause(world, world.tokens.owner, 'accept', first, await termsOf(world, two))).toMatchObject({ status: 201 });
    expect(await brokenPromises(owner)).toEqual([]);
  });

  it('grants what needs no acceptance once it can, and leaves an objection open', async () => {
    const fundId = await fundOf('unasked', '0.01');
    const schemeId = await schemeUnder('unasked-gbp', (text) => text.replace('acceptance: required', 'acceptance: not_required'), fundId);
    const claim = await takenTo(schemeId, 'pull', 'recommend', 'award');
    expect(claim.state).toBe('offered');
    expect((await cause(world, world.tokens.owner, 'object', claim)).status).toBe(201);
    const { body: { n } } = await state(fundId, '1000.00', 'all of it');
    expect((await book(people.financeApprover.token, fundId, n)).status).toBe(201);
    await sweep();
    const granted = await claimOf(world, claim.id);
    expect([granted.state, await reservedFor(claim), (await lettersOf(claim)).at(-1)]).toEqual(['accepted', pence(claim), 'claim.fund_ready-granted']);
    expect((await holdsOf('owner', claim))).toEqual([]);
    expect((await world.as<{ objections: { outcome?: string }[] }>('owner', 'GET', `/v1/claims/${claim.id}`)).body.objections).toEqual([expect.not.objectContaining({ outcome: expect.anything() })]);
    const { rows } = await owner.query('SELECT topic FROM event_log WHERE aggregate_id = $1 AND payload->>\'event\' = \'funded\'', [claim.id]);
    expect(rows).toEqual([{ topic: 'claim.accepted' }]);
    expect(await brokenPromises(owner)).toEqual([]);
  });
});

describe('a cap that several claims share', () => {
  let schemeId: string;
  beforeAll(async () => {
    schemeId = await schemeUnder('capped-gbp', (text) => `${text.slice(0, text.indexOf('  - name: the margin of own accounts'))}`
      .replace('  - { id: rounded, use: round, in: { value: $capped }', '  - { id: shared, use: limit, in: { value: $capped }, with: { cap: "60.00", per: merchant, name: group } }\n  - { id: rounded, use: round, in: { value: $shared }'));
  });
  const used = async (): Promise<string | undefined> => (await owner.query<{ used: string }>('SELECT used_minor::text AS used FROM cap_use WHERE key LIKE \'capped-gbp:group:%\'')).rows[0]?.used;

  it('is used by decisions; a decision that does not fit any more is stale, and the claim is worked out again', async () => {
    const first = await takenTo(schemeId, 'pull', 'recommend');
    const second = await takenTo(schemeId, 'pull', 'recommend');
    await step('award', first);
    const granted = BigInt(grossOf(await claimOf(world, first.id)).replace('.', ''));
    expect([granted > 3_000n, await used()]).toEqual([true, String(granted)]);
    expect(await cause(world, world.tokens.approver, 'award', second)).toMatchObject({ status: 409, body: { code: 'claims.cap_exceeded' } });
    const again = await claimOf(world, second.id);
    expect([again.state, again.assessmentId === second.assessmentId, await reservedFor(again)]).toEqual(['in_review', false, '0']);
    await step('recommend', again);
    await step('award', await claimOf(world, second.id));
    const rest = await claimOf(world, second.id);
    expect([grossOf(rest), await used()]).toEqual([(Number(6_000n - granted) / 100).toFixed(2), '6000']);
    await step('withdraw', await claimOf(world, first.id));
    expect(await used()).toBe(String(6_000n - granted));
    await step('decline', rest);
    expect(await used()).toBe('0');
  });

  it('is worked out again by itself where a rule was to decide', async () => {
    const first = await takenTo(schemeId);
    const second = await takenTo(schemeId);
    expect((await hourOf(first)).ok).toBe(true);
    expect((await hourOf(second)).ok).toBe(true);
    const again = await claimOf(world, second.id);
    expect([again.state, again.assessmentId === second.assessmentId]).toEqual(['submitted', false]);
    expect((await hourOf(again)).ok).toBe(true);
    expect([(await claimOf(world, second.id)).state, await used()]).toEqual(['offered', '6000']);
    for (const { id } of [first, second]) await step('decline', await claimOf(world, id));
    expect(await used()).toBe('0');
  });

  it('fits exactly as often as it fits when fifty decide at once, and nothing connects that could exceed it', async () => {
    const claims: Claim[] = [];
    for (let n = 0; n < 10; n += 1) claims.push(await inReview());
    const key = `capped-gbp:crowd:merchant:${world.world.merchantId}`;
    const take = (claim: Claim) => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      const locked = await world.app.get(ClaimLifecycle).locked(tx, claim.id);
      return locked.ok ? world.app.get(CapUses).take(tx, locked.value, [{ key, usedMinor: 1_000n, capMinor: 6_500n }]) : locked;
    });
    const results = await Promise.all(Array.from({ length: 50 }, (_none, n) => take(claims[n % 10] as Claim)));
    expect(results.filter((result) => !result.ok && result.refusal.code !== 'claims.cap_exceeded')).toEqual([]);
    const { rows: [row] } = await owner.query<{ used: string; claims: string }>('SELECT used_minor::text AS used, (SELECT count(*) FROM cap_use_of_claim WHERE key = $1)::text AS claims FROM cap_use WHERE key = $1', [key]);
    expect(row).toEqual({ used: '6000', claims: '6' });
    await expect(application.query('UPDATE cap_use SET used_minor = 0')).rejects.toMatchObject({ code: '42501' });
    await expect(application.query('UPDATE cap_use_of_claim SET used_minor = 9000 WHERE key = $1', [key])).rejects.toMatchObject({ constraint: 'cap_use_fits_ck' });
  });
});

describe('what was granted is reduced', () => {
  const propose = (token: string, claim: Claim, change: object = {}) =>
    asToken(token, `/v1/claims/${claim.id}/reductions`, { amount: { amount: '10.00', currency: 'GBP' }, reason: 'granted_in_error', text: 'Counted twice.', ...change }, claim.version);
  const decide = (token: string, claim: Claim, outcome: string, n = 1) => asToken(token, `/v1/claims/${claim.id}/reductions/${n}/decisions`, { outcome, note: 'weighed' }, claim.version);

  it('by two people, when its business has been heard; the fund gets back the difference', async () => {
    const claim = await offered();
    const { approver } = world.tokens;
    expect(await propose(approver, claim, { amount: { amount: grossOf(claim), currency: 'GBP' } })).toMatchObject({ status: 422, body: { code: 'review.reduction_not_lower' } });
    expect(await propose(approver, claim, { withoutHearing: true })).toMatchObject({ status: 422, body: { code: 'review.reduction_not_waivable' } });
    expect(await propose(approver, claim)).toMatchObject({ status: 201, body: { n: 1, outcome: 'open', amount: { amount: '10.00' } } });
    expect(await propose(people.approver2.token, claim)).toMatchObject({ status: 409, body: { code: 'review.reduction_open' } });
    expect(await lettersOf(claim)).toContain('claim.reduction_proposed');
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_too_early' } });
    // Fourteen days after the one of its arrival, to the midnight at the place of business.
    await pass(15);
    expect(await decide(world.tokens.approver, claim, 'reduce')).toMatchObject({ status: 403, body: { code: 'review.reduction_second' } });
    expect(await decide(people.approver2.token, claim, 'reduce', 2)).toMatchObject({ status: 404 });
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 201, body: { state: 'offered' } });
    const reduced = await claimOf(world, claim.id);
    expect([grossOf(reduced), await reservedFor(claim), (await lettersOf(claim)).at(-1)]).toEqual(['10.00', '1000', 'claim.reduced']);
    expect(reduced.determinations.at(-1)).toMatchObject({ stage: 'reduction', outcome: 'award', byRule: false, reasons: [{ code: 'granted_in_error' }] });
    const { rows } = await owner.query('SELECT payload FROM event_log WHERE topic = \'entitlement.reduced\' AND aggregate_id = $1', [claim.id]);
    expect(rows).toEqual([{ payload: { claimId: claim.id, entitlement: 2, beforeMinor: grossOf(claim).replace('.', ''), afterMinor: '1000', currency: 'GBP', isAccepted: false } }]);
    const seen = (await world.as<{ items: object[] }>('owner', 'GET', `/v1/claims/${claim.id}/reductions`)).body.items;
    expect(seen).toEqual([expect.objectContaining({ outcome: 'reduced', text: 'Counted twice.' })]);
    expect(seen[0]).not.toHaveProperty('proposedBy');
    expect(await decide(people.approver2.token, reduced, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_decided' } });
  });

  it('not before its letter has arrived, however long ago it was proposed; what it answers is read before anybody decides', async () => {
    const claim = await offered();
    const { approver, owner: merchant } = world.tokens;
    expect((await propose(approver, claim)).status).toBe(201);
    await owner.query(`UPDATE letter SET state = 'bounced', fault = 'unknown' WHERE about_id = $1 AND template = 'claim.reduction_proposed'`, [claim.id]);
    await pass(30);
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_not_told' } });
    const said = (text: string, version: number) => asToken(merchant, `/v1/claims/${claim.id}/reductions/1/answers`, { text }, version);
    expect(await said('The second file is of another week.', claim.version)).toMatchObject({ status: 201, body: { answers: [{ text: 'The second file is of another week.' }] } });
    expect(await said('And more.', claim.version)).toMatchObject({ status: 412 });
    expect(await decide(people.approver2.token, claim, 'drop')).toMatchObject({ status: 412 });
    const now = await claimOf(world, claim.id);
    expect(await asToken(people.approver2.token, `/v1/claims/${claim.id}/reductions/1/answers`, { text: 'Not mine.' }, now.version)).toMatchObject({ status: 403 });
    expect((await world.as<{ open: boolean }>('owner', 'GET', `/v1/claims/${claim.id}/evidence`)).body.open).toBe(true);
    expect(await decide(people.approver2.token, now, 'drop')).toMatchObject({ status: 201 });
    expect(await said('Too late.', (await claimOf(world, claim.id)).version)).toMatchObject({ status: 409, body: { code: 'review.reduction_decided' } });
    expect((await world.as<{ open: boolean }>('owner', 'GET', `/v1/claims/${claim.id}/evidence`)).body.open).toBe(false);
    await expect(application.query('UPDATE reduction_answer SET k = 2')).rejects.toMatchObject({ code: '42501' });
  });

  it('not from what has been overtaken by another grant since it was proposed', async () => {
    const claim = await offered();
    expect((await propose(world.tokens.reviewer, claim, { reason: 'fraud_found', withoutHearing: true })).status).toBe(201);
    for (const [token, event] of [[world.tokens.owner, 'object'], [people.supervisor.token, 'upheld']] as const) expect((await cause(world, token, event, await claimOf(world, claim.id))).status).toBe(201);
    expect(await decide(world.tokens.approver, await claimOf(world, claim.id), 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_overtaken' } });
  });

  it('at once where fraud was found: an offer of nothing is a refusal, and what was accepted stays accepted at the lower sum', async () => {
    const fraud = { reason: 'fraud_found', withoutHearing: true };
    const claim = await offered();
    expect((await propose(world.tokens.reviewer, claim, { ...fraud, amount: undefined })).status).toBe(201);
    expect(await decide(world.tokens.approver, claim, 'reduce')).toMatchObject({ status: 201, body: { state: 'rejected' } });
    expect([grossOf(await claimOf(world, claim.id)), await reservedFor(claim)]).toEqual(['0.00', '0']);
    const open = await offered();
    expect(await cause(world, world.tokens.owner, 'accept', open, await termsOf(world))).toMatchObject({ status: 201 });
    const accepted = await claimOf(world, open.id);
    expect((await propose(world.tokens.reviewer, accepted, fraud)).status).toBe(201);
    expect(await decide(world.tokens.approver, accepted, 'reduce')).toMatchObject({ status: 201, body: { state: 'accepted' } });
    const after = await claimOf(world, open.id);
    expect(after.entitlements.at(-1)).toMatchObject({ gross: { amount: '10.00' }, acceptedAt: expect.any(String) });
    expect((await propose(world.tokens.reviewer, after, { ...fraud, amount: { amount: '5.00', currency: 'GBP' } })).status).toBe(201);
    expect(await decide(people.approver2.token, after, 'drop', 2)).toMatchObject({ status: 201, body: { state: 'accepted' } });
    expect(grossOf(await claimOf(world, open.id))).toBe('10.00');
  });

  it('not by whoever can write rows as the application: one person is not two', async () => {
    const claim = await offered();
    const { rows: [user] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'approver@%\'');
    const by = user?.id ?? '';
    const { rows: [grant] } = await application.query<{ merchant: string; assessment: string }>('SELECT merchant_id AS merchant, assessment_id AS assessment FROM entitlement WHERE claim_id = $1', [claim.id]);
    const { merchant = '', assessment = '' } = grant ?? {};
    const determine = (who: string) => application.query<{ id: string }>(`
      INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, user_id, at)
      VALUES ($1, $2, 9, 'reduction', 'award', '[]', $3, 100, 'GBP', false, $4, now()) RETURNING id`, [claim.id, merchant, assessment, who]);
    const lower = (determination: string, gross = 100) => application.query(`
      INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, net_minor, currency, granted_at) VALUES ($1, 2, $2, $3, $4, $5, $5, 'GBP', now())`,
    [claim.id, merchant, determination, assessment, gross]);
    const attempt = async (act: () => Promise<unknown>): Promise<string> => {
      await application.query('BEGIN');
      const constraint = await act().then(() => 'done', (error: { constraint?: string }) => error.constraint ?? 'another error');
      await application.query('ROLLBACK');
      return constraint;
    };
    const proposed = (who: string, until = 'now()') => application.query(`
      INSERT INTO claim_reduction (claim_id, n, merchant_id, entitlement_no, to_minor, currency, reason, text_digest, proposed_by, proposed_at, heard_until, waived)
      VALUES ($1, 1, $2, 1, 100, 'GBP', 'granted_in_error', repeat('a', 64), $3, now(), ${until}, false)`, [claim.id, merchant, who]);
    const decided = (determination: string, who: string) => application.query(`
      UPDATE claim_reduction SET outcome = 'reduced', decided_by = $3, decided_at = now(), determination_id = $2, version = version + 1 WHERE claim_id = $1`, [claim.id, determination, who]);
    const second = people.approver2.id;
    expect(await attempt(async () => lower((await determine(by)).rows[0]?.id ?? ''))).toBe('entitlement_rises_ck');
    expect(await attempt(async () => { await proposed(by); return determine(by); })).toBe('duty_held_conflict_ck');
    expect(await attempt(async () => { await proposed(by); return decided((await determine(second)).rows[0]?.id ?? '', by); })).toBe('claim_reduction_second_ck');
    expect(await attempt(async () => { await proposed(by, 'now() + interval \'1 day\''); return decided((await determine(second)).rows[0]?.id ?? '', second); })).toBe('claim_reduction_heard_ck');
    expect(await attempt(async () => { await proposed(by); const id = (await determine(second)).rows[0]?.id ?? ''; await decided(id, second); return lower(id, 50); })).toBe('entitlement_rises_ck');
    expect(await attempt(async () => { await proposed(by); const id = (await determine(second)).rows[0]?.id ?? ''; await decided(id, second); return lower(id); })).toBe('done');
  });
});

describe('a claim that has ended is reopened', () => {
  const reopen = (claim: Claim, token = people.supervisor.token) => asToken(token, `/v1/claims/${claim.id}/reopenings`, { reason: 'The register was wrong.' }, claim.version);
  const withdrawn = async (claim: Claim): Promise<Claim> => {
    await step('withdraw', claim);
    return claimOf(world, claim.id);
  };

  it('by a supervisor, at most twice, with a letter; who recommended it does not come to decide it', async () => {
    const claim = await withdrawn(await inReview());
    expect((await reopen(claim, world.tokens.approver)).status).toBe(403);
    expect(await reopen(claim)).toMatchObject({ status: 201, body: { state: 'in_review' } });
    expect((await lettersOf(claim)).at(-1)).toBe('claim.reopened');
    expect((await reopen(await withdrawn(await claimOf(world, claim.id)))).status).toBe(201);
    expect(await reopen(await withdrawn(await claimOf(world, claim.id)))).toMatchObject({ status: 409, body: { code: 'review.reopened_twice' } });
    await expect(application.query('INSERT INTO claim_reopening (claim_id, n, merchant_id, reopened_by, reason_digest, at) VALUES ($1, 3, $2, $3, repeat(\'a\', 64), now())',
      [claim.id, world.world.merchantId, people.supervisor.id])).rejects.toMatchObject({ constraint: 'claim_reopening_twice_ck' });
  });

  it('keeps what was granted as the least, reserves nothing until it is awarded again', async () => {
    const claim = await offered();
    await step('decline', claim);
    expect((await reopen(await claimOf(world, claim.id))).status).toBe(201);
    const again = await claimOf(world, claim.id);
    expect([again.state, grossOf(again), await reservedFor(claim)]).toEqual(['in_review', grossOf(claim), '0']);
    expect(await brokenPromises(owner)).toEqual([]);
    await step('recommend', again);
    await step('award', await claimOf(world, claim.id));
    const awarded = await claimOf(world, claim.id);
    expect([awarded.state, grossOf(awarded), awarded.entitlements.length, await reservedFor(claim)]).toEqual(['offered', grossOf(claim), 2, grossOf(claim).replace('.', '')]);
  });

  it('not where another claim lives in its place by now', async () => {
    const claim = await withdrawn(await inReview());
    const draft = await draftClaim(world, { siteId: claim.siteId });
    expect((await submit(world, draft)).status).toBe(201);
    const refused = await reopen(claim);
    expect(refused).toMatchObject({ status: 409, body: { code: expect.stringMatching(/^claims\.(already_claimed|overlaps)$/) } });
    expect(JSON.stringify(refused.body)).not.toMatch(/\{\w+\}/);
    expect((await claimOf(world, claim.id)).state).toBe('withdrawn');
  });

  it('nor is it upheld, or taken up again, where a claim under another scheme has its time by now', async () => {
    const beside = await schemeUnder('beside-gbp', (text) => text);
    const [refused, lapsed] = [await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend_refusal', world.tokens.reviewer], ['refuse', world.tokens.approver]), await offered()];
    await daysPass(world, owner, lapsed.id, 40);
    for (const [{ id, siteId }, token, event] of [[refused, people.supervisor.token, 'upheld'], [lapsed, world.tokens.owner, 'take_up_again']] as const) {
      expect((await submit(world, await draftClaim(world, { siteId, schemeId: beside }))).status).toBe(201);
      if (event === 'upheld') await step('object', await claimOf(world, id));
      expect(await cause(world, token, event, await claimOf(world, id))).toMatchObject({ status: 409, body: { code: 'claims.overlaps' } });
    }
  });
});
