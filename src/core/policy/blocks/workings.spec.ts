import { describe, expect, it } from '@jest/globals';
import { faultsOf, ran, smallPolicy, type SmallPolicy } from '../../../../test/support/policy.js';
import type { PolicyFacts } from '../index.js';

const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });
const one = { id: 'cash', use: 'round', in: { value: '$inputs.cash' }, with: { unit: '0.01', mode: 'down' } };
const TYPES = { cash: 'money', a: 'money', b: 'money', c: 'money', n: 'number', m: 'number', r: 'ratio', q: 'ratio', t: 'duration', u: 'duration', w: 'text', x: 'series', y: 'series', z: 'series', day: 'date', at: 'instant', flag: 'boolean', keep: 'intervals', rows: { sold: 'money', part: 'ratio', name: 'text' } } as const;

/** What a step leaves: its figure, its working, and where it sent the claim. A step that is no money is looked at by a gate. */
function left(use: string, ins: object, more: object, inputs: object, extra: { params?: SmallPolicy['params']; given?: object; change?: Partial<PolicyFacts>; before?: readonly object[] } = {}): unknown {
  const gate = { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$out', op: 'present', missing: 'pass' }] } };
  const policy = smallPolicy({ inputs: TYPES, ...(extra.params === undefined ? {} : { params: extra.params }), steps: [...(extra.before ?? []), { id: 'out', use, in: ins, with: more }, gate, one], result: { cash: '$cash' } });
  const run = ran(policy, { ...extra.given, inputs: { cash: '1.00', ...inputs } }, extra.change ?? {});
  const node = run.trace.find(({ id }) => id === 'out');
  return { output: node?.output, ...(node?.working === undefined ? {} : { working: node.working }), ...(run.reviews.length === 0 ? {} : { reviews: run.reviews.map(({ code }) => code) }) };
}
const week = (...amounts: string[]) => amounts.map((amount, index) => ({ from: `2026-01-${10 + index}`, amount }));

describe('bounds at their edges, and what they tell', () => {
  const clamp = (a: string, more: object) => left('clamp', { value: '$inputs.a' }, more, { a });
  it('clamp', () => {
    expect(clamp('5.01', { cap: '5.00' })).toEqual({ output: pence('500'), working: { applied: 'cap' } });
    expect(clamp('5.00', { cap: '5.00' })).toEqual({ output: pence('500') });
    expect(clamp('0.99', { floor: '1.00' })).toEqual({ output: pence('100'), working: { applied: 'floor' } });
    expect(clamp('1.00', { floor: '1.00' })).toEqual({ output: pence('100') });
    expect(clamp('0.00', { floor: '1.00' })).toEqual({ output: pence('0') });
    expect(clamp('0.00', { floor: '1.00', floorWhenNought: 'true' })).toEqual({ output: pence('100'), working: { applied: 'floor' } });
    expect(left('clamp', { value: '$inputs.t' }, { cap: '60 minutes' }, { t: '90' })).toEqual({ output: { ms: '3600000' }, working: { applied: 'cap' } });
  });

  it('min_payable', () => {
    const least = (a: string, strict: string) => left('min_payable', { value: '$inputs.a' }, { minimum: '1.00', strict }, { a });
    expect([least('1.00', 'true'), least('1.01', 'true'), least('1.00', 'false'), least('0.99', 'false'), least('0.00', 'false'), least('-2.00', 'false')]).toEqual([
      { output: pence('0'), working: { applied: 'below_minimum' } }, { output: pence('101') }, { output: pence('100') }, { output: pence('0'), working: { applied: 'below_minimum' } }, { output: pence('0') }, { output: pence('-200') }]);
  });

  it('limit', () => {
    const room = (a: string, per: string, capUse?: Record<string, string>) => left('limit', { value: '$inputs.a' }, { cap: '50.00', per, name: 'group' }, { a }, capUse === undefined ? {} : { change: { capUse } });
    expect(room('10.00', 'site', { 'small:group:site:example': '4200' })).toEqual({ output: pence('800'), working: { key: 'small:group:site:example', used: '4200', left: '800' } });
    expect(room('10.00', 'merchant', { 'small:group:site:example': '4200' })).toEqual({ output: pence('1000'), working: { key: 'small:group:merchant:example', used: '0', left: '5000' } });
    expect(room('10.00', 'site', { 'small:group:site:example': '5100' })).toEqual({ output: pence('0'), working: { key: 'small:group:site:example', used: '5100', left: '0' } });
    expect(room('50.00', 'site')).toEqual({ output: pence('5000'), working: { key: 'small:group:site:example', used: '0', left: '5000' } });
  });

  it('offset and round', () => {
    const off = (part: string, paid: string[]) => left('offset', { value: '$inputs.a', paid: paid.map((name) => `$inputs.${name}`) }, { part }, { a: '10.00', b: '4.00', c: '9.00' });
    expect([off('payable', ['b']), off('owed', ['b']), off('payable', ['b', 'c']), off('owed', ['b', 'c'])]).toEqual([
      { output: pence('600'), working: { paid: '400' } }, { output: pence('0'), working: { paid: '400' } }, { output: pence('0'), working: { paid: '1300' } }, { output: pence('300'), working: { paid: '1300' } }]);
    expect(left('round', { value: '$inputs.a' }, { unit: '$inputs.b', mode: 'down' }, { a: '1.00', b: '0.00' })).toEqual({ output: null, reviews: ['units_do_not_match'] });
    expect(left('round', { value: '$inputs.a' }, { unit: '$inputs.b', mode: 'down' }, { a: '1.00', b: '-0.01' })).toEqual({ output: null, reviews: ['units_do_not_match'] });
    expect(left('round', { value: '$inputs.n' }, { unit: '1', mode: 'half_up' }, { n: '2.5' })).toEqual({ output: { number: '3' } });
  });

  it('benefit', () => {
    expect(left('benefit', { quantity: '$inputs.n' }, { kind: 'days', unit: 'days' }, { n: '3' })).toEqual({ output: { benefit: 'days', quantity: '3', unit: 'days' } });
    expect(left('benefit', { quantity: '$inputs.n' }, { kind: 'days', unit: 'days', amount: '7' }, {})).toEqual({ output: { benefit: 'days', quantity: '7', unit: 'days' } });
    expect(left('benefit', { quantity: '$inputs.n' }, { kind: 'days', unit: 'days' }, {})).toEqual({ output: null });
  });
});

describe('amounts at their edges, and what they tell', () => {
  const divide = (of: string, by: string) => left('divide', { of: `$inputs.${of}`, by: `$inputs.${by}` }, {}, { a: '6.00', b: '2.00', n: '3', m: '2', r: '1/2', q: '1/4', t: '60', u: '30' });
  it('divide keeps the kinds apart', () => {
    expect([divide('a', 'n'), divide('a', 'b'), divide('t', 'u'), divide('t', 'n'), divide('n', 'm'), divide('r', 'q'), divide('n', 'r')].map((one) => (one as { output: unknown }).output))
      .toEqual([pence('200'), { ratio: '3' }, { ratio: '2' }, { ms: '1200000' }, { number: '3/2' }, { ratio: '2' }, { number: '6' }]);
    expect([divide('n', 'a'), divide('a', 't'), divide('t', 'a')]).toEqual([1, 2, 3].map(() => ({ output: null, reviews: ['units_do_not_match'] })));
  });

  it.each([['t', 'u', 'ratio'], ['t', 'n', 'duration'], ['a', 'b', 'ratio'], ['a', 'n', 'money'], ['n', 't', 'number']])('%s ÷ %s is known to be a %s before anything runs', (of, by, type) => {
    const steps = [{ id: 'out', use: 'divide', in: { of: `$inputs.${of}`, by: `$inputs.${by}` } }, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$out', op: 'is_true' }] } }, one];
    expect(() => smallPolicy({ inputs: TYPES, steps, result: { cash: '$cash' } })).toThrow(`"$out" is a ${type}, but boolean is needed here`);
  });

  it('sum adds numbers and ratios, and no other two kinds; of nothing it is nothing', () => {
    const sum = (items: string[], less: string[], inputs: object) => left('sum', { items: items.map((name) => `$inputs.${name}`), less: less.map((name) => `$inputs.${name}`) }, {}, inputs);
    expect(sum(['n', 'r'], [], { n: '1', r: '1/2' })).toEqual({ output: { number: '3/2' } });
    expect(sum(['r', 'n'], [], { n: '1', r: '1/2' })).toEqual({ output: { ratio: '3/2' } });
    expect(sum(['a'], ['n'], { a: '1.00', n: '1' })).toEqual({ output: null, reviews: ['units_do_not_match'] });
    expect(sum(['n', 'a'], [], { a: '1.00', n: '1' })).toEqual({ output: null, reviews: ['units_do_not_match'] });
    expect(sum(['t', 'u'], [], { t: '60', u: '30' })).toEqual({ output: { ms: '5400000' } });
    expect(sum(['t', 'n'], [], { t: '60', n: '30' })).toEqual({ output: null, reviews: ['units_do_not_match'] });
    expect(sum(['a'], [], {})).toEqual({ output: null });
  });

  it('average tells whether it was applied, and by which share', () => {
    const average = (b: string, c: string) => left('average', { loss: '$inputs.a', insured: '$inputs.b', required: '$inputs.c' }, {}, { a: '80.00', b, c });
    expect([average('150.00', '200.00'), average('200.00', '200.00'), average('0.00', '0.00'), average('-1.00', '0.00')]).toEqual([
      { output: pence('6000'), working: { applied: true, share: '3/4' } }, ...[1, 2, 3].map(() => ({ output: pence('8000'), working: { applied: false } }))]);
  });

  it('deduct tells what was taken', () => {
    const deduct = (kind: string, a: string, b?: string, more: object = {}) => left('deduct', { value: '$inputs.a', waitingLoss: '$inputs.b' }, { amount: '10.00', kind, ...more }, { a, ...(b === undefined ? {} : { b }) });
    expect([deduct('excess', '12.00', '11.00'), deduct('greater_of', '12.00', '11.00'), deduct('greater_of', '12.00'), deduct('greater_of', '10.00', '10.00'), deduct('excess', '9.00')]).toEqual([
      { output: pence('200'), working: { taken: '1000' } }, { output: pence('100'), working: { taken: '1100' } }, { output: pence('200'), working: { taken: '1000' } }, { output: pence('0'), working: { taken: '1000' } }, { output: pence('0'), working: { taken: '1000' } }]);
    expect([deduct('franchise', '9.99', undefined, { reached: 'at_least' }), deduct('franchise', '10.00', undefined, { reached: 'at_least' }), deduct('franchise', '10.01')]).toEqual([{ output: pence('0') }, { output: pence('1000') }, { output: pence('1001') }]);
  });

  it('uptime by minutes or durations, of the month of the run unless said', () => {
    const up = (ins: object, inputs: object, given: object = {}) => left('uptime', ins, {}, inputs, { given });
    expect(up({ down: '$inputs.t', total: '$inputs.u' }, { t: '30', u: '60' })).toEqual({ output: { ratio: '1/2' }, working: { lost: '30', total: '60' } });
    expect(up({ down: '$inputs.n' }, { n: '4464' })).toEqual({ output: { ratio: '9/10' }, working: { lost: '4464', total: '44640' } });
    expect(up({ down: '$inputs.n' }, { n: '4032' }, { window: '2026-02-03T09:00Z/2026-02-03T17:00Z' })).toEqual({ output: { ratio: '9/10' }, working: { lost: '4032', total: '40320' } });
    expect(up({ down: '$inputs.n', total: '$inputs.m' }, { n: '1', m: '0' })).toEqual({ output: null, reviews: ['division_by_zero'] });
    expect(up({ down: '$inputs.n', total: '$inputs.m' }, { m: '5' })).toEqual({ output: null, working: { why: 'nothing_measured' } });
  });

  it('per_unit never pays less than nothing, and further units only after the first', () => {
    const units = (n: string, more: object) => left('per_unit', { units: '$inputs.n' }, { rate: '10.00', ...more }, { n });
    expect([units('-1', {}), units('1/2', {}), units('1/2', { first: '30.00' }), units('1', { first: '30.00' }), units('2', { first: '30.00' }), units('0', { first: '30.00' }), units('5', { most: '5' }), units('6', { most: '5' })].map((one) => (one as { output: unknown }).output))
      .toEqual(['0', '500', '3000', '3000', '4000', '0', '5000', '5000'].map(pence));
  });

  it('fee_time of days, durations and ratios, in months of thirty days or as they are', () => {
    const fee = (time: string, month: string, inputs: object, more: object = {}) => (left('fee_time', { time: `$inputs.${time}`, fee: '$inputs.a' }, { month, ...more }, { a: '31.00', ...inputs }) as { output: unknown }).output;
    expect([fee('n', 'actual', { n: '2' }), fee('n', 'thirty', { n: '3' }), fee('t', 'actual', { t: '2 days' }), fee('t', 'thirty', { t: '12 hours' }), fee('n', 'actual', { n: '1' }, { multiplier: '10' })]).toEqual(['200', '310', '200', '155/3', '1000'].map(pence));
    expect(left('fee_time', { time: '$inputs.n' }, { month: 'actual' }, { n: '2' })).toEqual({ output: null, working: { why: 'no_fee' } });
  });

  it('fee_time of the enrolments leaves out other services and other currencies', () => {
    const enrolment = (minor: string, currency = 'GBP', service = 'service') => ({ service, region: '*', from: 0 as never, fee: { minor, currency } });
    const before = [{ id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } }];
    const given = { window: '2026-03-03T00:00Z/2026-03-05T00:00Z', segments: [{ state: 'down', at: '2026-03-03T00:00Z/2026-03-04T00:00Z' }] };
    const paid = (month: string, enrolments: PolicyFacts['enrolments']) => (left('fee_time', { time: '$time' }, { month }, {}, { before, given, change: { enrolments } }) as { output: unknown }).output;
    expect([paid('actual', [enrolment('3100'), enrolment('6200', 'EUR'), enrolment('9300', 'GBP', 'till')]), paid('thirty', [enrolment('3000')]), paid('actual', [{ service: 'service', region: '*', from: 0 as never }])]).toEqual(['100', '100', '0'].map(pence));
  });

  it('a band that gives nothing for the date goes to a person; bands of durations and of routes', () => {
    const band = (value: string, bands: object[], inputs: object, params: SmallPolicy['params'] = {}) => left('band', { value: `$inputs.${value}` }, { edges: 'strict', bands }, inputs, { params });
    const dated = { late: { unit: 'GBP', source: 'x', rows: [{ from: '2030-01-01', value: '1.00' }] } };
    expect(band('n', [{ upTo: '5', amount: '$params.late' }, { amount: '2.00' }], { n: '4' }, dated)).toEqual({ output: null, reviews: ['parameter_not_stated'] });
    expect(band('n', [{ upTo: '5', amount: '$params.late' }, { amount: '2.00' }], { n: '5' }, dated)).toEqual({ output: pence('200'), working: { band: 'above' } });
    expect(band('t', [{ upTo: '60 minutes', class: 'short' }, { class: 'long' }], { t: '59' })).toEqual({ output: 'short', working: { band: '60 minutes' } });
    expect(band('t', [{ upTo: '60 minutes', class: 'short' }, { route: 'large_amount' }], { t: '60' })).toEqual({ output: null, reviews: ['large_amount'] });
    expect(band('a', [{ upTo: '$inputs.b', rate: '10%' }, { rate: '20%' }], { a: '1.00', b: '1.01' })).toMatchObject({ output: { ratio: '1/10' } });
  });

  it('slices say what they lack', () => {
    const faults = (value: string, slices: object[]) => faultsOf({ inputs: TYPES, steps: [{ id: 'out', use: 'slices', in: { value }, with: { slices } }] });
    expect([faults('$inputs.a', [{ rate: '10%', each: '1.00' }]), faults('$inputs.a', [{}]), faults('$inputs.a', [{ each: '1.00' }]), faults('$inputs.n', [{ rate: '10%' }])]).toEqual([['policy.shape', 'policy.wrong_type'], ['policy.shape'], ['policy.wrong_type'], ['policy.wrong_type']]);
    const sliced = (a: string) => (left('slices', { value: '$inputs.a' }, { slices: [{ upTo: '10.00', rate: '10%' }, { rate: '50%' }] }, { a }) as { output: unknown }).output;
    expect([sliced('10.00'), sliced('12.00'), sliced('0.00')]).toEqual(['100', '200', '0'].map(pence));
  });
});

describe('losses at their edges, and what they tell', () => {
  it('shortfall tells what it was before the floor', () => {
    const short = (a: string, b: string) => left('shortfall', { expected: '$inputs.a', actual: '$inputs.b' }, {}, { a, b });
    expect([short('9.00', '10.00'), short('9.00', '9.00'), short('10.00', '9.00')]).toEqual([{ output: pence('0'), working: { beforeFloor: '-100' } }, { output: pence('0'), working: { beforeFloor: '0' } }, { output: pence('100'), working: { beforeFloor: '100' } }]);
    const periods = (x: object[], y: object[], net: string) => left('shortfall', { expected: '$inputs.x', actual: '$inputs.y' }, { net }, { x, y });
    expect(periods(week('1.00', '3.00'), [...week('2.00', '1.00')].reverse(), 'once')).toEqual({ output: pence('100'), working: { beforeFloor: '100', periods: 2 } });
    expect(periods(week('1.00', '3.00'), week('2.00', '1.00', '9.00'), 'per_period')).toEqual({ output: pence('200'), working: { beforeFloor: '200', periods: 2 } });
    expect(left('shortfall', { expected: '$inputs.a', actual: '$inputs.y' }, {}, { a: '1.00', y: week('1.00') })).toEqual({ output: null, reviews: ['periods_do_not_match'] });
    expect(left('shortfall', { expected: '$inputs.x', actual: '$inputs.a' }, {}, { a: '1.00', x: week('1.00') })).toEqual({ output: null, reviews: ['periods_do_not_match'] });
  });

  it('margin is one\'s own, between nothing and all, before the table', () => {
    const params = { table: { unit: 'ratio', source: 'x', table: { food: '62%' } } };
    const margin = (own: object, trade = 'food', use = 'r') => left('margin', { own: `$inputs.${use}`, trade: '$inputs.w' }, { table: '$params.table' }, { ...own, w: trade }, { params });
    expect([margin({ r: '0' }), margin({ r: '1' }), margin({ n: '1/2' }, 'food', 'n'), margin({})]).toEqual([['0', 'own_accounts'], ['1', 'own_accounts'], ['1/2', 'own_accounts'], ['31/50', 'table_by_trade']].map(([ratio, from]) => ({ output: { ratio }, working: { from } })));
    expect([margin({ r: '1.01' }), margin({ r: '-1/2' })]).toEqual([1, 2].map(() => ({ output: null, reviews: ['margin_out_of_range'] })));
    expect(left('margin', { own: '$inputs.r' }, {}, {})).toEqual({ output: null, working: { from: 'nothing' } });
  });

  it('trend compares sums or series, within limits, and needs enough periods', () => {
    const trend = (now: string, before: string, more: object, inputs: object) => left('trend', { now: `$inputs.${now}`, before: `$inputs.${before}` }, { as: 'factor', ...more }, inputs);
    expect(trend('x', 'y', {}, { x: week('2.00', '4.00'), y: week('1.00', '2.00') })).toEqual({ output: { ratio: '2' }, working: { before: '2' } });
    expect(trend('a', 'y', {}, { a: '6.00', y: week('1.00', '2.00') })).toEqual({ output: { ratio: '2' }, working: { before: '2' } });
    expect(trend('a', 'b', { high: '3/2' }, { a: '2.00', b: '1.00' })).toEqual({ output: { ratio: '3/2' }, working: { before: '2' } });
    expect(trend('a', 'b', { low: '3/2', general: '1/10' }, { a: '1.00', b: '1.00' })).toEqual({ output: { ratio: '8/5' }, working: { before: '1' } });
    expect([trend('a', 'b', {}, { a: '1.00', b: '0.00' }), trend('a', 'b', {}, { a: '1.00', b: '-1.00' })]).toEqual([1, 2].map(() => ({ output: null, working: { why: 'nothing_to_compare' } })));
    const few = { output: null, working: { why: 'too_few_periods' } };
    expect([trend('x', 'y', { least: '2' }, { x: week('1.00'), y: week('1.00', '2.00') }), trend('x', 'y', { least: '2' }, { x: week('1.00', '2.00'), y: week('1.00') })]).toEqual([few, few]);
    expect(trend('x', 'y', { least: '2' }, { x: week('1.00', '2.00'), y: week('1.00', '2.00') })).toMatchObject({ output: { ratio: '1' } });
    expect(trend('a', 'b', { least: '2' }, { a: '2.00', b: '1.00' })).toMatchObject({ output: { ratio: '2' } });
  });

  it('mitigation tells whether it was limited', () => {
    const spent = (ins: object, inputs: object) => left('mitigation', { cost: '$inputs.a', ...ins }, {}, inputs);
    expect([spent({}, { a: '5.00' }), spent({ avoided: '$inputs.b' }, { a: '5.00', b: '5.00' }), spent({ avoided: '$inputs.b' }, { a: '5.00', b: '4.00' }), spent({ avoided: '$inputs.b', rate: '$inputs.n' }, { a: '5.00', b: '4.00', n: '1/2' }), spent({ avoided: '$inputs.b' }, { a: '5.00', b: '-4.00' }), spent({}, { a: '-5.00' })]).toEqual([
      { output: pence('500'), working: { limited: false } }, { output: pence('500'), working: { limited: false } }, { output: pence('400'), working: { limited: true } }, { output: pence('200'), working: { limited: true } }, { output: pence('0'), working: { limited: true } }, { output: pence('0'), working: { limited: false } }]);
  });

  it('a baseline keeps its comparables and their spread; too few are told', () => {
    const samples = [{ label: '2026-01-10', minor: '300' }, { label: '2026-01-11', minor: '100' }, { label: '2026-01-12', minor: '200' }];
    const base = (more: object, x = week('3.00', '1.00', '2.00')) => left('baseline', { candidates: '$inputs.x' }, { method: 'mean', minimum: '2', ...more }, { x });
    expect(base({})).toEqual({ output: { minor: '200', currency: 'GBP', samples }, working: { spread: { lowest: '100', highest: '300' } } });
    expect(base({ best: '2' })).toMatchObject({ output: { minor: '250' } });
    expect(base({}, week('1.00'))).toEqual({ output: null, working: { why: 'too_few_comparables', found: 1 } });
    expect(base({ tooFew: 'review' }, week('1.00'))).toEqual({ output: null, working: { found: 1 }, reviews: ['too_few_comparables'] });
  });

  it('significance needs enough comparables, and to lie below each', () => {
    const before = [{ id: 'usual', use: 'baseline', in: { candidates: '$inputs.x' }, with: { method: 'mean', minimum: '1' } }];
    const shown = (a: string, minimum: string) => left('significance', { expected: '$usual', actual: '$inputs.a' }, { minimum }, { a, x: week('2.00', '3.00') }, { before });
    expect([shown('1.99', '2'), shown('2.00', '2'), shown('1.99', '3'), shown('3.00', '1')]).toEqual([[true, 2], [false, 1], [false, 2], [false, 0]].map(([output, below]) => ({ output, working: { below, of: 2 } })));
    const none = { output: false, working: { why: 'nothing_to_compare' } };
    expect([left('significance', { expected: '$inputs.a', actual: '$inputs.b' }, {}, { a: '1.00' }), left('significance', { expected: '$inputs.a', actual: '$inputs.b' }, {}, { b: '1.00' })]).toEqual([none, none]);
    expect(left('significance', { expected: '$inputs.a', actual: '$inputs.b' }, { minimum: '0' }, { a: '5.00', b: '1.00' })).toEqual({ output: true, working: { below: 0, of: 0 } });
  });

  it('causation tells where the pattern began, and asks for dependency where the policy does', () => {
    const found = (more: object, inputs: object) => left('causation', { before: '$inputs.x', during: '$inputs.y', later: '$inputs.z', dependency: '$inputs.r' }, { fall: '50%', periods: '2', ...more }, inputs);
    const falls = { x: week('4.00', '4.00', '4.00'), y: week('4.00', '2.00', '2.00') };
    expect(found({}, falls)).toEqual({ output: true, working: { from: '2026-01-11', periods: 2 } });
    expect(found({}, { ...falls, x: week('4.00', '4.00') })).toEqual({ output: false, working: { why: 'no_such_pattern' } });
    expect(found({ periods: '4' }, falls)).toEqual({ output: false, working: { why: 'no_such_pattern' } });
    expect([found({ rise: '50%' }, falls), found({ rise: '50%' }, { ...falls, z: week('9.00', '3.00', '3.00') }), found({ rise: '50%' }, { ...falls, z: week('9.00', '3.00') }), found({ rise: '50%' }, { ...falls, z: week('9.00', '3.00', '2.99') })].map((one) => (one as { output: unknown }).output)).toEqual([false, true, false, false]);
    expect([found({ leastDependency: '30%' }, falls), found({ leastDependency: '30%' }, { ...falls, r: '0.3' }), found({ leastDependency: '30%' }, { ...falls, r: '0.29' })].map((one) => (one as { output: unknown }).output)).toEqual([false, true, false]);
    expect(left('causation', { before: '$inputs.x', during: '$inputs.y', dependency: '$inputs.n' }, { fall: '50%', periods: '2', leastDependency: '30%' }, { ...falls, n: '1' })).toMatchObject({ output: true });
  });
});

describe('rows, one by one, and what they tell', () => {
  const rows = [{ sold: '1.00', part: '1', name: 'a' }, { sold: '2.00', part: '1/2', name: 'b' }, { sold: '3.00', name: 'c' }];
  const steps = { as: 'row', do: [{ id: 'own', use: 'percent', in: { of: '$row.sold', rate: '$row.part' } }], result: '$own' };
  it('each row leaves its own working, and one that yields nothing is left out', () => {
    const found = left('each', { items: '$inputs.rows' }, { join: 'sum', steps }, { rows }) as { output: unknown; working: { candidates: { row: unknown; trace: unknown[]; result: unknown }[] } };
    expect(found.output).toEqual(pence('200'));
    expect(found.working.candidates.map(({ row, result, trace }) => [row, result, trace.length])).toEqual([[[{ sold: pence('100'), part: { ratio: '1' }, name: 'a' }], pence('100'), 1], [[{ sold: pence('200'), part: { ratio: '1/2' }, name: 'b' }], pence('100'), 1], [[{ sold: pence('300'), part: null, name: 'c' }], null, 1]]);
  });

  it('more candidates than are searched go to a person', () => {
    const many = Array.from({ length: 2_001 }, () => ({ sold: '1.00', part: '1' }));
    expect(left('each', { items: '$inputs.rows' }, { join: 'sum', steps }, { rows: many })).toEqual({ output: null, reviews: ['too_many_candidates'] });
    expect(left('each', { items: '$inputs.rows' }, { join: 'sum', steps }, { rows: many.slice(1) })).toMatchObject({ output: pence('200000') });
    expect(left('each', { items: '$inputs.rows' }, { join: 'max', steps, consecutive: { least: '1', most: '2' } }, { rows: many.slice(0, 1_500) })).toEqual({ output: null, reviews: ['too_many_candidates'] });
  });

  it('rows that follow each other are added where they have a size, and named by the first', () => {
    const best = (least: string, most: string) => left('each', { items: '$inputs.rows' }, { join: 'max', steps, consecutive: { least, most } }, { rows: [rows[0], rows[1]] }) as { output: unknown; working: { candidates: { row: unknown }[] } };
    expect(best('2', '2').working.candidates.map(({ row }) => row)).toEqual([[{ sold: pence('300'), part: { ratio: '3/2' }, name: 'a' }]]);
    expect([best('2', '2').output, best('1', '1').output, best('1', '5').output]).toEqual([pence('450'), pence('100'), pence('450')]);
  });
});
