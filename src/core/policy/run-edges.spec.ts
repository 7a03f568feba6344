import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { factsOf, policyText, ran, reasons, smallPolicy, type SmallPolicy } from '../../../test/support/policy.js';
import { currency } from '../money/index.js';
import type { Instant } from '../time/index.js';
import { StepInputs } from './evaluation.js';
import { exampleFacts } from './example-facts.js';
import { compilePolicy, exampleGiven, recompile, runExamples, runPolicy, valueJson, type CompiledPolicy, type PolicyFacts, type PolicyNeeds, type PolicyRun } from './index.js';
import { onceFor, type Answers } from './once.js';
import { SalesDemand } from './sales-demand.js';

const at = (text: string): Instant => Date.parse(text) as Instant;
const out = (run: PolicyRun, id = 'out'): unknown => valueJson(run.values.get(id) ?? null);
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });
const gate = (test: object, id = 'gate'): object => ({ id, use: 'eligible', with: { all: [test] } });
const rounded = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const base: SmallPolicy = { inputs: { money: 'money', limit: 'money', rate: 'ratio', flag: 'boolean', day: 'date', rows: { sold: 'money' } }, steps: [rounded] };
const small = (steps: readonly object[], more: Partial<SmallPolicy> = {}): CompiledPolicy => smallPolicy({ ...base, steps, ...more });
/** The small policy, changed as a tree. */
const changed = (policy: Partial<SmallPolicy>, change: (tree: Record<string, Record<string, object>>) => void): CompiledPolicy => {
  const tree = parse(policyText({ ...base, ...policy }), { schema: 'failsafe' }) as Record<string, Record<string, object>>;
  change(tree);
  return compilePolicy(stringify(tree, { aliasDuplicateObjects: false }), reasons).policy as CompiledPolicy;
};

describe('a run that waits for sums', () => {
  const time = { id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } };
  const sold = { id: 'sold', use: 'actual', in: { over: '$time' } };
  const segments = [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T11:00Z' }];
  const given = { coverage: '2026-01-01T00:00Z/2026-04-01T00:00Z', sales: [], segments, inputs: { money: '9.00', rate: '1/2', rows: [{ sold: '1.00' }] } };
  const hour = { at: '2026-03-03T10:00Z/2026-03-03T11:00Z', net: '5.00' };
  const waits = (policy: CompiledPolicy, facts: PolicyFacts): PolicyNeeds => {
    const run = runPolicy(policy, facts);
    if (run.kind !== 'needs') throw new Error('needs nothing');
    return run;
  };
  /** What a run tells, all of it. */
  const told = (run: PolicyRun | PolicyNeeds): object => (run.kind === 'needs' ? { needs: run.windows } : {
    denials: run.denials, reviews: run.reviews, routes: run.routes, trace: run.trace, inputs: run.inputs, facts: run.facts, values: Object.fromEntries(run.values),
  });

  it.each<[string, readonly object[]]>([
    ['a chain of steps', [time, sold, { id: 'half', use: 'percent', in: { of: '$sold', rate: '$inputs.rate' } }, { id: 'apart', use: 'percent', in: { of: '$inputs.money', rate: '$inputs.rate' } }, { id: 'out', use: 'sum', in: { items: ['$half', '$apart'] } }]],
    ['a condition', [time, sold, { id: 'yes', use: 'condition', with: { all: [{ left: '$sold', op: 'at_least', right: '5.00' }] } }, { ...rounded, when: '$yes' }]],
    ['steps of rows', [time, { id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [{ id: 'own', use: 'actual', in: { over: '$time' } }, { id: 'both', use: 'sum', in: { items: ['$own', '$row.sold'] } }], result: '$both' } } }]],
    ['a figure discretion leaves open', [time, { ...sold, discretionary: 'true' }, { ...rounded, in: { value: '$sold' } }]],
  ])('goes on with them and comes to what a new run would: %s', (_what, steps) => {
    const policy = small(steps, { result: { cash: '$out', counted: '$time' } });
    const waiting = waits(policy, factsOf(policy, given));
    expect(waiting.windows).toEqual([{ from: at('2026-03-03T10:00Z'), to: at('2026-03-03T11:00Z') }]);
    const facts = factsOf(policy, { ...given, sales: [hour] });
    const [resumed, anew] = [waiting.resume(facts), runPolicy(policy, facts)];
    expect(resumed.kind).toBe('ran');
    expect(told(resumed)).toEqual(told(anew));
    expect(told(waits(policy, factsOf(policy, given)).resume(factsOf(policy, given)))).toEqual({ needs: waiting.windows });
  });

  it('an input that sales answer is read again when they have come', () => {
    const policy = changed({ inputs: { sold: 'money', money: 'money' }, steps: [{ id: 'out', use: 'sum', in: { items: ['$inputs.sold', '$inputs.money'] } }] }, (tree) => {
      Object.assign(tree['inputs']?.['sold'] as object, { source: 'sales', period: 'week MON..SUN', containing: 'outage.from' });
    });
    const waiting = waits(policy, factsOf(policy, given));
    const facts = factsOf(policy, { ...given, sales: [{ at: '2026-03-02T00:00Z/2026-03-09T00:00Z', net: '5.00' }] });
    const resumed = waiting.resume(facts);
    expect(told(resumed)).toEqual(told(runPolicy(policy, facts)));
    expect(resumed.kind === 'ran' ? out(resumed) : undefined).toEqual(pence('1400'));
  });

  it('begins anew when a sum refuses the claim, so that no amount is left', () => {
    const policy = small([time, sold, gate({ code: 'outside_area', left: '$sold', op: 'more_than', right: '9.00' }), rounded], { result: { cash: '$out', counted: '$time' } });
    const waiting = waits(policy, factsOf(policy, given));
    const facts = factsOf(policy, { ...given, sales: [hour] });
    const resumed = waiting.resume(facts);
    expect(told(resumed)).toEqual(told(runPolicy(policy, facts)));
    expect(resumed).toMatchObject({ denials: [{ code: 'outside_area' }] });
    expect(resumed.kind === 'ran' ? [...resumed.values.keys()] : []).toEqual(['time', 'sold', 'gate']);
  });

  it('names windows in the order of their beginning, then of their end, each once', () => {
    const policy = small(['a', 'b', 'c'].map((id) => ({ id: `s${id}`, use: 'actual', in: { over: `$inputs.${id}` } })).concat([{ id: 'out', use: 'sum', in: { items: ['$sa', '$sb', '$sc'] } } as never]), { inputs: { a: 'intervals', b: 'intervals', c: 'intervals' } });
    const piece = (from: number, to: number) => [{ from: `2026-03-03T${from}:00Z`, to: `2026-03-03T${to}:00Z` }];
    const windows = (a: object[], b: object[], c: object[]) => waits(policy, factsOf(policy, { ...given, inputs: { a, b, c } })).windows.map(({ from, to }) => [new Date(from).getUTCHours(), new Date(to).getUTCHours()]);
    expect(windows(piece(12, 14), piece(12, 13), piece(10, 11))).toEqual([[10, 11], [12, 13], [12, 14]]);
    expect(windows(piece(12, 13), piece(12, 14), piece(12, 13))).toEqual([[12, 13], [12, 14]]);
    expect(windows(piece(11, 13), piece(10, 13), piece(10, 13))).toEqual([[10, 13], [11, 13]]);
  });

  it('a sum that is missing leaves no total, whatever comes after it; one that cannot be read is a defect', () => {
    const [a, b] = [{ from: at('2026-03-03T10:00Z'), to: at('2026-03-03T11:00Z') }, { from: at('2026-03-03T11:00Z'), to: at('2026-03-03T12:00Z') }];
    const weight = { num: 1n, den: 2n };
    const demand = new SalesDemand([{ ...b, net: '500', looseRefunds: 'some', records: 1 }], currency('GBP'));
    expect(demand.netOfAll([{ window: a, weight }, { window: b, weight }])).toBeUndefined();
    expect(demand.missing).toEqual([a]);
    expect(demand.netOfAll([{ window: b, weight }])).toEqual({ num: 250n, den: 1n });
    expect(() => demand.looseRefunds(b)).toThrow(new TypeError('frozen sum some is not a ratio'));
    demand.learn([]);
    expect(demand.missing).toEqual([]);
  });
});

describe('what a run tells', () => {
  it('has no member that says nothing', () => {
    const policy = small([gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_true' }), { id: 'legs', use: 'combine', in: { legs: ['$inputs.money', '$inputs.limit'] }, with: { method: 'max' } }, { ...rounded, in: { value: '$legs' } }]);
    const trace = ran(policy, { inputs: { money: '1.00', flag: 'true' } }).trace.map((node) => ({ ...node, output: undefined }));
    expect(trace).toStrictEqual([
      { id: 'gate', block: 'eligible@1', inputs: {}, params: {}, output: undefined },
      { id: 'legs', block: 'combine@2', inputs: { legs: '$inputs.money, $inputs.limit' }, params: { method: { value: 'max' } }, output: undefined, working: { of: 1 } },
      { id: 'out', block: 'round@1', inputs: { value: '$legs' }, params: { unit: { value: { minor: '1', currency: 'GBP' } }, mode: { value: 'down' } }, output: undefined },
    ]);
    const refused = ran(policy, { inputs: { money: '1.00', flag: 'false' } });
    expect(refused.trace[0]).toMatchObject({ reasons: [{ code: 'filed_late', params: { fact: '$inputs.flag' } }] });
  });

  it('are the steps of a block with their workings, and the facts by name', () => {
    const policy = small([
      gate({ code: 'outside_area', left: '$facts.site.country', op: 'equals', right: 'XX' }), gate({ code: 'filed_late', left: '$facts.claim.filedAt', op: 'present' }, 'filed'),
      gate({ code: 'turnover_above_limit', left: '$facts.merchant.sector', op: 'present' }, 'third'),
      { id: 'legs', use: 'combine', in: { legs: ['$inputs.money'] }, with: { method: 'max' } }, { ...rounded, in: { value: '$legs' } },
    ]);
    const run = ran(policy, { inputs: { money: '1.00' } });
    expect([run.stepsOf('combine'), run.stepsOf('round'), run.stepsOf('each')]).toEqual([[{ id: 'legs', working: { of: 1 } }], [{ id: 'out', working: undefined }], []]);
    expect(Object.keys(run.facts)).toEqual(['claim.filedAt', 'merchant.sector', 'site.country']);
    expect([run.basisOf('legs'), run.basisOf('none')]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), undefined]);
    expect([run.restsOn('legs'), run.restsOn('gate')]).toEqual([true, true]);
  });

  it('a fact that is not there is null, and one of two currencies nobody\'s figure', () => {
    const policy = small([gate({ code: 'turnover_above_limit', left: '$facts.claim.declaredLoss', op: 'at_most', right: '3.00', missing: 'pass' }), gate({ code: 'outside_area', left: '$facts.enrolment.fee', op: 'at_most', right: '3.00', missing: 'pass' }, 'fee'), rounded]);
    const enrolments = ['GBP', 'EUR'].map((code) => ({ service: 'service', region: '*', from: 0 as Instant, fee: { minor: '100', currency: code } }));
    expect(ran(policy, { inputs: { money: '1.00' } })).toMatchObject({ denials: [], reviews: [], facts: { 'claim.declaredLoss': null, 'enrolment.fee': null } });
    expect(ran(policy, { inputs: { money: '1.00' } }, { enrolments })).toMatchObject({ denials: [], reviews: [{ code: 'units_do_not_match', params: { fact: '$facts.enrolment.fee' } }], facts: { 'enrolment.fee': null } });
  });

  it('a date that picks the version is an answer: it is shown, and asked for when it is missing', () => {
    const policy = changed({ selectBy: 'inputs.day', inputs: { money: 'money', day: 'date' } }, (tree) => Object.assign(tree['inputs']?.['day'] as object, { required: 'true' }));
    expect(ran(policy, { inputs: { money: '1.00', day: '2026-03-05' } })).toMatchObject({ inputs: { day: { on: '2026-03-05' } }, reviews: [] });
    expect(ran(policy, { inputs: { money: '1.00' } }).reviews).toEqual([{ code: 'fact_missing', params: { fact: '$inputs.day' } }]);
  });

  it('what a gate has asked for already is not asked for twice', () => {
    const policy = changed({ steps: [gate({ code: 'filed_late', left: '$inputs.money', op: 'at_most', right: '5.00' }), rounded] }, (tree) => Object.assign(tree['inputs']?.['money'] as object, { required: 'true' }));
    expect(ran(policy, {}).reviews).toEqual([{ code: 'fact_missing', params: { fact: '$inputs.money' } }]);
  });
});

describe('steps of rows', () => {
  it('see the steps above and the rows around them', () => {
    const inner = { id: 'inner', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'two', do: [{ id: 'own', use: 'sum', in: { items: ['$one.sold', '$two.sold', '$limit'] } }], result: '$own' } } };
    const policy = small([{ ...rounded, id: 'limit' }, { id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'one', do: [inner], result: '$inner' } } }]);
    expect(out(ran(policy, { inputs: { money: '100.00', rows: [{ sold: '1.00' }, { sold: '10.00' }] } }))).toEqual(pence('44400'));
  });

  it('take no figure of a person: one put for a step of that name is asked about, once', () => {
    const policy = small([{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [{ id: 'own', use: 'clamp', in: { value: '$row.sold' }, with: { cap: '5.00' } }], result: '$own' } } }]);
    const run = ran(policy, { inputs: { rows: [{ sold: '1.00' }] } }, { overrides: [{ step: 'own', value: '9.00', basis: 'x', reason: 'seen' }] });
    expect([run.reviews, out(run)]).toEqual([[{ code: 'override_needs_review', params: { step: 'own', figure: '9.00' } }], pence('100')]);
  });

  it('that refuse or ask do so for the whole', () => {
    const policy = (inner: object) => small([{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [inner, { id: 'own', use: 'clamp', in: { value: '$row.sold' }, with: { cap: '5.00' } }], result: '$own' } } }]);
    const why = (inner: object) => ran(policy(inner), { inputs: { rows: [{ sold: '1.00' }] } }).reviews.map(({ code }) => code);
    expect(why(gate({ code: 'filed_late', left: '$row.sold', op: 'more_than', right: '2.00' }))).toEqual(['filed_late']);
    expect(why(gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_true' }))).toEqual(['fact_missing']);
    expect(why(gate({ code: 'filed_late', left: '$row.sold', op: 'more_than', right: '0.50' }))).toEqual([]);
  });
});

describe('parameters and inputs that are not there', () => {
  it('a list of which every member is missing is missing; one of them is enough', () => {
    const policy = small([{ id: 'out', use: 'sum', in: { items: ['$inputs.money', '$inputs.limit'] } }]);
    expect(ran(policy, {}).trace[0]).toMatchObject({ skipped: 'input', output: null });
    expect(ran(policy, { inputs: { limit: '2.00' } }).trace[0]).toMatchObject({ output: { minor: '200' } });
  });

  it('a parameter the step can do without is left out when it is null', () => {
    const policy = small([{ id: 'out', use: 'clamp', in: { value: '$inputs.money' }, with: { cap: '$inputs.limit' } }]);
    expect(ran(policy, { inputs: { money: '9.00' } })).toMatchObject({ reviews: [], trace: [{ output: { minor: '900' } }] });
    expect(out(ran(policy, { inputs: { money: '9.00', limit: '5.00' } }))).toEqual(pence('500'));
    const table = small([{ id: 'share', use: 'margin', in: { trade: '$facts.merchant.sector' }, with: { table: '$params.t' } }, { id: 'out', use: 'percent', in: { of: '$inputs.money', rate: '$share' } }], { params: { t: { unit: 'ratio', table: { shop: '1/2' } } } });
    expect([out(ran(table, { inputs: { money: '9.00' } })), out(ran(table, { sector: 'shop', inputs: { money: '9.00' } }))]).toEqual([null, pence('450')]);
  });

  it('a table is read by a yes or a no, and its numbers, texts and dates are traced as they are', () => {
    const table = (unit: string, yes: string, no: string) => ran(small([{ id: 'found', use: 'lookup', in: { key: '$inputs.flag' }, with: { table: '$params.t' } }, gate({ code: 'filed_late', left: '$found', op: 'present' }), rounded], { params: { t: { unit, table: { true: yes, false: no } } } }), { inputs: { flag: 'true', money: '1.00' } }).trace[0];
    expect(table('points', '3/2', '4')).toMatchObject({ output: { number: '3/2' }, params: { table: { value: '3/2', ref: '$params.t', source: 'x' } } });
    expect(table('date', '2026-03-03', '2026-03-04')).toMatchObject({ output: { on: '2026-03-03' }, params: { table: { value: '2026-03-03' } } });
    expect(table('word', 'a', 'b')).toMatchObject({ output: 'a', params: { table: { value: 'a' } } });
    expect(table('hours', '2', '3')).toMatchObject({ output: { ms: '7200000' }, params: { table: { value: { ms: '7200000' } } } });
  });

  it('are read by their kind', () => {
    expect(new StepInputs({ flag: [{ type: 'boolean', is: true }], none: [] }).boolean('flag')).toBe(true);
    expect(new StepInputs({ none: [] }).get('none')).toBeNull();
  });
});

describe('weeks that sales answer', () => {
  const policy = (period: string, range?: readonly [string, string]): CompiledPolicy => changed({ inputs: { sold: range === undefined ? 'money' : 'series', money: 'money' }, steps: range === undefined
    ? [{ ...rounded, in: { value: '$inputs.sold' } }] : [{ id: 'out', use: 'baseline', in: { candidates: '$inputs.sold' }, with: { method: 'max', minimum: '1' } }] }, (tree) => {
    Object.assign(tree['inputs']?.['sold'] as object, { source: 'sales', period, containing: 'outage.from', ...(range === undefined ? {} : { range }) });
  });
  const asked = (found: CompiledPolicy, given: object): unknown => {
    const run = runPolicy(found, factsOf(found, { coverage: '2020-01-01T00:00Z/2030-01-01T00:00Z', sales: [], ...given }));
    return run.kind === 'needs' ? run.windows.map(({ from, to }) => [new Date(from).toISOString().slice(0, 16), (to - from) / 3_600_000]) : run.inputs['sold'];
  };

  it.each([
    ['MON', '2026-03-02'], ['TUE', '2026-03-03'], ['WED', '2026-02-25'], ['THU', '2026-02-26'], ['FRI', '2026-02-27'], ['SAT', '2026-02-28'], ['SUN', '2026-03-01'],
  ])('that begin on %s: the one of Tuesday 3 March began on %s', (weekday, from) => {
    expect(asked(policy(`week ${weekday}..END`), {})).toEqual([[`${from}T00:00`, 168]]);
  });

  it('begin at the first midnight where a clock shows it twice', () => {
    const window = '2025-11-04T09:00Z/2025-11-04T17:00Z';
    expect(asked(policy('week SUN..SAT'), { zone: 'America/Havana', window })).toEqual([['2025-11-02T04:00', 169]]);
    expect(asked(policy('week SUN..SAT', ['2025-10-26', '2025-11-01']), { zone: 'America/Havana', window })).toEqual([['2025-10-26T04:00', 168]]);
    expect(asked(policy('week SUN..SAT', ['2025-10-26', '2025-11-01']), { zone: 'America/Havana', window: '2026-02-04T09:00Z/2026-02-04T17:00Z' })).toEqual([['2025-10-26T04:00', 168]]);
  });

  it('are what was asked where no week of the range is covered', () => {
    const inputs = { sold: [{ from: 'x', amount: '9.00' }] };
    expect(asked(policy('week SUN..SAT', ['2026-01-01', '2026-01-31']), { coverage: '2026-02-27T00:00Z/2026-04-01T00:00Z', inputs })).toEqual([{ label: 'x', minor: '900' }]);
    expect(asked(policy('month', ['2026-01-01', '2026-01-31']), { inputs })).toEqual([{ label: 'x', minor: '900' }]);
    expect(asked(policy('week SUN..SAT', ['2026-01-32', '2026-01-31']), { inputs })).toEqual([{ label: 'x', minor: '900' }]);
    expect(asked(policy('week SUN..SAT', ['2026-01-01', 'spring']), { inputs })).toEqual([{ label: 'x', minor: '900' }]);
  });
});

describe('examples at their edges', () => {
  const outcomes = (steps: readonly object[], example: object, more: Partial<SmallPolicy> = {}) => {
    const document = { ...small(steps, more).document, examples: [{ name: 'x', given: {}, expect: {}, ...example }] };
    return runExamples(recompile(document, reasons));
  };
  const differences = (steps: readonly object[], example: object, more: Partial<SmallPolicy> = {}) => outcomes(steps, example, more)[0]?.differences;

  it('a figure that a person must see is no award yet, and a refused claim has none', () => {
    expect(differences([{ ...rounded, discretionary: 'true' }], { given: { inputs: { money: '1.00' } }, expect: { outcome: '?', cash: '?' } })).toEqual(['outcome is refer, not ?', 'cash is 1.00, not ?']);
    const late = gate({ code: 'filed_late', left: '$out', op: 'more_than', right: '9.00' });
    expect(differences([rounded, late], { given: { inputs: { money: '1.00' } }, expect: { outcome: '?', cash: '?' } })).toEqual(['outcome is ineligible, not ?', 'cash is null, not ?']);
  });

  it('benefits are listed in the order of the policy', () => {
    const steps = [rounded, ...['one', 'two'].map((id) => ({ id, use: 'benefit', with: { kind: 'days', amount: '3', unit: `days of ${id}` } }))];
    expect(differences(steps, { given: { inputs: { money: '1.00' } }, expect: { benefits: '?' } }, { result: { cash: '$out', benefits: ['$one', '$two'] } })).toEqual(['benefits is 3 days of one, 3 days of two, not ?']);
  });

  it('reasons may stand in any order, all else may not; what is no list of texts is shown as it is', () => {
    const steps = [gate({ code: 'outside_area', left: '$inputs.flag', op: 'is_true' }), gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_true' }, 'second'), rounded];
    const given = { inputs: { flag: 'false' } };
    expect(differences(steps, { given, expect: { reasons: ['outside_area', 'filed_late'] } })).toEqual([]);
    expect(differences(steps, { given, expect: { reasons: [] } })).toEqual(['reasons is filed_late, outside_area, not none']);
    expect(differences(steps, { given, expect: { reasons: [['filed_late']] } })).toEqual(['reasons is filed_late, outside_area, not [["filed_late"]]']);
    const turns = [{ id: 'on', use: 'route', with: { when: [{ code: 'large_amount', left: '$inputs.flag', op: 'is_false', to: 'second_approver' }, { code: 'evidence_needed', left: '$inputs.flag', op: 'is_false', to: 'evidence', evidence: 'accounts' }] } }, rounded];
    const routes = ['second_approver: large_amount', 'evidence: evidence_needed'];
    expect(differences(turns, { given, expect: { routes } })).toEqual([]);
    expect(differences(turns, { given, expect: { routes: routes.toReversed() } })).toHaveLength(1);
  });

  it('one that could not be run has no figures', () => {
    expect(outcomes([rounded], { given: { window: 'always' } })).toEqual([{ name: 'x', figures: [], differences: ['"always" is not an instant such as 2026-03-03T09:00Z'] }]);
    const sold = [{ id: 'out', use: 'actual', in: { over: '$inputs.keep' } }];
    expect(outcomes(sold, { given: { sales: [], inputs: { keep: [{ from: '2026-03-03T10:00Z', to: '2026-03-03T11:00Z' }] } } }, { inputs: { keep: 'intervals' } }))
      .toEqual([{ name: 'x', figures: [], differences: ['sales are not given for 2026-03-03T10:00:00.000Z/2026-03-03T11:00:00.000Z'] }]);
  });

  it('inputs are added to inputs, and to nothing else', () => {
    const all = (base_: object, own: object) => exampleGiven([{ name: 'a', given: base_, expect: {} }, { name: 'b', like: 'a', given: own, expect: {} }] as never, 1);
    expect(all({ zone: 'UTC' }, { sector: 'food' })).toEqual({ zone: 'UTC', sector: 'food' });
    expect(all({ inputs: { x: '1' } }, { inputs: 'none' })).toEqual({ inputs: 'none' });
    expect(all({ inputs: { x: '1' } }, { inputs: ['none'] })).toEqual({ inputs: ['none'] });
    expect(all({ inputs: 'none' }, { inputs: { x: '1' } })).toEqual({ inputs: { x: '1' } });
  });

  it('a segment has a level only where the example gives one, and a state of those there are', () => {
    const { document } = small([rounded]);
    const stretch = '2026-03-03T10:00Z/2026-03-03T11:00Z';
    expect(exampleFacts(document, { segments: [{ state: 'down', at: stretch }] }).outages[0]?.segments).toStrictEqual([
      { from: at('2026-03-03T10:00Z'), to: at('2026-03-03T11:00Z'), service: 'service', region: '*', state: 'down', source: 'example' }]);
    expect(() => exampleFacts(document, { segments: [{ state: 'broken', at: stretch }] })).toThrow('"broken" is no state of a service; states are down, degraded, unknown, maintenance, up');
  });
});

describe('what follows from an object', () => {
  it('is worked out once, and again after very many other questions', () => {
    const answers: Answers = new WeakMap();
    const [one, other] = [{}, {}];
    const made: string[] = [];
    const ask = (of: object, question: string): string => onceFor(answers, of, question, () => {
      made.push(question);
      return `${question}!`;
    });
    const many = Array.from({ length: 256 }, (_, index) => `q${index}`);
    expect(many.map((question) => ask(one, question))).toEqual(many.map((question) => `${question}!`));
    expect([ask(one, 'q0'), ask(one, 'q255'), made.length]).toEqual(['q0!', 'q255!', 256]);
    expect([ask(other, 'q0'), made.length]).toEqual(['q0!', 257]);
    expect([ask(one, 'more'), ask(one, 'more'), made.length]).toEqual(['more!', 'more!', 258]);
    expect([ask(one, 'q0'), made.length]).toEqual(['q0!', 259]);
  });
});
