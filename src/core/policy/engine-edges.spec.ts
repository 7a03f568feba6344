import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { factsOf, faultsOf, policyText, ran, reasons, smallPolicy, type SmallPolicy } from '../../../test/support/policy.js';
import { currency } from '../money/index.js';
import type { Instant } from '../time/index.js';
import { StepInputs } from './evaluation.js';
import { exampleFacts } from './example-facts.js';
import { written } from './examples.js';
import { checkPolicy, compilePolicy, isWholeReason, readReasons, reasonSketch, reasonText, runExamples, runPolicy, valueJson, type CompiledPolicy, type PolicyFacts, type PolicyRun } from './index.js';
import type { Value } from './value.js';

const GBP = currency('GBP');
const at = (text: string): Instant => Date.parse(text) as Instant;
const ratio = (num: bigint, den = 1n) => ({ num, den });
const rounded = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const out = (run: PolicyRun, id = 'out'): unknown => valueJson(run.values.get(id) ?? null);
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });

describe('a value as an example writes it', () => {
  const amount = (num: bigint, den = 1n): Value => ({ type: 'money', amount: { minor: ratio(num, den), currency: GBP } });
  const window = { from: at('2026-03-03T09:00Z'), to: at('2026-03-03T10:00Z') };
  const piece = (weight: { num: bigint; den: bigint }) => ({ ...window, value: weight });
  it.each<[string, Value | null | undefined]>([
    ['null', null], ['null', undefined], ['-1.05', amount(-105n)], ['100/3 minor', amount(100n, 3n)], ['2/3', { type: 'ratio', ratio: ratio(2n, 3n) }], ['7', { type: 'number', ratio: ratio(7n) }], ['1/2 ms', { type: 'duration', ms: ratio(1n, 2n) }], ['true', { type: 'boolean', is: true }],
    ['word', { type: 'text', text: 'word' }], ['2026-03-03T09:00:00.000Z', { type: 'instant', at: window.from }], ['2026-03-03', { type: 'date', on: '2026-03-03' }], ['a, b', { type: 'list', items: ['a', 'b'] }], ['x, y', { type: 'series', samples: [{ label: 'x', amount: { minor: ratio(1n), currency: GBP } }, { label: 'y', amount: { minor: ratio(1n), currency: GBP } }] }],
    ['2', { type: 'rows', rows: [{}, {}] }], ['3 days of x', { type: 'benefit', kind: 'days', quantity: ratio(3n), unit: 'days of x' }],
    ['2026-03-03T09:00:00.000Z/2026-03-03T10:00:00.000Z, 2026-03-03T09:00:00.000Z/2026-03-03T10:00:00.000Z × 1/2', { type: 'time', time: { window, pieces: [piece(ratio(1n)), piece(ratio(1n, 2n))], removed: [] } }],
  ])('%s', (text, value) => {
    expect(written(value)).toBe(text);
  });
});

describe('an example', () => {
  it('gives facts of which every part it leaves out is harmless', () => {
    const { document } = smallPolicy({ inputs: { money: 'money' }, steps: [rounded] });
    const window = { from: at('2026-03-03T09:00Z'), to: at('2026-03-03T17:00Z') };
    expect(exampleFacts(document, {})).toEqual({
      schema: 1, engine: 'example', policy: { key: 'small', version: 0, hash: '' }, registerVersion: 0, claim: { id: 'example', version: 1, filedAt: window.to, window, services: ['service'] },
      site: { id: 'example', online: false, zone: 'UTC', country: 'XX', openingHours: { zone: 'UTC', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }], exceptions: [] }, openingHoursEnteredAt: 0 },
      merchant: { id: 'example', verified: true, sector: { system: 'example', code: 'food' }, sizes: [] }, enrolments: [{ service: 'service', region: '*', from: 0 }],
      outages: [{ id: 'example', revision: 1, ended: true, final: true, complete: true, scopes: [{ ...window, service: 'service', region: '*' }], officialWindows: [], segments: [] }], inputs: {}, earlier: [], overrides: [],
    });
    const scope = '2026-03-03T08:00Z/2026-03-03T18:00Z';
    const given = {
      window: '2025-03-03T09:00Z/2025-03-03T17:00Z', filedAt: '2025-04-01T00:00Z', services: ['a', 'b'], zone: 'Asia/Seoul', hours: '10:00-22:00', sector: 'shop', turnover: '5.00', employees: '3', enrolled: 'false', complete: 'false', scope, official: scope,
      segments: [{ state: 'degraded', at: scope, level: '1/2' }], coverage: scope, sales: [{ at: scope, net: '1.00' }], earlier: [{ at: scope, gross: '2.00' }], inputs: { yes: 'true', no: 'false', word: 'x' },
    };
    const stretch = { from: at('2026-03-03T08:00Z'), to: at('2026-03-03T18:00Z') };
    expect(exampleFacts(document, given)).toMatchObject({
      claim: { filedAt: at('2025-04-01T00:00Z'), services: ['a', 'b'] }, site: { zone: 'Asia/Seoul', openingHours: { zone: 'Asia/Seoul', rows: [{ opens: '10:00', closes: '22:00' }] } }, enrolments: [],
      merchant: { sector: { code: 'shop' }, sizes: [{ measure: 'turnover', year: 2024, value: '500', currency: 'GBP', source: 'example' }, { measure: 'employees', year: 2024, value: '3', source: 'example' }] },
      outages: [{ complete: false, scopes: [{ ...stretch, service: 'a' }, { ...stretch, service: 'b' }], officialWindows: [{ ...stretch, service: 'a' }, { ...stretch, service: 'b' }], segments: [{ ...stretch, service: 'a', region: '*', state: 'degraded', level: '1/2', source: 'example' }, { service: 'b' }] }],
      sales: { setId: 'example', fileSha256: '', currency: 'GBP', basis: 'net_of_tax', granularityMs: 0, coverage: [stretch], sums: [{ ...stretch, net: '100', looseRefunds: '0', records: 1 }] },
      earlier: [{ claimId: 'earlier', head: 'lost_sales', intervals: [stretch], gross: { minor: '200', currency: 'GBP' } }],
      inputs: { yes: { value: true, provenance: 'declared' }, no: { value: false, provenance: 'declared' }, word: { value: 'x', provenance: 'declared' } },
    });
    expect(exampleFacts(document, { sales: [] })).toMatchObject({ sales: { coverage: [{ from: 0, to: window.to }], sums: [] } });
    expect(() => exampleFacts({ ...document, currency: 'QQQ' }, {})).toThrow('QQQ is not a currency');
    expect(() => exampleFacts(document, { services: ['a', 5] })).toThrow('"services" needs a list of texts');
  });

  const examples = (list: object[], more: Partial<SmallPolicy> = {}) => {
    const read = parse(policyText({ inputs: { money: 'money' }, steps: [rounded], ...more }), { schema: 'failsafe' }) as object;
    return checkPolicy(stringify({ ...read, examples: list }, { aliasDuplicateObjects: false }), reasons);
  };

  it('is needed, and one that gives too few sales says which', () => {
    expect(examples([]).faults).toEqual([{ code: 'policy.missing', path: '/examples', line: expect.any(Number) as never, column: expect.any(Number) as never, message: 'a policy needs at least one worked example' }]);
    expect(examples([]).policy).toBeDefined();
    const sold: Partial<SmallPolicy> = { steps: [{ id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } }, { id: 'out', use: 'actual', in: { over: '$time' } }], result: { cash: '$out', counted: '$time' } };
    const given = { sales: [], segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T11:00Z' }, { state: 'down', at: '2026-03-03T12:00Z/2026-03-03T13:00Z' }] };
    expect(examples([{ name: 'x', given, expect: {} }], sold).faults).toMatchObject([{ code: 'policy.example_failed', path: '/examples/0',
      message: 'example "x": sales are not given for 2026-03-03T10:00:00.000Z/2026-03-03T11:00:00.000Z, 2026-03-03T12:00:00.000Z/2026-03-03T13:00:00.000Z' }]);
  });

  it('that was refused has no sum, and names its routes', () => {
    const on = (op: string): readonly string[] => {
      const steps = [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$inputs.money', op: 'at_most', right: '5.00' }, { code: 'outside_area', left: '$inputs.money', op: 'at_most', right: '5.00' }] } },
        { id: 'on', use: 'route', with: { when: [{ code: 'large_amount', left: '$inputs.money', op: 'more_than', right: '1.00', to: 'second_approver' }, { code: 'evidence_needed', left: '$inputs.money', op: 'more_than', right: '1.00', to: 'evidence', evidence: 'accounts' }] } }, rounded];
      const policy = smallPolicy({ inputs: { money: 'money' }, steps });
      const document = { ...policy.document, examples: [{ name: 'x', given: { inputs: { money: op } }, expect: { outcome: '?', cash: '?', reasons: '?', routes: '?' } }] };
      return runExamples({ ...policy, document })[0]?.differences ?? [];
    };
    expect(on('9.00')).toEqual(['outcome is ineligible, not ?', 'cash is null, not ?', 'reasons is filed_late, outside_area, not ?', 'routes is second_approver: large_amount, evidence: evidence_needed, not ?']);
    expect(on('2.00')).toEqual(['outcome is eligible, not ?', 'cash is 2.00, not ?', 'reasons is none, not ?', 'routes is second_approver: large_amount, evidence: evidence_needed, not ?']);
  });

  it('faults stand in the order of the document', () => {
    const text = policyText({ inputs: { money: 'money' }, steps: [rounded] }).replace('"lost_sales"', '"sadness"').replace('"small"', '" "').replace('"down"', '"sideways"');
    const { faults } = checkPolicy(text, reasons);
    expect(faults.map(({ path }) => path)).toEqual(['/policy', '/head', '/steps/0/with/mode']);
    expect(compilePolicy('{ policy: x, use: y, title: z }', reasons).faults.slice(0, 9).map(({ column }) => column)).toEqual([...compilePolicy('{ policy: x, use: y, title: z }', reasons).faults.slice(0, 9).map(({ column }) => column)].sort((a, b) => a - b));
  });
});

describe('reasons', () => {
  it('have three sentences, with their places filled', () => {
    expect(readReasons('late: { en: a, ko: b, fr: c }')).toEqual({ reasons: { late: { en: 'a', ko: 'b', fr: 'c' } }, faults: [] });
    expect(readReasons('late: { en: a, ko: b }').faults).toMatchObject([{ code: 'policy.missing', path: '/late/fr', line: 1 }]);
    expect(readReasons('late: [')).toMatchObject({ reasons: {}, faults: [{ code: 'policy.syntax', path: '', line: 1 }] });
    expect(reasonText('{count} of {total_1}, {other}', { count: '1', total_1: '2' })).toBe('1 of 2, {other}');
    expect(reasonSketch('{count} of {total_1}, {other}', { count: '1' })).toBe('1 of …, …');
    expect([isWholeReason('{count} of {total}', { count: '1' }), isWholeReason('{count}', { count: '' }), isWholeReason('none', {})]).toEqual([false, true, true]);
  });
});

describe('what a run tells of its parameters', () => {
  const trace = (steps: object[], more: Partial<SmallPolicy> = {}, given: object = {}) => ran(smallPolicy({ inputs: { money: 'money', day: 'date', key: 'text' }, ...more, steps }), { inputs: { money: '3.00', day: '2026-03-05', key: 'a', ...given } }).trace;

  it('durations, counts, dates and lists are exact text', () => {
    const time = { id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } };
    const steps = [time, { id: 'waited', use: 'wait', in: { time: '$time' }, with: { length: '90 seconds', kind: 'excess' } }, { id: 'h', use: 'measure', in: { time: '$waited' }, with: { unit: 'hour', parts: 'exact' } }, { id: 'out', use: 'per_unit', in: { units: '$h' }, with: { rate: '1.00' } },
      { id: 'day', use: 'add_working_days', in: { from: '$inputs.day' }, with: { days: '2', holidays: '$params.off' } }, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$day', op: 'at_least', right: '2026-03-01' }] } }];
    const found = Object.fromEntries(trace(steps, { params: { off: { unit: 'dates', list: ['2026-03-06'] } }, result: { cash: '$out', counted: '$waited' } }).map(({ id, params }) => [id, params]));
    expect(found).toMatchObject({ waited: { length: { value: { ms: '90000' } }, kind: { value: 'excess' }, per: { value: 'claim' } }, time: { degraded: { value: '1' }, maintenance: { value: '0' } }, out: { rate: { value: { minor: '100', currency: 'GBP' } } },
      day: { days: { value: 2 }, holidays: { value: ['2026-03-06'], ref: '$params.off', source: 'x' } } });
    expect(Object.keys(found['waited'] ?? {})).toEqual(['length', 'kind', 'per', 'reached']);
    expect(found['waited']?.['length']).not.toHaveProperty('ref');
  });

  it('an entry of a table is found by its key and its date, `otherwise` by none', () => {
    const table = { unit: 'GBP', rows: [{ from: '2026-01-01', table: { a: '1.00', b: '2.00' } }, { from: '2026-03-04', table: { a: '3.00' } }], otherwise: '9.00' };
    const find = (key: string, day: string) => trace([{ id: 'out', use: 'lookup', in: { key: '$inputs.key' }, with: { table: '$params.t' } }], { params: { t: table }, selectBy: 'inputs.day' }, { key, day })[0]?.output;
    expect([find('a', '2026-03-03'), find('b', '2026-03-03'), find('c', '2026-03-03'), find('a', '2026-03-04'), find('b', '2026-03-04')]).toEqual(['100', '200', '900', '300', '900'].map(pence));
    const dated = (day: string) => trace([{ id: 'out', use: 'lookup_dated', in: { on: '$inputs.day' }, with: { table: '$params.t' } }], { params: { t: { unit: 'GBP', rows: [{ from: '2026-01-01', value: '1.00' }, { from: '2026-03-04', value: '2.00' }] } } }, { day })[0]?.output;
    expect([dated('2026-03-03'), dated('2026-03-04'), dated('2026-12-31')]).toEqual(['100', '200', '200'].map(pence));
  });

  it('a literal where the unit is open has none, and a table that is no table neither', () => {
    const params = { t: { unit: 'GBP', value: '1.00' } };
    const lookup = (table: string) => faultsOf({ inputs: { key: 'text' }, params, steps: [{ id: 'out', use: 'lookup', in: { key: '$inputs.key' }, with: { table } }] });
    expect([lookup('1.00'), lookup('$params.t')]).toEqual([['policy.wrong_unit', 'policy.wrong_type'], []]);
    const index = faultsOf({ inputs: { day: 'date', money: 'money' }, params: { ...params, r: { unit: 'ratio', value: '2%' } }, steps: [{ id: 'out', use: 'index', in: { base: '$inputs.money', on: '$inputs.day' }, with: { rates: '$params.r', unit: '0.01', mode: 'down' } }] });
    expect(index).toEqual(['policy.shape']);
  });

  it('inputs that were not checked are a bug', () => {
    const inputs = new StepInputs({ money: [{ type: 'text', text: 'x' }], none: [null] });
    for (const read of [() => inputs.money('money'), () => inputs.time('none'), () => inputs.boolean('absent'), () => inputs.samples('money'), () => inputs.rows('money')]) expect(read).toThrow(/is not a .*: the policy was not checked/);
    expect(() => inputs.ratio('money')).toThrow('the input money is not a ratio');
    expect(() => inputs.ratio('absent')).toThrow('the input absent is not a ratio');
    expect([inputs.get('absent'), inputs.all('absent'), inputs.list('absent'), inputs.list('none'), inputs.all('none'), inputs.text('money')]).toEqual([null, [], [], [null], [], 'x']);
  });
});

describe('a compiled policy', () => {
  const nested = (use: string): CompiledPolicy => smallPolicy({
    inputs: { rows: { sold: 'money' } },
    steps: [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [{ id: 'own', use, in: { value: '$row.sold' }, with: { unit: '0.01', mode: 'down' } }], result: '$own' } } }],
  });

  it('pins every block to its version, nested ones too, and that is what is hashed', () => {
    const [plain, pinned] = [nested('round'), nested('round@1')];
    expect(plain.document.steps).toMatchObject([{ use: 'each@1', with: { join: 'sum', steps: { as: 'row', result: '$own', do: [{ id: 'own', use: 'round@1', in: { value: '$row.sold' }, with: { mode: 'down' } }] } } }]);
    expect(plain.hash).toBe(pinned.hash);
    expect(plain.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(smallPolicy({ inputs: { money: 'money' }, steps: [rounded] }).hash).not.toBe(plain.hash);
  });

  it('asks for all windows it can find at once, in the order of time, and for none twice', () => {
    const policy = smallPolicy({
      steps: [{ id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } }, { id: 'usual', use: 'baseline', in: { over: '$time' }, with: { method: 'mean', samples: '2', minimum: '1' } },
        { id: 'sold', use: 'actual', in: { over: '$time' } }, { id: 'out', use: 'shortfall', in: { expected: '$usual', actual: '$sold' } }], result: { cash: '$out', counted: '$time' } });
    const given = { coverage: '2026-01-01T00:00Z/2026-04-01T00:00Z', sales: [], segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T11:00Z' }] };
    const run = runPolicy(policy, factsOf(policy, given));
    expect(run.kind === 'needs' ? run.windows.map(({ from, to }) => [new Date(from).toISOString().slice(0, 10), (to - from) / 3_600_000]) : []).toEqual([['2026-02-17', 1], ['2026-02-24', 1], ['2026-03-03', 1]]);
  });

  it('a fact of another currency is nobody\'s figure, and is asked about once', () => {
    const policy = smallPolicy({ inputs: { money: 'money' }, steps: [{ id: 'gate', use: 'eligible', with: { all: ['3.00', '4.00'].map((right) => ({ code: 'turnover_above_limit', left: '$facts.claim.declaredLoss', op: 'at_most', right, missing: 'pass' })) } }, rounded] });
    const claim = (minor: string, code: string): Partial<PolicyFacts> => ({ claim: { ...exampleFacts(policy.document, {}).claim, declaredLoss: { minor, currency: code } } });
    expect(ran(policy, { inputs: { money: '1.00' } }, claim('1', 'EUR'))).toMatchObject({ denials: [], reviews: [{ code: 'units_do_not_match', params: { fact: '$facts.claim.declaredLoss' } }], facts: { 'claim.declaredLoss': null } });
    const own = ran(policy, { inputs: { money: '1.00' } }, claim('350', 'GBP'));
    expect([own.reviews, own.denials.length, own.facts]).toEqual([[], 1, { 'claim.declaredLoss': pence('350') }]);
    expect(out(ran(policy, { inputs: { money: '1.00' } }, claim('1', 'GBP')))).toEqual(pence('100'));
  });
});
