import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { factsOf, policyText, ran, reasons, smallPolicy, type SmallPolicy } from '../../../test/support/policy.js';
import { compilePolicy, exampleGiven, recompile, runExamples, runPolicy, valueJson, type CompiledPolicy, type PolicyFacts, type PolicyRun } from './index.js';

const rounded = { id: 'out', use: 'round', in: { value: '$half' }, with: { unit: '0.01', mode: 'down' } };
const half = { id: 'half', use: 'percent', in: { of: '$inputs.money', rate: '$inputs.rate' } };
const gate = (test: object): object => ({ id: 'gate', use: 'eligible', with: { all: [test] } });
const base: SmallPolicy = { inputs: { money: 'money', rate: 'ratio', flag: 'boolean' }, steps: [half, rounded] };
const inputs = { money: '3.00', rate: '1/2', flag: 'true' };
const out = (run: PolicyRun, id = 'out'): unknown => valueJson(run.values.get(id) ?? null);
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });
const override = (policy: CompiledPolicy, step: string, more: object): Partial<PolicyFacts> =>
  ({ overrides: [{ step, basis: ran(policy, { inputs }).basisOf(step) ?? '', reason: 'seen', ...more }] });

describe('a run', () => {
  it('leaves a node for each step: block and version, what it read, what came out', () => {
    const run = ran(smallPolicy(base), { inputs });
    expect(run.trace).toEqual([
      { id: 'half', block: 'percent@1', inputs: { of: '$inputs.money', rate: '$inputs.rate' }, params: { plusOne: { value: 'false' } }, output: pence('150') },
      { id: 'out', block: 'round@1', inputs: { value: '$half' }, params: { unit: { value: { minor: '1', currency: 'GBP' } }, mode: { value: 'down' } }, output: pence('150') },
    ]);
    expect(run.inputs).toEqual({ money: pence('300'), rate: { ratio: '1/2' } });
    expect([run.denials, run.reviews, run.routes, run.facts]).toEqual([[], [], [], {}]);
  });

  it('names parameter, source and the steps it took a parameter from', () => {
    const policy = smallPolicy({ ...base, params: { unit: { unit: 'GBP', value: '0.10', source: 'the tariff' } }, steps: [half, { ...rounded, with: { unit: '$params.unit', mode: 'down' } }, { id: 'last', use: 'clamp', in: { value: '$out' }, with: { cap: '$half' } }], result: { cash: '$last' } });
    const trace = ran(policy, { inputs }).trace;
    expect(trace[1]?.params['unit']).toEqual({ value: { minor: '10', currency: 'GBP' }, ref: '$params.unit', source: 'the tariff' });
    expect(trace[2]?.params['cap']).toEqual({ value: { minor: '150', currency: 'GBP' }, ref: '$half' });
  });

  it('works no amount out once a gate denied, and makes every gate all the same', () => {
    const policy = smallPolicy({ ...base, steps: [gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_false' }), half, rounded, { ...gate({ code: 'outside_area', left: '$out', op: 'more_than', right: '9.00' }), id: 'second' }] });
    const run = ran(policy, { inputs });
    expect(run.denials).toEqual([{ code: 'filed_late', params: { fact: '$inputs.flag' } }, { code: 'outside_area', params: { fact: '$out' } }]);
    const apart = smallPolicy({ ...base, steps: [gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_false' }), half, rounded] });
    expect(ran(apart, { inputs }).trace.map(({ id }) => id)).toEqual(['gate']);
    expect(ran(apart, { inputs }).values.has('out')).toBe(false);
  });

  it('skips a step whose condition is not true, or that lacks an input, and says which', () => {
    const policy = smallPolicy({ ...base, steps: [half, { ...rounded, when: '$inputs.flag' }] });
    expect([{ ...inputs, flag: 'false' }, { money: '1.00', rate: '1/2' }].map((given) => ran(policy, { inputs: given }).trace[1])).toMatchObject([{ skipped: 'when', output: null }, { skipped: 'when', output: null }]);
    expect(ran(policy, { inputs: { flag: 'true', rate: '1/2' } }).trace).toMatchObject([{ skipped: 'input', output: null }, { skipped: 'input', output: null }]);
    expect(ran(policy, { inputs }).trace[1]).not.toHaveProperty('skipped');
  });

  it('a parameter taken from what is null skips the step; one that states nothing for the key goes to a person', () => {
    const taken = smallPolicy({ ...base, inputs: { money: 'money', cap: 'money' }, steps: [{ id: 'out', use: 'min_payable', in: { value: '$inputs.money' }, with: { minimum: '$inputs.cap' } }] });
    expect(ran(taken, { inputs: { money: '1.00' } }).trace[0]).toMatchObject({ skipped: 'input', params: { minimum: { value: null, ref: '$inputs.cap' } } });
    const dated = smallPolicy({ ...base, params: { least: { unit: 'GBP', rows: [{ from: '2027-01-01', value: '1.00' }] } }, inputs: { money: 'money' }, steps: [{ id: 'out', use: 'min_payable', in: { value: '$inputs.money' }, with: { minimum: '$params.least' } }] });
    expect(ran(dated, { inputs: { money: '1.00' } }).reviews).toEqual([{ code: 'parameter_not_stated', params: { parameter: '$params.least', date: '2026-03-03' } }]);
  });

  it('reads a dated parameter by the row in force, from its first day on', () => {
    const policy = smallPolicy({ ...base, params: { unit: { unit: 'GBP', rows: [{ from: '2026-01-01', value: '1.00' }, { from: '2026-03-03', value: '0.10' }, { from: '2026-03-04', value: '0.01' }] } }, steps: [half, { ...rounded, with: { unit: '$params.unit', mode: 'up' } }] });
    const on = (day: string) => out(ran(policy, { window: `${day}T09:00Z/${day}T17:00Z`, inputs: { money: '3.33', rate: '1/3' } }));
    expect(['2026-01-01', '2026-03-02', '2026-03-03', '2026-03-04', '2030-01-01'].map(on)).toEqual([pence('200'), pence('200'), pence('120'), pence('111'), pence('111')]);
  });

  it('the date of the run is that of the site', () => {
    const policy = smallPolicy({ ...base, selectBy: 'claim.filedAt', params: { unit: { unit: 'GBP', rows: [{ from: '2026-01-01', value: '1.00' }, { from: '2026-03-04', value: '0.01' }] } }, steps: [half, { ...rounded, with: { unit: '$params.unit', mode: 'down' } }] });
    const by = (zone: string) => out(ran(policy, { zone, filedAt: '2026-03-03T16:00Z', inputs }));
    expect([by('UTC'), by('Asia/Seoul')]).toEqual([pence('100'), pence('150')]);
  });

  it('asks for a required answer that is missing, once', () => {
    const required = policyText(base).replaceAll('"required": "false"', '"required": "true"').replaceAll('required: "false"', 'required: "true"');
    const { policy } = compilePolicy(required, reasons);
    const run = runPolicy(policy as CompiledPolicy, factsOf(policy as CompiledPolicy, { inputs: { rate: '1/2' } }));
    expect(run).toMatchObject({ kind: 'ran', reviews: [{ code: 'fact_missing', params: { fact: '$inputs.money' } }] });
  });
});

describe('what a person stated', () => {
  it('stands while what the step rests on is the same', () => {
    const policy = smallPolicy(base);
    const run = ran(policy, { inputs }, override(policy, 'half', { value: '2.00' }));
    expect([out(run), run.reviews]).toEqual([pence('200'), []]);
    expect(run.trace[0]).toMatchObject({ override: { computed: pence('150'), reason: 'seen' }, output: pence('200') });
  });

  it('is asked again when it is not', () => {
    const policy = smallPolicy(base);
    const run = ran(policy, { inputs: { ...inputs, money: '5.00' } }, override(policy, 'half', { value: '2.00' }));
    expect([out(run), run.reviews]).toEqual([pence('250'), [{ code: 'override_needs_review', params: { step: 'half', figure: '2.00' } }]]);
  });

  it('that cannot be read leaves what was computed', () => {
    const policy = smallPolicy(base);
    expect(out(ran(policy, { inputs }, override(policy, 'half', { value: 'two' })))).toEqual(pence('150'));
  });

  it('a discretionary figure is a proposal until it is confirmed', () => {
    const policy = smallPolicy({ ...base, steps: [{ ...half, discretionary: 'true' }, rounded] });
    expect(ran(policy, { inputs }).reviews).toEqual([{ code: 'figure_needs_person', params: { step: 'half' } }]);
    expect(ran(policy, { inputs: {} }).reviews).toEqual([]);
    expect(ran(policy, { inputs }, override(policy, 'half', { value: '1.50' })).reviews).toEqual([]);
    expect(ran(policy, { inputs: { ...inputs, money: '9.00' } }, override(policy, 'half', { value: '1.50' })).reviews.map(({ code }) => code)).toEqual(['override_needs_review']);
  });

  it('a reason is put aside only where the policy lets it, and only that one', () => {
    const policy = (waivable: string) => smallPolicy({ ...base, steps: [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$inputs.flag', op: 'is_false', waivable }, { code: 'outside_area', left: '$inputs.rate', op: 'more_than', right: '1', waivable }] } }, half, rounded] });
    const codes = (waivable: string, waives: string[]) => ran(policy(waivable), { inputs }, override(policy(waivable), 'gate', { waives })).denials.map(({ code }) => code);
    expect([codes('true', ['filed_late', 'outside_area']), codes('true', ['filed_late']), codes('false', ['filed_late', 'outside_area'])]).toEqual([[], ['outside_area'], ['filed_late', 'outside_area']]);
    expect(out(ran(policy('true'), { inputs }, override(policy('true'), 'gate', { waives: ['filed_late', 'outside_area'] })))).toEqual(pence('150'));
    const changed = ran(policy('true'), { inputs: { ...inputs, rate: '1/4' } }, override(policy('true'), 'gate', { waives: ['filed_late', 'outside_area'] }));
    expect([changed.denials.length, changed.trace[0]?.override]).toEqual([0, { computed: null, waived: ['filed_late', 'outside_area'], reason: 'seen' }]);
  });
});

describe('an input that sales answer', () => {
  const text = (): string => {
    const read = parse(policyText({ ...base, inputs: { weeks: 'series', sold: 'money' }, steps: [{ id: 'usual', use: 'baseline', in: { candidates: '$inputs.weeks' }, with: { method: 'max', minimum: '1' } }, { id: 'out', use: 'shortfall', in: { expected: '$usual', actual: '$inputs.sold' } }] }), { schema: 'failsafe' }) as { inputs: Record<string, object> };
    Object.assign(read.inputs['weeks'] as object, { source: 'sales', period: 'week SAT..FRI', range: ['2026-02-01', '2026-03-13'] });
    Object.assign(read.inputs['sold'] as object, { source: 'sales', period: 'week SAT..FRI', containing: 'outage.from' });
    return stringify(read);
  };
  const policy = (): CompiledPolicy => compilePolicy(text(), reasons).policy as CompiledPolicy;
  const week = (day: string): string => `${day}T00:00Z/${new Date(Date.parse(`${day}T00:00Z`) + 7 * 86_400_000).toISOString().slice(0, 10)}T00:00Z`;
  const weeks = ['2026-02-07', '2026-02-14', '2026-02-21', '2026-03-07'];
  const given = { coverage: '2026-01-01T00:00Z/2026-04-01T00:00Z', sales: [...weeks.map((day, index) => ({ at: week(day), net: `${index + 1}00.00` })), { at: week('2026-02-28'), net: '50.00' }] };

  it('is the whole weeks of its range, without the week of the loss', () => {
    const run = ran(policy(), given);
    expect(run.inputs['weeks']).toEqual(weeks.map((label, index) => ({ label, minor: `${index + 1}0000` })));
    expect([run.inputs['sold'], out(run)]).toEqual([pence('5000'), pence('35000')]);
  });

  it('asks for exactly the weeks it lacks', () => {
    const run = runPolicy(policy(), factsOf(policy(), { ...given, sales: given.sales.slice(1, 4) }));
    expect(run).toMatchObject({ kind: 'needs', windows: [{ from: Date.parse('2026-02-07T00:00Z'), to: Date.parse('2026-02-14T00:00Z') }] });
    const loss = runPolicy(policy(), factsOf(policy(), { ...given, sales: given.sales.slice(0, 4) }));
    expect(loss).toMatchObject({ kind: 'needs', windows: [{ from: Date.parse('2026-02-28T00:00Z'), to: Date.parse('2026-03-07T00:00Z') }] });
  });

  it('is what was asked where the records do not speak for the week, or there are none', () => {
    const asked = { sold: '7.00', weeks: [{ from: '2026-02-07', amount: '9.00' }] };
    expect(ran(policy(), { inputs: asked }).inputs).toMatchObject({ sold: pence('700'), weeks: [{ label: '2026-02-07', minor: '900' }] });
    const short = ran(policy(), { ...given, coverage: '2026-02-08T00:00Z/2026-02-28T00:00Z', inputs: asked });
    expect(short.inputs).toMatchObject({ sold: pence('700'), weeks: [{ label: '2026-02-14' }, { label: '2026-02-21' }] });
    const closed = ran(policy(), { ...given, coverage: '2026-02-07T09:00Z/2026-04-01T00:00Z', hours: '09:00-17:00' });
    expect((closed.inputs['weeks'] as unknown[]).length).toBe(4);
  });
});

describe('examples', () => {
  const sound = (): CompiledPolicy => smallPolicy(base);
  const outcome = (example: object): readonly string[] => {
    const document = { ...sound().document, examples: [{ name: 'x', given: { inputs }, expect: {}, ...example }] };
    return runExamples(recompile(document, reasons))[0]?.differences ?? ['none'];
  };

  it.each<[object, string[]]>([
    [{ expect: { outcome: 'eligible', cash: '1.50', reasons: [], benefits: '', routes: '', receivable: 'null', withheld: 'null', steps: { half: '1.50', out: '1.50' } } }, []],
    [{ expect: { cash: '1.51' } }, ['cash is 1.50, not 1.51']], [{ expect: { outcome: 'nil' } }, ['outcome is eligible, not nil']], [{ expect: { reasons: ['filed_late'] } }, ['reasons is none, not filed_late']],
    [{ expect: { sum: '1' } }, ['"sum" is nothing a run has; it has outcome, cash, receivable, withheld, reasons, benefits, routes, steps']], [{ expect: { steps: { half: '2.00', other: 'null' } } }, ['step half is 1.50, not 2.00']],
    [{ given: { inputs: { ...inputs, money: '0.00' } }, expect: { outcome: 'nil', cash: '0.00' } }, []], [{ given: {}, expect: { outcome: 'refer', cash: 'null', steps: { half: 'null' } } }, []],
    [{ given: { inputs: { money: '1.00', rate: '1/3' } }, expect: { steps: { half: '100/3 minor' } } }, []], [{ like: 'y' }, ['there is no example above called "y"']],
  ])('%j', (example, differences) => {
    expect(outcome(example)).toEqual(differences);
  });

  it('stand on one above, inputs added to its inputs', () => {
    const all = [{ name: 'a', given: { zone: 'UTC', inputs: { x: '1', y: '2' } }, expect: {} }, { name: 'b', like: 'a', given: { inputs: { y: '3' } }, expect: {} }, { name: 'c', like: 'b', given: { zone: 'Asia/Seoul' }, expect: {} }, { name: 'd', like: 'd', given: {}, expect: {} }];
    expect([exampleGiven(all, 1), exampleGiven(all, 2)]).toEqual([{ zone: 'UTC', inputs: { x: '1', y: '3' } }, { zone: 'Asia/Seoul', inputs: { x: '1', y: '3' } }]);
    expect(() => exampleGiven(all, 3)).toThrow('there is no example above called "d"');
  });

  it('a published document that no longer compiles is a defect', () => {
    const document = { ...sound().document, steps: [] };
    expect(() => recompile(document, reasons)).toThrow('published policy small no longer compiles: "$out" refers to nothing');
  });
});
