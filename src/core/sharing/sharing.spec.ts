import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { renderDetail } from '../errors/index.js';
import { addRatio, currency, money, multiplyRatio, parseRatio, ratio, ZERO, type Ratio } from '../money/index.js';
import {
  lateShare, shareFund, SHARING_FAULTS, tieKey, type Claimant, type Factor, type SharedFund, type SharingPlan, type Tier,
} from './index.js';

const USD = currency('USD');
const one: Tier = { key: 'all' };
const plan = (minor: bigint, given: Partial<SharingPlan> = {}): SharingPlan =>
  ({ fundId: 'f', fund: money(minor, USD), reserveRatio: ZERO, tiers: [one], order: 'together', ...given });
const claims = (...points: (bigint | readonly [string, bigint])[]): Claimant[] =>
  points.map((given, index) => (typeof given === 'bigint' ? { claimId: `c${index}`, tier: 'all', points: given } : { claimId: `c${index}`, tier: given[0], points: given[1] }));
const repeat = (count: number, tier: string, points: bigint): (readonly [string, bigint])[] => Array.from({ length: count }, () => [tier, points] as const);

function shared(given: SharingPlan, claimants: readonly Claimant[]): SharedFund {
  const result = shareFund(given, claimants);
  if (!result.ok) throw new Error(`${result.refusal.code} ${JSON.stringify(result.refusal.params)}`);
  return result.value;
}
const minors = (given: SharingPlan, claimants: readonly Claimant[]): bigint[] => shared(given, claimants).shares.map(({ minor }) => minor);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** What a refusal says, with every placeholder filled. */
function said(given: SharingPlan, claimants: readonly Claimant[]): string {
  const result = shareFund(given, claimants);
  if (result.ok) return 'shared';
  const { code, params } = result.refusal;
  return `${code}: ${renderDetail(SHARING_FAULTS[code].detail, params)}`;
}

const tyndall = (fund: bigint): SharingPlan => plan(fund, {
  order: 'together',
  tiers: [{ key: '1', leastRatio: ratio(1n), mostRatio: ratio(3n, 2n) }, ...['2', '3'].map((key) => ({ key, leastRatio: ratio(3n, 4n), mostRatio: ratio(3n, 2n) }))],
});
const tyndallClaims = claims(...repeat(1_000, '1', 250_000n), ...repeat(5_000, '2', 1_000_000n), ...repeat(800, '3', 20_000_000n));

describe('published examples', () => {
  it('USC Tyndall: a fund of 190 million leaves 25/28 to tiers 2 and 3, and tier 1 is never cut', () => {
    const { shares, factors, leftMinor } = shared(tyndall(19_000_000_000n), tyndallClaims);
    expect(factors.get('2')).toEqual(ratio(25n, 28n));
    expect(new Set(shares.slice(0, 1_000).map(({ minor }) => minor))).toEqual(new Set([250_000n]));
    // 8,928.571428… and 178,571.428571…: rests of 1/7 and 6/7, so all of tier 3 has its cent before the first of tier 2.
    const count = (from: number, to: number, minor: bigint): number => shares.slice(from, to).filter((share) => share.minor === minor).length;
    expect([count(1_000, 6_000, 892_857n), count(1_000, 6_000, 892_858n)]).toEqual([4_400, 600]);
    expect(count(6_000, 6_800, 17_857_143n)).toBe(800);
    expect(sum(shares.map(({ minor }) => minor)) + leftMinor).toBe(19_000_000_000n);
  });

  it('USC Tyndall: with money left all rise by half at the most, to 3,750, 30,000 and 375,000', () => {
    expect(minors({ ...tyndall(100_000_000n), surplus: 'stays' }, claims(['1', 250_000n], ['2', 2_000_000n], ['3', 25_000_000n]))).toEqual([375_000n, 3_000_000n, 37_500_000n]);
  });

  it('USC Tyndall: tier 2 at its lowest is 5,625, and what even that does not leave is reported', () => {
    expect(minors(tyndall(250_000n + 562_500n), claims(['1', 250_000n], ['2', 750_000n]))).toEqual([250_000n, 562_500n]);
    expect(said(tyndall(250_000n + 562_499n), claims(['1', 250_000n], ['2', 750_000n]))).toBe(
      'sharing.floors_exceed_fund: The least that the claims of 1, 2, 3 must get, earlier shares included, comes to 8125.00 USD; 8124.99 can be shared, which is 0.01 short. Put that much into the fund or change its rule.');
  });

  it('a fund of 100, weights 90, 10 and 1, a minimum of 10: once pays the first alone, repeated pays two', () => {
    const weights = { tiers: [{ key: 'all', mostRatio: 'unlimited' as const }] };
    expect(minors(plan(10_000n, { ...weights }), claims(90n, 10n, 1n))).toEqual([8_911n, 990n, 99n]);
    expect(minors(plan(10_000n, { ...weights, minimum: { minor: 1_000n, passes: 'once' } }), claims(90n, 10n, 1n))).toEqual([10_000n, 0n, 0n]);
    expect(minors(plan(10_000n, { ...weights, minimum: { minor: 1_000n, passes: 'repeated' } }), claims(90n, 10n, 1n))).toEqual([9_000n, 1_000n, 0n]);
  });

  it('100 among three equal claims is 34, 33 and 33, and the rule for ties says who gets 34', () => {
    const three = claims(100n, 100n, 100n);
    const key = (id: string): string => createHash('sha256').update(`f:${id}`).digest('hex');
    const [first] = three.map(({ claimId }) => claimId).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const found = shared(plan(100n), three).shares;
    expect(found.filter(({ minor }) => minor === 34n).map(({ claimId }) => claimId)).toEqual([first]);
    expect([tieKey('F', 'C1'), key('c1')]).toEqual([key('c1'), tieKey('f', 'c1')]);
  });
});

describe('tiers, bounds and what is kept back', () => {
  const tiers = [{ key: 'a' }, { key: 'b' }];

  it('in turn: the first is paid in full before the second gets anything', () => {
    const { shares, factors } = shared(plan(150n, { tiers, order: 'in_turn' }), claims(['a', 100n], ['b', 80n], ['b', 20n]));
    expect(shares.map(({ minor }) => minor)).toEqual([100n, 40n, 10n]);
    expect([factors.get('a'), factors.get('b')]).toEqual(['full', ratio(1n, 2n)]);
    expect(shared(plan(50n, { tiers, order: 'in_turn' }), claims(['a', 100n], ['b', 80n])).shares.map(({ minor, basis }) => [minor, basis])).toEqual([[50n, 'factor'], [0n, 'nothing_left']]);
  });

  it('in turn: what a protected tier must get is set aside before an earlier tier is paid', () => {
    expect(minors(plan(150n, { tiers: [{ key: 'a' }, { key: 'b', leastRatio: ratio(1n) }], order: 'in_turn' }), claims(['a', 100n], ['b', 80n]))).toEqual([70n, 80n]);
  });

  it('by fraction: each tier shares its own part', () => {
    const parts = [{ key: 'a', fractionRatio: ratio(3n, 4n) }, { key: 'b', fractionRatio: ratio(1n, 4n) }];
    expect(minors(plan(101n, { tiers: parts, order: 'by_fraction' }), claims(['a', 100n], ['b', 100n]))).toEqual([76n, 25n]);
    expect(said(plan(200n, { tiers: parts, order: 'by_fraction' }), claims(['a', 100n], ['b', 100n])).slice(0, 60)).toBe('sharing.fund_exceeds_claims: 0.50 USD is left that no claim ');
    expect(shared(plan(200n, { tiers: parts, order: 'by_fraction', surplus: 'stays' }), claims(['a', 100n], ['b', 100n])).leftMinor).toBe(50n);
  });

  it('a floor lifts nobody above what their claim comes to, a cap leaves the rest to the others', () => {
    const given = plan(100n, { tiers: [{ key: 'all', floorMinor: 10n, capMinor: 60n }] });
    expect(shared(given, claims(4n, 50n, 400n)).shares.map(({ minor, basis }) => [minor, basis])).toEqual([[4n, 'least'], [36n, 'factor'], [60n, 'most']]);
    expect(shared(given, claims(20n, 30n, 400n)).shares.map(({ minor, basis }) => [minor, basis])).toEqual([[16n, 'factor'], [24n, 'factor'], [60n, 'most']]);
  });

  it('what is kept back is rounded up, and late claims get the factor from it, rounded down', () => {
    const given = plan(101n, { reserveRatio: ratio(1n, 4n) });
    const first = shared(given, claims(100n, 50n));
    expect([first.reserveMinor, first.shares.map(({ minor }) => minor), first.factors.get('all')]).toEqual([26n, [50n, 25n], ratio(1n, 2n)]);
    const late = (points: bigint, frozenMinor = 0n): unknown => lateShare(given, first.factors, 26n, { claimId: 'late', tier: 'all', points, frozenMinor });
    expect(late(51n)).toEqual({ ok: true, value: { claimId: 'late', minor: 25n, basis: 'factor' } });
    expect(late(120n, 50n)).toEqual({ ok: true, value: { claimId: 'late', minor: 60n, basis: 'factor' } });
    expect(late(90n, 50n)).toEqual({ ok: true, value: { claimId: 'late', minor: 50n, basis: 'frozen' } });
    expect(late(54n)).toMatchObject({ ok: false, refusal: { code: 'sharing.reserve_exhausted', params: { share: '0.27', reserve: '0.26' } } });
  });

  it('an interim share is never lowered: what it takes beyond the factor, the others give', () => {
    const interim = shared(plan(100n, { reserveRatio: ratio(1n, 2n) }), claims(100n));
    expect(interim.shares[0]?.minor).toBe(50n);
    const total = shared(plan(100n), [{ claimId: 'c0', tier: 'all', points: 100n, frozenMinor: 50n }, ...claims(100n, 200n).slice(1), { claimId: 'c2', tier: 'all', points: 100n }]);
    expect(total.shares.map(({ minor, basis }) => [minor, basis])).toEqual([[50n, 'frozen'], [33n, 'factor'], [17n, 'factor']]);
  });

  it('a frozen share below the minimum stands', () => {
    const claimants = [{ claimId: 'a', tier: 'all', points: 5n, frozenMinor: 2n }, { claimId: 'b', tier: 'all', points: 95n }];
    expect(minors(plan(50n, { minimum: { minor: 10n, passes: 'repeated' } }), claimants)).toEqual([2n, 48n]);
  });

  it('late shares below the minimum, and of a tier nobody knows', () => {
    const given = plan(100n, { minimum: { minor: 10n, passes: 'once' }, reserveRatio: ratio(1n, 10n) });
    const { factors } = shared(given, claims(100n, 80n));
    expect(factors.get('all')).toEqual(ratio(1n, 2n));
    for (const points of [5n, 19n]) expect(lateShare(given, factors, 10n, { claimId: 'l', tier: 'all', points })).toMatchObject({ value: { minor: 0n, basis: 'below_minimum' } });
    expect(lateShare(given, factors, 10n, { claimId: 'l', tier: 'all', points: 20n })).toMatchObject({ value: { minor: 10n } });
    expect(lateShare(given, factors, 10n, { claimId: 'l', tier: 'none', points: 20n })).toMatchObject({ refusal: { code: 'sharing.tier_unknown' } });
  });
});

describe('what is not defined is refused in words', () => {
  it.each([
    ['nothing to share', plan(0n), claims(1n), 'sharing.nothing_to_share: The fund has 0.00 USD, of which 0.00 is kept back, so nothing is left to share. Put money into the fund or keep less back.'],
    ['all kept back', plan(1n, { reserveRatio: ratio(1n, 2n) }), claims(1n), 'sharing.nothing_to_share: The fund has 0.01 USD, of which 0.01 is kept back, so nothing is left to share. Put money into the fund or keep less back.'],
    ['nobody', plan(5n), [], 'sharing.nobody: No claim that shares in this fund was granted anything, so there is nobody to share it among.'],
    ['claims for nothing', plan(5n), claims(0n, 0n), 'sharing.nobody: No claim that shares in this fund was granted anything, so there is nobody to share it among.'],
    ['an unknown tier', plan(5n), claims(['z', 1n]), 'sharing.tier_unknown: Claim c0 is in tier "z"; the fund has the tiers all. Correct the claim or the rule of the fund.'],
    ['a fund larger than all claims', plan(5n), claims(1n, 3n), 'sharing.fund_exceeds_claims: 0.01 USD is left that no claim can take: each is at its most, or would stay below the minimum payment. The rule of the fund does not say what becomes of them. Say so in the rule.'],
    ['a minimum that nobody comes to', plan(20n, { minimum: { minor: 10n, passes: 'repeated' } }), claims(10n, 10n, 10n), 'sharing.minimum_leaves_nobody: Shared among all, no claim comes to the minimum payment of 0.10 USD, so nobody would be paid. Put money into the fund or lower the minimum.'],
  ])('%s', (_name, given, claimants, words) => {
    expect(said(given, claimants)).toBe(words);
  });

  it('a plan that contradicts itself is a bug', () => {
    const faulty = [
      plan(1n, { reserveRatio: ratio(1n) }), plan(1n, { tiers: [] }), plan(1n, { tiers: [one, one] }), plan(1n, { order: 'by_fraction' }),
    ];
    for (const given of faulty) expect(() => shareFund(given, claims(1n))).toThrow(RangeError);
    expect(() => shareFund(plan(1n), [...claims(1n), ...claims(1n)])).toThrow('stands twice');
    expect(() => shareFund(plan(1n), claims(-1n))).toThrow('below nought');
  });
});

const ratios = fc.tuple(fc.bigInt({ min: 0n, max: 12n }), fc.bigInt({ min: 1n, max: 12n })).map(([num, den]) => ratio(num, den));
const belowOne = ratios.filter(({ num, den }) => num < den);
const points = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 1n, max: 10n ** 9n }));
const few = fc.array(fc.record({ tier: fc.constantFrom('a', 'b', 'c'), points: fc.bigInt({ min: 1n, max: 9n }) }), { minLength: 3, maxLength: 30 })
  .map((list) => list.map((claimant, index) => ({ claimId: `c${index}`, ...claimant })));
const optional = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined });
const tierOf = (key: string): fc.Arbitrary<Tier> => fc.record({
  leastRatio: optional(belowOne), mostRatio: optional(fc.oneof(fc.constant('unlimited' as const), ratios)),
  floorMinor: optional(fc.bigInt({ min: 0n, max: 50n })), capMinor: optional(fc.bigInt({ min: 0n, max: 10n ** 6n })),
}).map((given) => Object.fromEntries([['key', key], ['fractionRatio', ratio(1n, 3n)], ...Object.entries(given).filter(([, value]) => value !== undefined)]) as unknown as Tier);
/** Funds that are short, enough, and too much, whatever the points. */
const plans = fc.record({
  minor: fc.oneof(fc.bigInt({ min: 0n, max: 500n }), fc.bigInt({ min: 0n, max: 10n ** 10n })), reserveRatio: fc.oneof(fc.constant(ZERO), belowOne),
  tiers: fc.tuple(tierOf('a'), tierOf('b'), tierOf('c')), order: fc.constantFrom('together' as const, 'in_turn' as const, 'by_fraction' as const),
  minimum: optional(fc.record({ minor: fc.bigInt({ min: 1n, max: 60n }), passes: fc.constantFrom('once' as const, 'repeated' as const) })),
}).map(({ minor, minimum, ...given }) => plan(minor, { ...given, surplus: 'stays', ...(minimum === undefined ? {} : { minimum }) }));
const claimantsOf = (frozen: fc.Arbitrary<bigint>): fc.Arbitrary<Claimant[]> =>
  fc.array(fc.record({ tier: fc.constantFrom('a', 'b', 'c'), points, frozenMinor: frozen }), { minLength: 1, maxLength: 30 }).map((list) => list.map((claimant, index) => ({ claimId: `c${index}`, ...claimant })));
const fresh = claimantsOf(fc.constant(0n));
const some = fc.oneof(fresh, claimantsOf(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 20n }))));
const same = (found: SharedFund): unknown => ({ ...found, factors: [...found.factors], shares: [...found.shares].sort((a, b) => (a.claimId < b.claimId ? -1 : 1)) });

describe('of every plan', () => {
  it('shares, what is kept back and what is left are the fund, exactly', () => {
    fc.assert(fc.property(plans, some, (given, claimants) => {
      const result = shareFund(given, claimants);
      if (!result.ok) return;
      const { shares, reserveMinor, leftMinor } = result.value;
      expect(sum(shares.map(({ minor }) => minor)) + reserveMinor + leftMinor).toBe(given.fund.minor);
      expect(shares.map(({ claimId }) => claimId)).toEqual(claimants.map(({ claimId }) => claimId));
      expect(leftMinor >= 0n).toBe(true);
    }), { numRuns: 2_000 });
  });

  it('of many equal claims in a fund that is short, the order of claims and of arrival changes nothing', () => {
    const orders = few.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })));
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 60n }), orders, (fund, [list, shuffled]) => {
      const given = plan(fund, { surplus: 'stays', tiers: [{ key: 'a' }, { key: 'b', leastRatio: ratio(1n, 9n) }, { key: 'c', capMinor: 5n }], order: 'together' });
      const [a, b] = [shareFund(given, list), shareFund(given, shuffled)];
      expect(a.ok ? same(a.value) : a.refusal).toEqual(b.ok ? same(b.value) : b.refusal);
    }), { numRuns: 1_000 });
  });

  it('the order of claims and of arrival changes nothing', () => {
    fc.assert(fc.property(plans, some.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), (given, [list, shuffled]) => {
      const [a, b] = [shareFund(given, list), shareFund(given, shuffled)];
      if (!a.ok || !b.ok) return expect(a.ok || a.refusal.code === 'sharing.tier_unknown' ? a.ok : a.refusal).toEqual(b.ok ? true : b.refusal);
      expect(same(a.value)).toEqual(same(b.value));
    }), { numRuns: 1_000 });
  });

  it('no share leaves its bounds, none frozen is lowered, none is below the minimum unless frozen', () => {
    fc.assert(fc.property(plans, some, (given, claimants) => {
      const result = shareFund(given, claimants);
      if (!result.ok) return;
      for (const [index, { minor }] of result.value.shares.entries()) {
        const { points: granted, tier, frozenMinor = 0n } = claimants[index] as Claimant;
        const { mostRatio = ratio(1n), capMinor } = given.tiers.find(({ key }) => key === tier) as Tier;
        expect(minor >= frozenMinor).toBe(true);
        if (frozenMinor > 0n) continue;
        if (mostRatio !== 'unlimited') expect(minor * mostRatio.den <= granted * mostRatio.num).toBe(true);
        if (capMinor !== undefined) expect(minor <= capMinor).toBe(true);
        if (given.minimum !== undefined) expect(minor === 0n || minor >= given.minimum.minor).toBe(true);
      }
    }), { numRuns: 2_000 });
  });

  it('claims of equal points in one tier differ by one minor unit at the most, and more points never get a unit less than that', () => {
    fc.assert(fc.property(plans, fresh, (given, claimants) => {
      const result = shareFund(given, claimants);
      if (!result.ok) return;
      const got = result.value.shares.map(({ minor }, index) => ({ minor, ...(claimants[index] as Claimant) }));
      for (const a of got) for (const b of got) if (a.tier === b.tier && a.points >= b.points) expect(a.minor >= b.minor - 1n).toBe(true);
    }), { numRuns: 500 });
  });

  it('without a minimum a larger fund costs nobody more than one minor unit', () => {
    fc.assert(fc.property(plans, some, fc.bigInt({ min: 1n, max: 10n ** 6n }), (given, claimants, more) => {
      const { minimum: _, ...plain } = given;
      const [less, larger] = [shareFund({ ...plain, reserveRatio: ZERO }, claimants), shareFund({ ...plain, reserveRatio: ZERO, fund: money(given.fund.minor + more, USD) }, claimants)];
      if (!less.ok || !larger.ok) return expect(less.ok && given.order !== 'by_fraction').toBe(false);
      for (const [index, { minor }] of less.value.shares.entries()) expect((larger.value.shares[index]?.minor ?? 0n) >= minor - 1n).toBe(true);
    }), { numRuns: 1_000 });
  });

  it('the factor of a plain fund is fund over claims, and each share is within one minor unit of its exact one', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 30 }), (fund, granted) => {
      const total = sum(granted);
      fc.pre(fund < total);
      const { shares, factors } = shared(plan(fund), claims(...granted));
      expect(factors.get('all')).toEqual(ratio(fund, total));
      for (const [index, { minor }] of shares.entries()) {
        const off = addRatio(multiplyRatio(ratio(granted[index] ?? 0n), factors.get('all') as Ratio), ratio(-minor));
        expect(off.num < off.den && -off.num < off.den).toBe(true);
      }
    }));
  });

  it('repeated drops the fewest: it finds what dropping them one size at a time finds', () => {
    const slowly = (given: SharingPlan, claimants: readonly Claimant[], minor: bigint): bigint[] => {
      const { minimum: _, ...plain } = given;
      let left = claimants.filter(({ points: granted }) => granted >= minor);
      for (;;) {
        if (left.length === 0) return claimants.map(() => 0n);
        const { shares, factors } = shared(plain, left);
        const factor = factors.get('all') as Factor;
        const below = left.filter(({ points: granted }) => factor !== 'full' && granted * factor.num < minor * factor.den);
        if (below.length === 0) return claimants.map(({ claimId }) => shares.find((share) => share.claimId === claimId)?.minor ?? 0n);
        const [fewest] = below.map(({ points: granted }) => granted).sort((a, b) => (a < b ? -1 : 1));
        left = left.filter(({ points: granted }) => granted !== fewest);
      }
    };
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 400n }), fc.bigInt({ min: 1n, max: 30n }), fc.array(fc.bigInt({ min: 1n, max: 60n }), { minLength: 1, maxLength: 12 }), (fund, minor, granted) => {
      const given = plan(fund, { minimum: { minor, passes: 'repeated' }, surplus: 'stays' });
      const result = shareFund(given, claims(...granted));
      const expected = slowly(given, claims(...granted), minor);
      if (result.ok) expect(result.value.shares.map((share) => share.minor)).toEqual(expected);
      else expect([result.refusal.code, sum(expected)]).toEqual(['sharing.minimum_leaves_nobody', 0n]);
    }), { numRuns: 1_000 });
  });
});

describe('paradoxes that the method has, and says it has', () => {
  it('a fund of one cent more may cost a claim a cent', () => {
    const three = claims(60n, 60n, 20n);
    expect(minors(plan(10n), three)).toEqual([4n, 4n, 2n]);
    expect(minors(plan(11n), three)).toEqual([5n, 5n, 1n]);
  });

  it('with a minimum a larger fund may cost a claim what another newly comes to', () => {
    const given = { tiers: [{ key: 'all', mostRatio: 'unlimited' as const }], minimum: { minor: 10n, passes: 'once' as const } };
    expect(minors(plan(100n, given), claims(90n, 10n))).toEqual([90n, 10n]);
    expect(minors(plan(99n, given), claims(90n, 10n))).toEqual([99n, 0n]);
  });

  it('a ratio of an allocation is read back as it was written', () => {
    const { factors } = shared(plan(1n), claims(3n));
    expect(parseRatio('1/3')).toEqual({ ok: true, value: factors.get('all') });
  });
});
