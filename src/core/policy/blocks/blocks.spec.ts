import { describe, expect, it } from '@jest/globals';
import { factsOf, faultsOf, ran, smallPolicy, type SmallPolicy } from '../../../../test/support/policy.js';
import { exampleGiven, releasedBlocks, valueJson, type PolicyRun } from '../index.js';

/** What the step `out` comes to, as its trace says it. */
const out = (run: PolicyRun): unknown => valueJson(run.values.get('out') ?? null);
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });

function result(policy: SmallPolicy, inputs: Readonly<Record<string, unknown>> = {}, given: Readonly<Record<string, unknown>> = {}): unknown {
  return out(ran(smallPolicy(policy), { ...given, inputs }));
}
const cash = { result: { cash: '$out' } };
const shown = (id = 'out') => ({ result: { cash: '$cash', shown: `$${id}` } });
const one = { id: 'cash', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };

describe('every released block', () => {
  it.each(releasedBlocks().map((block) => [`${block.name}@${block.version}`, block] as const))('%s says what it is for, how it rounds, one edge, and who needs it', (_pin, block) => {
    for (const text of [block.purpose, block.example, block.source, ...Object.values(block.inputs).map(({ about }) => about), ...Object.values(block.params).map(({ about }) => about)]) {
      expect(text.length).toBeGreaterThan(5);
    }
    expect(block.rounding.length).toBeGreaterThan(0);
  });
});

describe('gates', () => {
  const gate = (test: object): SmallPolicy => ({
    inputs: { figure: 'number', day: 'date', word: 'choice', at: 'instant', money: 'money' }, params: {},
    steps: [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', ...test }] } }, one], result: { cash: '$cash' },
  });
  const denied = (test: object, inputs: object) => ran(smallPolicy(gate(test)), { inputs }).denials.length > 0;

  it.each([
    ['at_most', '5', false], ['less_than', '5', true], ['at_least', '5', false], ['more_than', '5', true], ['equals', '5', false], ['differs', '5', true],
  ])('%s at its edge', (op, right, isDenied) => {
    expect(denied({ left: '$inputs.figure', op, right }, { figure: '5' })).toBe(isDenied);
  });

  it('dates compare as dates, instants against the beginning of a date at the site', () => {
    expect(denied({ left: '$inputs.day', op: 'at_most', right: '2026-03-31' }, { day: '2026-03-31' })).toBe(false);
    expect(denied({ left: '$inputs.day', op: 'at_most', right: '2026-03-31' }, { day: '2026-04-01' })).toBe(true);
    expect(denied({ left: '$inputs.at', op: 'less_than', right: '$inputs.day' }, { at: '2026-03-30T23:59Z', day: '2026-03-31' })).toBe(false);
    expect(denied({ left: '$inputs.at', op: 'less_than', right: '$inputs.day' }, { at: '2026-03-31T00:00Z', day: '2026-03-31' })).toBe(true);
  });

  it('what is not known is asked for, refused or let through as the policy says, never guessed', () => {
    const run = (missing: string) => ran(smallPolicy(gate({ left: '$inputs.figure', op: 'at_most', right: '5', missing })), { inputs: {} });
    expect(run('review').reviews.map(({ code }) => code)).toEqual(['fact_missing']);
    expect(run('deny').denials.map(({ code }) => code)).toEqual(['filed_late']);
    expect(run('pass')).toMatchObject({ denials: [], reviews: [] });
  });

  it('of `any`, one that holds is enough; when none does, each is a reason', () => {
    const policy = smallPolicy({
      inputs: { figure: 'number', money: 'money' },
      steps: [{ id: 'gate', use: 'eligible', with: { any: [
        { code: 'filed_late', left: '$inputs.figure', op: 'at_most', right: '5' }, { code: 'outside_area', left: '$inputs.figure', op: 'at_least', right: '10' }] } }, one],
      result: { cash: '$cash' },
    });
    expect(ran(policy, { inputs: { figure: '12' } }).denials).toEqual([]);
    expect(ran(policy, { inputs: { figure: '7' } }).denials.map(({ code }) => code)).toEqual(['filed_late', 'outside_area']);
  });

  it('a condition says whether all of it holds, and refuses nobody; what is not known does not hold', () => {
    const policy = smallPolicy({
      inputs: { figure: 'number', word: 'choice', money: 'money' },
      steps: [one, { id: 'out', use: 'condition', with: { all: [{ left: '$inputs.figure', op: 'at_most', right: '5' }, { left: '$inputs.word', op: 'one_of', oneOf: ['a'] }] } }],
      ...shown(),
    });
    const holds = (inputs: object): boolean | undefined => {
      const run = ran(policy, { inputs: { money: '1', ...inputs } });
      expect(run).toMatchObject({ denials: [], reviews: [] });
      const found = run.values.get('out');
      return found?.type === 'boolean' ? found.is : undefined;
    };
    expect([holds({ figure: '5', word: 'a' }), holds({ figure: '5.1', word: 'a' }), holds({ figure: '5', word: 'b' }), holds({ word: 'a' }), holds({})]).toEqual([true, false, false, false, false]);
  });

  it('a route sends on what holds, and asks for a second approver or evidence without stopping the amount', () => {
    const policy = smallPolicy({
      inputs: { money: 'money' },
      steps: [one, { id: 'on', use: 'route', with: { when: [
        { code: 'individual_review', left: '$cash', op: 'more_than', right: '500.00' },
        { code: 'large_amount', left: '$cash', op: 'more_than', right: '100.00', to: 'second_approver' },
        { code: 'evidence_needed', left: '$cash', op: 'more_than', right: '50.00', to: 'evidence', evidence: 'accounts' }] } }],
      result: { cash: '$cash' },
    });
    expect(ran(policy, { inputs: { money: '500.00' } })).toMatchObject({ reviews: [], routes: [{ to: 'second_approver', code: 'large_amount' }, { to: 'evidence', evidence: 'accounts' }] });
    expect(ran(policy, { inputs: { money: '500.01' } }).reviews.map(({ code }) => code)).toEqual(['individual_review']);
    expect(ran(policy, { inputs: { money: '50.00' } })).toMatchObject({ reviews: [], routes: [] });
  });

  it('causation: −8.5 % exactly over three months passes, a won less does not; without the later rise neither', () => {
    const months = (...amounts: number[]) => amounts.map((amount, index) => ({ from: `2010-0${index + 5}`, amount: String(amount) }));
    const v: SmallPolicy = {
      currency: 'KRW', inputs: { before: 'series', during: 'series', later: 'series', money: 'money' },
      steps: [{ ...one, with: { unit: '1', mode: 'down' } }, { id: 'out', use: 'causation', in: { before: '$inputs.before', during: '$inputs.during', later: '$inputs.later' }, with: { fall: '8.5%', rise: '5%', periods: '3' } }], ...shown(),
    };
    const before = months(60_000, 70_000, 70_000);
    expect(result(v, { before, during: months(60_000, 61_500, 61_500), later: months(70_000, 61_075, 61_075) })).toBe(true);
    expect(result(v, { before, during: months(60_000, 61_500, 61_501), later: months(90_000, 90_000, 90_000) })).toBe(false);
    expect(result(v, { before, during: months(60_000, 61_500, 61_500), later: months(70_000, 61_075, 61_074) })).toBe(false);
    expect(result(v, { before, during: months(60_000, 61_500, 61_500) })).toBe(false);
  });
});

describe('calendars', () => {
  const days = (use: string, more: object, ins: object): SmallPolicy => ({
    inputs: { from: 'date', to: 'date', at: 'instant', money: 'money' }, params: { holidays: { unit: 'dates', list: ['2024-05-06'] } },
    steps: [one, { id: 'day', use, in: ins, with: more },
      { id: 'out', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$day', op: 'present' }] } }], result: { cash: '$cash' },
  });
  const dayOf = (policy: SmallPolicy, inputs: object, zone = 'UTC') => valueJson(ran(smallPolicy(policy), { zone, inputs }).values.get('day') ?? null);

  it('the second working day after a Monday is Wednesday, after a Friday Tuesday, and a bank holiday moves it on', () => {
    const policy = days('add_working_days', { days: '2', holidays: '$params.holidays' }, { from: '$inputs.from' });
    expect(dayOf(policy, { from: '2024-06-03' })).toEqual({ on: '2024-06-05' });
    expect(dayOf(policy, { from: '2024-06-07' })).toEqual({ on: '2024-06-11' });
    expect(dayOf(policy, { from: '2024-05-03' })).toEqual({ on: '2024-05-08' });
  });

  it('BT Business: Friday 20:59 ends on Tuesday, 21:01 counts as Monday and ends on Wednesday', () => {
    const policy = days('add_working_days', { days: '2', cutOff: '21:00' }, { from: '$inputs.at' });
    expect(dayOf(policy, { at: '2024-06-07T20:59+01:00' }, 'Europe/London')).toEqual({ on: '2024-06-11' });
    expect(dayOf(policy, { at: '2024-06-07T21:00+01:00' }, 'Europe/London')).toEqual({ on: '2024-06-11' });
    expect(dayOf(policy, { at: '2024-06-07T21:01+01:00' }, 'Europe/London')).toEqual({ on: '2024-06-12' });
    expect(dayOf(policy, { at: '2024-06-08T10:00+01:00' }, 'Europe/London')).toEqual({ on: '2024-06-12' });
  });

  it.each([['does_not_count', 'does_not_count', '1'], ['counts', 'does_not_count', '2'], ['does_not_count', 'counts', '2'], ['counts', 'counts', '3']])(
    'Wednesday to Friday, first %s, last %s: %s', (first, last, number) => {
      expect(dayOf(days('count_days', { first, last }, { from: '$inputs.from', to: '$inputs.to' }), { from: '2024-06-05', to: '2024-06-07' })).toEqual({ number });
    });

  it('days are never negative, and working days leave out weekends', () => {
    expect(dayOf(days('count_days', { first: 'counts', last: 'counts' }, { from: '$inputs.from', to: '$inputs.to' }), { from: '2024-06-07', to: '2024-06-03' })).toEqual({ number: '0' });
    expect(dayOf(days('count_days', { first: 'counts', last: 'counts', days: 'working' }, { from: '$inputs.from', to: '$inputs.to' }), { from: '2024-06-07', to: '2024-06-10' })).toEqual({ number: '2' });
  });
});

describe('amounts', () => {
  it('index: Ofcom\'s yearly uplift compounds on the rounded amount', () => {
    const cpi = { unit: 'ratio', rows: [['2021-04-01', '0.7%'], ['2022-04-01', '4.2%'], ['2023-04-01', '11.1%'], ['2024-04-01', '4.6%'], ['2025-04-01', '2.3%'], ['2026-04-01', '3.6%']].map(([from, value]) => ({ from, value })) };
    const policy = (base: string): SmallPolicy => ({
      inputs: { on: 'date' }, params: { cpi, base: { unit: 'GBP', value: base } },
      steps: [{ id: 'base', use: 'lookup_dated', in: { on: '$inputs.on' }, with: { table: '$params.base' } },
        { id: 'out', use: 'index', in: { base: '$base', on: '$inputs.on' }, with: { rates: '$params.cpi', unit: '0.01', mode: 'half_up' } }], ...cash,
    });
    const table: [string, string, string, string][] = [
      ['2020-04-01', '800', '2500', '500'], ['2021-04-01', '806', '2518', '504'], ['2022-04-01', '840', '2624', '525'], ['2023-04-01', '933', '2915', '583'],
      ['2024-04-01', '976', '3049', '610'], ['2025-04-01', '998', '3119', '624'], ['2026-04-01', '1034', '3231', '646'],
    ];
    for (const [on, ...sums] of table) expect(['8.00', '25.00', '5.00'].map((base) => result(policy(base), { on }))).toEqual(sums.map(pence));
  });

  it('lookup by two keys, `otherwise`, and nothing stated', () => {
    const policy: SmallPolicy = {
      inputs: { key: 'text' }, params: { sums: { unit: 'GBP', table: { 'business/severe': '85.00', home: '70.00' } }, rest: { unit: 'GBP', table: { home: '1.00' }, otherwise: '2.00' } },
      steps: [{ id: 'out', use: 'lookup', in: { key: '$inputs.key' }, with: { table: '$params.sums' } }], ...cash,
    };
    expect(result(policy, { key: 'business/severe' })).toEqual(pence('8500'));
    expect(result({ ...policy, inputs: { key: 'text', more: 'text' }, steps: [{ id: 'out', use: 'lookup', in: { key: '$inputs.key', second: '$inputs.more' }, with: { table: '$params.sums' } }] }, { key: 'business', more: 'severe' })).toEqual(pence('8500'));
    expect(ran(smallPolicy(policy), { inputs: { key: 'farm' } })).toMatchObject({ reviews: [{ code: 'parameter_not_stated' }] });
    expect(result({ ...policy, steps: [{ id: 'out', use: 'lookup', in: { key: '$inputs.key' }, with: { table: '$params.rest' } }] }, { key: 'farm' })).toEqual(pence('200'));
  });

  const on = (use: string, types: Readonly<Record<string, string>>, ins: object, more: object = {}): SmallPolicy => ({ inputs: types, steps: [{ id: 'out', use, in: ins, with: more }], ...cash });
  const money = { a: 'money', b: 'money', c: 'money', n: 'number', r: 'ratio' };

  it('sum may be negative; null items are left out; kinds do not mix', () => {
    const policy = on('sum', money, { items: ['$inputs.a', '$inputs.b'], less: ['$inputs.c'] });
    expect(result(policy, { a: '895.72', b: '38.32', c: '42.34' })).toEqual(pence('89170'));
    expect(result(policy, { a: '1.00', c: '3.00' })).toEqual(pence('-200'));
    expect(faultsOf(on('sum', money, { items: ['$inputs.a', '$inputs.nothing'] }))).toEqual(['policy.dangling_ref']);
    expect(ran(smallPolicy(on('sum', money, { items: ['$inputs.a', '$inputs.n'] })), { inputs: { a: '1.00', n: '1' } }).reviews).toMatchObject([{ code: 'units_do_not_match' }]);
  });

  it('divide keeps fractions, and nought as a divisor goes to a person', () => {
    expect(result(on('divide', money, { of: '$inputs.a', by: '$inputs.n' }), { a: '1.00', n: '3' })).toEqual(pence('100/3'));
    expect(ran(smallPolicy(on('divide', money, { of: '$inputs.a', by: '$inputs.n' })), { inputs: { a: '1.00', n: '0' } }).reviews).toMatchObject([{ code: 'division_by_zero' }]);
  });

  it('average: B1 pays 60,000, adequate cover pays all', () => {
    const policy = on('average', money, { loss: '$inputs.a', insured: '$inputs.b', required: '$inputs.c' });
    expect(result(policy, { a: '80000.00', b: '150000.00', c: '200000.00' })).toEqual(pence('6000000'));
    expect(result(policy, { a: '80000.00', b: '200000.00', c: '200000.00' })).toEqual(pence('8000000'));
  });

  it.each([
    ['franchise', '12000.00', {}, '1200000'], ['franchise', '9000.00', {}, '0'], ['franchise', '10000.00', {}, '0'], ['franchise', '10000.00', { reached: 'at_least' }, '1000000'],
    ['excess', '12000.00', {}, '200000'], ['excess', '9000.00', {}, '0'],
  ])('deduct %s from %s %j', (kind, a, more, minor) => {
    expect(result(on('deduct', money, { value: '$inputs.a' }, { amount: '10000.00', kind, ...more }), { a })).toEqual(pence(minor));
  });

  it('deduct: the greater of money and the loss of the waiting time', () => {
    const policy = on('deduct', money, { value: '$inputs.a', waitingLoss: '$inputs.b' }, { amount: '100.00', kind: 'greater_of' });
    expect(result(policy, { a: '500.00', b: '150.00' })).toEqual(pence('35000'));
    expect(result(policy, { a: '500.00', b: '50.00' })).toEqual(pence('40000'));
  });

  it('uptime: 4.32 minutes of 43,200 is exactly 99.99 %, and 60 intervals at 10 % errors weigh as 6', () => {
    const policy: SmallPolicy = { inputs: { down: 'number', total: 'number', rates: { intervals: 'number', rate: 'ratio' }, money: 'money' }, steps: [one,
      { id: 'up', use: 'uptime', in: { down: '$inputs.down', rates: '$inputs.rates', total: '$inputs.total' } },
      { id: 'out', use: 'eligible', with: { all: [{ code: 'uptime_kept', left: '$up', op: 'less_than', right: '99.99%' }] } }], result: { cash: '$cash' } };
    const up = (inputs: object) => valueJson(ran(smallPolicy(policy), { inputs }).values.get('up') ?? null);
    expect(up({ down: '4.32', total: '43200' })).toEqual({ ratio: '9999/10000' });
    expect(up({ rates: [{ intervals: '60', rate: '10%' }], total: '8640' })).toEqual({ ratio: '1439/1440' });
    expect(up({ total: '43200' })).toBeNull();
  });

  it('slices: Big Fish truncates 8,273.125 to 8,273.12', () => {
    const policy: SmallPolicy = { currency: 'USD', inputs: { a: 'money' }, steps: [
      { id: 'sliced', use: 'slices', in: { value: '$inputs.a' }, with: { slices: [{ upTo: '1000.00', rate: '10%' }, { upTo: '10000.00', rate: '17.5%' }, { upTo: '100000.00', rate: '30%' }, { rate: '60%' }] } },
      { id: 'share', use: 'lookup', in: { key: '$facts.site.country' }, with: { table: '$params.factor' } },
      { id: 'exact', use: 'percent', in: { of: '$sliced', rate: '$share' } },
      { id: 'out', use: 'round', in: { value: '$exact' }, with: { unit: '0.01', mode: 'down' } }],
    params: { factor: { unit: 'ratio', value: '77.5%' } }, ...cash };
    expect(result(policy, { a: '40000.00' })).toEqual({ minor: '827312', currency: 'USD', samples: undefined });
  });

  it('slices of days: five at one sum, the rest at another', () => {
    const policy: SmallPolicy = { inputs: { n: 'number' }, steps: [{ id: 'out', use: 'slices', in: { value: '$inputs.n' }, with: { slices: [{ upTo: '5', each: '24.20' }, { each: '48.40' }] } }], ...cash };
    expect(result(policy, { n: '8' })).toEqual(pence('26620'));
    expect(result(policy, { n: '5' })).toEqual(pence('12100'));
  });

  it.each([['1', '9500'], ['3', '17500'], ['0', '0'], ['9', '21500']])('per_unit with a first unit and a cap on units: %s → %s', (n, minor) => {
    expect(result(on('per_unit', money, { units: '$inputs.n' }, { rate: '40.00', first: '95.00', most: '4' }), { n })).toEqual(pence(minor));
  });

  it('combine: first that yields, least, greatest, and the claimant\'s choice among those listed', () => {
    const legs = (method: string, ins: object = {}): SmallPolicy => on('combine', { ...money, pick: 'number' }, { legs: ['$inputs.a', '$inputs.b'], ...ins }, { method });
    expect(result(legs('first_non_null'), { b: '2.00' })).toEqual(pence('200'));
    expect(result(legs('min'), { a: '3.00', b: '2.00' })).toEqual(pence('200'));
    expect(result(legs('max'), { a: '3.00', b: '2.00' })).toEqual(pence('300'));
    expect(result(legs('claimant_choice', { choice: '$inputs.pick' }), { a: '3.00', b: '2.00', pick: '2' })).toEqual(pence('200'));
    expect(result(legs('claimant_choice', { choice: '$inputs.pick' }), { a: '3.00', b: '2.00', pick: '3' })).toBeNull();
  });
});

describe('rows', () => {
  const each = (more: object, use: object[] = [{ id: 'own', use: 'percent', in: { of: '$row.sold', rate: '$row.share' } }]): SmallPolicy => ({
    inputs: { rows: { sold: 'money', share: 'ratio', name: 'text' } },
    steps: [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', result: '$own', do: use }, ...more } }], ...cash,
  });
  const rows = [{ sold: '100.00', share: '1/2', name: 'a' }, { sold: '10.00', share: '1', name: 'b' }, { sold: '70.00', share: '1', name: 'c' }];

  it.each([['sum', '13000'], ['max', '7000'], ['min', '1000']])('%s', (join, minor) => {
    expect(result(each({ join }), { rows })).toEqual(pence(minor));
  });

  it('the best run of consecutive rows, every candidate in the trace', () => {
    const policy = smallPolicy(each({ join: 'max', consecutive: { least: '2', most: '3' } }, [{ id: 'own', use: 'round', in: { value: '$row.sold' }, with: { unit: '0.01', mode: 'down' } }]));
    const run = ran(policy, { inputs: { rows: [...rows, { sold: '25.00', share: '1', name: 'd' }] } });
    expect(out(run)).toEqual(pence('18000'));
    expect((run.trace[0]?.working as { candidates: unknown[] }).candidates).toHaveLength(5);
  });

  it('no rows yield nothing, a row that needs a person sends the claim to one, and one row cannot see another', () => {
    expect(result(each({}), { rows: [] })).toBeNull();
    expect(ran(smallPolicy(each({}, [{ id: 'own', use: 'divide', in: { of: '$row.sold', by: '$row.share' } }])), { inputs: { rows: [{ sold: '1.00', share: '0', name: 'x' }] } }).reviews).toMatchObject([{ code: 'division_by_zero' }]);
    expect(faultsOf(each({}, [{ id: 'own', use: 'percent', in: { of: '$row.missing', rate: '$row.share' } }]))).toContain('policy.dangling_ref');
    expect(faultsOf(each({}, [{ id: 'own', use: 'percent', in: { of: '$row.sold', rate: '$row.share' } }, { id: 'idle', use: 'percent', in: { of: '$row.sold', rate: '$row.share' } }]))).toContain('policy.unreachable');
  });
});

describe('bounds', () => {
  const on = (use: string, more: object, ins: object = { value: '$inputs.a' }): SmallPolicy => ({ inputs: { a: 'money', b: 'money', r: 'ratio' }, steps: [{ id: 'out', use, in: ins, with: more }], ...cash });

  it('a floor lifts what is due, and nought only where the policy says so', () => {
    expect(result(on('clamp', { floor: '10.00' }), { a: '1.00' })).toEqual(pence('1000'));
    expect(result(on('clamp', { floor: '10.00' }), { a: '0.00' })).toEqual(pence('0'));
    expect(result(on('clamp', { floor: '10.00', floorWhenNought: 'true' }), { a: '0.00' })).toEqual(pence('1000'));
    expect(result(on('clamp', { cap: '$inputs.b' }), { a: '9.00', b: '5.00' })).toEqual(pence('500'));
  });

  it('a bound that is taken from nothing leaves nothing, instead of no bound', () => {
    const policy: SmallPolicy = { inputs: { a: 'money', b: 'money' }, steps: [{ id: 'out', use: 'per_unit', in: { units: '$n' }, with: { rate: '$inputs.b' } }].map((step) => ({ ...step, in: { units: '$inputs.n' } })), ...cash };
    expect(result({ ...policy, inputs: { ...policy.inputs, n: 'number' } }, { n: '2' })).toBeNull();
  });

  it('a count is rounded as an amount is', () => {
    const policy: SmallPolicy = { inputs: { n: 'number' }, steps: [{ id: 'whole', use: 'round', in: { value: '$inputs.n' }, with: { unit: '1', mode: 'floor' } }, { id: 'out', use: 'per_unit', in: { units: '$whole' }, with: { rate: '1.00' } }], ...cash };
    expect([result(policy, { n: '7/2' }), result(policy, { n: '-1/2' })]).toEqual([pence('300'), pence('0')]);
  });

  it('limit: what other claims used is taken off the cap', () => {
    const policy = smallPolicy(on('limit', { cap: '50.00', per: 'site', name: 'year' }));
    const used = (minor: string) => ({ capUse: { [`${factsOf(policy, {}).policy.key}:year:site:example`]: minor } });
    expect(out(ran(policy, { inputs: { a: '10.00' } }, used('4200')))).toEqual(pence('800'));
    expect(out(ran(policy, { inputs: { a: '10.00' } }, used('6000')))).toEqual(pence('0'));
    expect(out(ran(policy, { inputs: { a: '10.00' } }))).toEqual(pence('1000'));
  });

  it('offset: payable and owed are the two sides of one difference', () => {
    const ins = { value: '$inputs.a', paid: ['$inputs.b'] };
    expect([result(on('offset', {}, ins), { a: '10.00', b: '4.00' }), result(on('offset', { part: 'owed' }, ins), { a: '10.00', b: '4.00' })]).toEqual([pence('600'), pence('0')]);
    expect([result(on('offset', {}, ins), { a: '4.00', b: '10.00' }), result(on('offset', { part: 'owed' }, ins), { a: '4.00', b: '10.00' })]).toEqual([pence('0'), pence('600')]);
    expect(result(on('offset', {}, ins), { a: '4.00' })).toEqual(pence('400'));
  });

  it('withhold rounds by its own unit and mode; a benefit stands beside cash', () => {
    expect(result({ ...on('withhold', { rate: '3.3%', unit: '0.10', mode: 'down' }) }, { a: '1000.10' })).toEqual(pence('3300'));
    const policy: SmallPolicy = { inputs: { money: 'money' }, steps: [one, { id: 'credit', use: 'benefit', with: { kind: 'credit', amount: '50000', unit: 'KRW of message credit' } }], result: { cash: '$cash', benefits: ['$credit'] } };
    expect(valueJson(ran(smallPolicy(policy), { inputs: { money: '1.00' } }).values.get('credit') ?? null)).toEqual({ benefit: 'credit', quantity: '50000', unit: 'KRW of message credit' });
  });
});

describe('examples that build on others', () => {
  it('take over what is given, answers one by one, and refuse an unknown name', () => {
    const all = [{ name: 'a', given: { zone: 'UTC', inputs: { x: '1', y: '2' } }, expect: {} }, { name: 'b', like: 'a', given: { inputs: { y: '3' } }, expect: {} }, { name: 'c', like: 'd', given: {}, expect: {} }];
    expect(exampleGiven(all, 1)).toEqual({ zone: 'UTC', inputs: { x: '1', y: '3' } });
    expect(() => exampleGiven(all, 2)).toThrow('no example above');
  });
});
