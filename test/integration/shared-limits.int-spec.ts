import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, MINUTE } from '../../src/core/time/index.js';
import { CapUses, ClaimLifecycle } from '../../src/modules/claims/index.js';
import { FUND_HOLDS } from '../../src/modules/review/holds/fund-holds.job.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { call } from '../support/app.js';
import { cause, claimOf, newPerson, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { application, asToken, clock, closed, dayIn, grossOf, hold, holdsOf, hourOf, inReview, lettersOf, offered, opened, owner, pass, passes, people, release, reservedFor, schemeUnder, step, takenTo, world } from '../support/holds.js';

beforeAll(opened);
afterAll(closed);

describe('a fund with a limit', () => {
  interface Deposit { n: number; outcome: string; amount: { amount: string }; reference: string }
  const made = async (code: string, amount: string, mode = 'first_come'): Promise<string> => {
    const { body } = await world.as<{ id: string }>('finance', 'POST', '/v1/funds', { body: { code, name: code, mode, currency: 'GBP', ...(mode === 'open' ? {} : { limit: { amount, currency: 'GBP' } }) } });
    return body.id;
  };
  /** With its limit booked. */
  const fundOf = async (code: string, amount: string): Promise<string> => {
    const id = await made(code, amount);
    expect((await book(people.financeApprover.token, id, 1)).status).toBe(201);
    return id;
  };
  const state = (fundId: string, amount: string, reference: string, currency = 'GBP') =>
    world.as<Deposit>('finance', 'POST', `/v1/funds/${fundId}/deposits`, { body: { amount: { amount, currency }, reference } });
  const book = (token: string, fundId: string, n: number, outcome = 'booked') => asToken<Deposit>(token, `/v1/funds/${fundId}/deposits/${n}/decisions`, { outcome });
  const limitOf = async (fundId: string) => (await world.as<{ limit?: { amount: string } }>('finance', 'GET', `/v1/funds/${fundId}`)).body.limit?.amount;

  it('begins with nothing, whoever makes it: its first limit is booked by another person, as all that comes later', async () => {
    const both = await newPerson(world, ['finance_preparer', 'finance_approver', 'administrator']);
    const { body: { id } } = await asToken<{ id: string }>(both.token, '/v1/funds', { code: 'empty', name: 'Empty', mode: 'shared', currency: 'GBP', limit: { amount: '10.00', currency: 'GBP' } });
    const balance = async () => (await world.as<{ items: { account: string; amount: string }[] }>('finance', 'GET', `/v1/funds/${id}/balances`)).body.items.find(({ account }) => account === 'available')?.amount;
    expect([await limitOf(id), await balance()]).toEqual(['0.00', '0.00']);
    expect((await world.as<{ items: Deposit[] }>('finance', 'GET', `/v1/funds/${id}/deposits`)).body.items).toMatchObject([{ n: 1, outcome: 'open', amount: { amount: '10.00' }, reference: 'first limit' }]);
    expect(await book(both.token, id, 1)).toMatchObject({ status: 403, body: { code: 'funds.deposit_second' } });
    expect(await asToken(both.token, `/v1/funds/${id}/allocations`, { stage: 'final' })).toMatchObject({ status: 409, body: { code: 'changes.fund_empty' } });
    expect(await limitOf(id)).toBe('0.00');
    await expect(application.query(`INSERT INTO fund (code, name, mode, currency, created_at, limit_minor) VALUES ('rich', 'Rich', 'shared', 'GBP', now(), 1)`)).rejects.toMatchObject({ constraint: 'fund_begins_empty_ck' });
    expect((await book(people.financeApprover.token, id, 1)).status).toBe(201);
    expect([await limitOf(id), await balance()]).toEqual(['10.00', '10.00']);
  });

  it('keeps what it has for whoever is decided first; who comes later is offered it under a hold, and is told when there is money', async () => {
    const plain = { code: 'limited', name: 'Limited', mode: 'first_come', currency: 'GBP' };
    for (const limit of [undefined, { amount: '0.00', currency: 'GBP' }, { amount: '50.00', currency: 'EUR' }]) {
      expect(await world.as('finance', 'POST', '/v1/funds', { body: { ...plain, limit } })).toMatchObject({ status: 422, body: { code: 'funds.limit_needed' } });
    }
    const probe = await offered();
    const fund = await world.as<{ id: string; limit: object }>('finance', 'POST', '/v1/funds', { body: { ...plain, limit: { amount: grossOf(probe), currency: 'GBP' } } });
    expect(fund).toMatchObject({ status: 201, body: { limit: { amount: '0.00' } } });
    expect((await book(people.financeApprover.token, fund.body.id, 1)).status).toBe(201);
    expect(await limitOf(fund.body.id)).toBe(grossOf(probe));
    const schemeId = await schemeUnder('limited-gbp', (text) => text, fund.body.id);
    const terms = await termsOf(world, schemeId);
    const first = await takenTo(schemeId, 'pull', 'recommend', 'award');
    const second = await takenTo(schemeId, 'pull', 'recommend', 'award');
    const third = await takenTo(schemeId, 'pull', 'recommend', 'award');
    expect([first.state, second.state, third.state]).toEqual(['offered', 'offered', 'offered']);
    expect(await Promise.all([first, second, third].map(reservedFor))).toEqual([grossOf(probe).replace('.', ''), '0', '0']);
    expect((await holdsOf('owner', second)).map(({ kind, stops }) => ({ kind, stops }))).toEqual([{ kind: 'fund', stops: ['accept', 'lapse', 'line'] }]);
    expect(await cause(world, world.tokens.owner, 'accept', second, terms)).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['fund'] } } });
    const foreseen = await world.as<{ items: { fund: string; money: string; block: string | null; day: string | null; claims: number }[] }>('supervisor', 'GET', '/v1/reports/payment-forecast');
    expect(foreseen.body.items.filter((row) => row.fund === 'limited').map(({ money, block, claims }) => [money, block, claims])).toEqual([['held', 'fund', 2], ['offered', null, 1]]);
    const page = await call<string>(world.url, 'GET', `/en/claims/${second.reference}`, { headers: { cookie: `makegood_session=${world.tokens.owner}` } });
    expect(page.body).toContain('it stands still for now');
    expect(page.body).not.toContain('accept or decline the offer');
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

  const sweep = (): Promise<void> => world.app.get(Jobs).sweep(FUND_HOLDS);
  const pence = (claim: Claim): string => grossOf(claim).replace('.', '');

  it('is raised by money that one person states and another books, once, in its currency; nobody writes the limit', async () => {
    const fundId = await fundOf('raised', '10.00');
    expect(await state(await made('boundless', '', 'open'), '5.00', 'A')).toMatchObject({ status: 409, body: { code: 'funds.no_limit' } });
    expect(await state(fundId, '5.00', 'A', 'EUR')).toMatchObject({ status: 422, body: { code: 'funds.currency_differs' } });
    expect(await state(fundId, '0.00', 'A')).toMatchObject({ status: 422, body: { code: 'funds.deposit_amount' } });
    expect(await state(fundId, '5.00', 'A')).toMatchObject({ status: 201, body: { n: 2, outcome: 'open' } });
    expect(await state(fundId, '7.00', 'A')).toMatchObject({ status: 409, body: { code: 'funds.deposit_stated' } });
    expect(await limitOf(fundId)).toBe('10.00');
    const both = await newPerson(world, ['finance_approver', 'administrator']);
    expect((await asToken<Deposit>(both.token, `/v1/funds/${fundId}/deposits`, { amount: { amount: '1.00', currency: 'GBP' }, reference: 'B' })).status).toBe(201);
    expect(await book(both.token, fundId, 3)).toMatchObject({ status: 403, body: { code: 'funds.deposit_second' } });
    await expect(application.query('UPDATE fund_deposit SET outcome = \'booked\', decided_by = stated_by, decided_at = now() WHERE fund_id = $1 AND n = 3', [fundId])).rejects.toMatchObject({ constraint: 'fund_deposit_second_ck' });
    expect(await book(both.token, fundId, 3, 'dropped')).toMatchObject({ status: 201, body: { outcome: 'dropped' } });
    expect(await state(fundId, '1.00', 'B')).toMatchObject({ status: 201, body: { n: 4 } });
    expect((await book(world.tokens.finance, fundId, 2)).status).toBe(403);
    expect((await book(people.financeApprover.token, fundId, 9)).body).toMatchObject({ code: 'funds.deposit_not_found' });
    expect(await book(people.financeApprover.token, fundId, 2)).toMatchObject({ status: 201, body: { outcome: 'booked', amount: { amount: '5.00' } } });
    expect(await book(people.financeApprover.token, fundId, 2)).toMatchObject({ status: 409, body: { code: 'funds.deposit_decided' } });
    expect(await limitOf(fundId)).toBe('15.00');
    const page = await world.as<{ items: Deposit[]; nextCursor?: string }>('finance', 'GET', `/v1/funds/${fundId}/deposits?limit=2`);
    const rest = await world.as<{ items: Deposit[] }>('finance', 'GET', `/v1/funds/${fundId}/deposits?limit=2&cursor=${page.body.nextCursor ?? ''}`);
    expect([page, rest].map(({ body }) => body.items.map(({ n, outcome }) => `${n} ${outcome}`))).toEqual([['4 open', '3 dropped'], ['2 booked', '1 booked']]);
    const entries = await world.as<{ items: { kind: string }[] }>('finance', 'GET', `/v1/funds/${fundId}/entries`);
    expect(entries.body.items.map(({ kind }) => kind)).toEqual(['deposit', 'deposit']);
    const { rows } = await owner.query('SELECT action FROM audit_entry WHERE aggregate_id = $1 ORDER BY n', [fundId]);
    expect(rows.map(({ action }) => String(action))).toEqual(['fund.created', 'fund.deposit_booked', 'fund.deposit_stated', 'fund.deposit_stated', 'fund.deposit_dropped', 'fund.deposit_stated', 'fund.deposit_booked']);
    await expect(application.query('UPDATE fund SET limit_minor = 1 WHERE id = $1', [fundId])).rejects.toMatchObject({ code: '42501' });
    for (const act of ['UPDATE fund_deposit SET outcome = \'dropped\' WHERE fund_id = $1 AND n = 2', 'DELETE FROM fund_deposit WHERE fund_id = $1 AND n = 4']) {
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
