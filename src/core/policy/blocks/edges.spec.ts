import { describe, expect, it } from '@jest/globals';
import { policyText, ran, reasons, smallPolicy, type SmallPolicy } from '../../../../test/support/policy.js';
import { exampleFacts } from '../example-facts.js';
import { compilePolicy, valueJson, type PolicyFacts } from '../index.js';

const base = { inputs: { money: 'money', share: 'ratio', number: 'number', before: 'series', during: 'series', later: 'series', flag: 'boolean', day: 'date', rows: { sold: 'money' } } } as const;
const rounded = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const run = (steps: readonly object[], given: object, more: Partial<SmallPolicy> = {}, change: Partial<PolicyFacts> = {}) => ran(smallPolicy({ ...base, ...more, steps }), given as never, change);
const faults = (steps: readonly object[]): string[] => compilePolicy(policyText({ ...base, steps }), reasons).faults.map(({ path, message }) => `${path} ${message}`);

describe('blocks at their edges', () => {
  it('a gate opens for a service that was degraded, whatever share of it was lost', () => {
    const counted = (level: string, mode: string): unknown => {
      const steps = [{ id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode, degraded: '1/2', unknown: '0' } }, { id: 'h', use: 'measure', in: { time: '$time' }, with: { unit: 'hour', parts: 'exact' } }, { id: 'out', use: 'per_unit', in: { units: '$h' }, with: { rate: '1.00' } }];
      return valueJson(run(steps, { segments: [{ state: 'degraded', at: '2026-03-03T10:00Z/2026-03-03T12:00Z', level }] }, { result: { cash: '$out', counted: '$time' } }).values.get('h') ?? null);
    };
    expect([counted('0', 'gate'), counted('1/4', 'gate'), counted('1/4', 'scale')]).toEqual([{ number: '2' }, { number: '2' }, { number: '1/4' }]);
  });

  it('a cap over several claims counts what its own site, or its merchant, has used', () => {
    const room = (per: string, capUse: Record<string, string>): unknown => {
      const steps = [{ id: 'out', use: 'limit', in: { value: '$inputs.money' }, with: { cap: '50.00', per, name: 'year' } }];
      const { site } = exampleFacts(smallPolicy({ ...base, steps }).document, {});
      return run(steps, { inputs: { money: '99.00' } }, {}, { site: { ...site, id: 'here' }, capUse }).trace[0]?.working;
    };
    const use = (per: string, whose: string): Record<string, string> => ({ [`small:year:${per}:${whose}`]: '1000' });
    expect([room('site', use('site', 'here')), room('merchant', use('merchant', 'example')), room('site', use('site', 'example'))]).toMatchObject([{ left: '4000' }, { left: '4000' }, { left: '5000', used: '0' }]);
  });

  it('a fall is shown only by as many periods as are asked for, and by a rise that was seen', () => {
    const series = (...amounts: string[]) => amounts.map((amount, index) => ({ from: `2026-0${index + 1}`, amount }));
    const shown = (given: object, more: object = {}): unknown => {
      const steps = [{ id: 'fell', use: 'causation', in: { before: '$inputs.before', during: '$inputs.during', later: '$inputs.later' }, with: { periods: '2', fall: '1/2', ...more } }, { ...rounded, when: '$fell' }];
      return valueJson(run(steps, { inputs: { money: '1.00', ...given } }).values.get('fell') ?? null);
    };
    const [before, during] = [series('10.00', '10.00', '10.00'), series('5.00', '5.00', '5.00')];
    expect([shown({ before, during }), shown({ before, during: series('1.00') }), shown({ before, during: series('9.00', '9.00', '9.00') })]).toEqual([true, false, false]);
    expect([shown({ before, during, later: series('9.00', '9.00', '9.00') }, { rise: '1/2' }), shown({ before, during }, { rise: '1/2' }), shown({ before, during, later: series('99.00') }, { rise: '1/2' })]).toEqual([true, false, false]);
  });

  it('what is out of range, or too little, is said with its figure', () => {
    const own = [{ id: 'part', use: 'margin', in: { own: '$inputs.share' } }, { id: 'out', use: 'percent', in: { of: '$inputs.money', rate: '$part' } }];
    expect(run(own, { inputs: { money: '1.00', share: '3/2' } }).reviews).toEqual([{ code: 'margin_out_of_range', params: { margin: '3/2' } }]);
    const few = [{ id: 'out', use: 'baseline', in: { candidates: '$inputs.before' }, with: { method: 'max', minimum: '2', tooFew: 'review' } }];
    expect(run(few, { inputs: { before: [{ from: 'x', amount: '1.00' }] } }).reviews).toEqual([{ code: 'too_few_comparables', params: { count: '1' } }]);
    const rows = Array.from({ length: 2_001 }, () => ({ sold: '1.00' }));
    const each = [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [{ ...rounded, id: 'own', in: { value: '$row.sold' } }], result: '$own' } } }];
    expect(run(each, { inputs: { rows } }).reviews).toEqual([{ code: 'too_many_candidates', params: { count: '2001' } }]);
  });

  it('a band whose result is stated for no day goes to a person, with the day', () => {
    const params = { sum: { unit: 'GBP', rows: [{ from: '2027-01-01', value: '1.00' }] } };
    const bands = [{ id: 'out', use: 'band', in: { value: '$inputs.money' }, with: { edges: 'strict', bands: [{ upTo: '5.00', amount: '$params.sum' }, { amount: '2.00' }] } }];
    expect(run(bands, { inputs: { money: '1.00' } }, { params }).reviews).toEqual([{ code: 'parameter_not_stated', params: { parameter: expect.any(String), date: '2026-03-03' } }]);
    expect(run(bands, { inputs: { money: '9.00' } }, { params }).reviews).toEqual([]);
  });

  it('says how many rates were applied', () => {
    const params = { r: { unit: 'ratio', rows: [{ from: '2025-01-01', value: '10%' }, { from: '2026-01-01', value: '10%' }, { from: '2027-01-01', value: '10%' }] } };
    const steps = [{ id: 'out', use: 'index', in: { base: '$inputs.money' }, with: { rates: '$params.r', unit: '0.01', mode: 'down' } }];
    expect(run(steps, { inputs: { money: '1.00' } }, { params }).trace[0]).toMatchObject({ output: { minor: '121' }, working: { steps: 2 } });
  });

  it('what a block lacks is said in full', () => {
    expect(faults([{ id: 'yes', use: 'condition', with: { all: [] } }, { ...rounded, when: '$yes' }])).toEqual([expect.stringContaining('a condition needs at least one comparison')]);
    const day = { id: 'due', use: 'add_working_days', in: { from: '$inputs.day' }, with: { days: '1', weekdays: [] } };
    expect(faults([day, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$due', op: 'present' }] } }, rounded])).toEqual([expect.stringContaining('a working week needs a working day')]);
    const turn = { code: 'filed_late', left: '$inputs.flag', op: 'is_true', to: 'evidence' };
    expect(faults([{ id: 'on', use: 'route', with: { when: [turn] } }, rounded])).toEqual([expect.stringContaining('"evidence" names a kind of evidence, and stands exactly where "to" is evidence')]);
  });
});
