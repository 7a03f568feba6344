import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { policyText, ran, reasons, smallPolicy, type SmallPolicy } from '../../../test/support/policy.js';
import { currency } from '../money/index.js';
import type { ScalarKind } from './block.js';
import { checkPolicy, compilePolicy, valueJson } from './index.js';
import { typeOfInput } from './names.js';
import { expectedUnit } from './scalar.js';

type Tree = Record<string, unknown>;

const round = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const base: SmallPolicy = { inputs: { money: 'money', day: 'date', word: 'choice', names: 'list', flag: 'boolean', ratio: 'ratio', rows: { sold: 'money' } }, steps: [round] };
const faults = (text: string): string[] => compilePolicy(text, reasons).faults.map(({ code, path, message }) => `${code.replace('policy.', '')} ${path} ${message}`);
const of = (policy: Partial<SmallPolicy>): string[] => faults(policyText({ ...base, ...policy }));
const step = (one: object): string[] => of({ steps: [{ ...round, ...one }] });
/** The small policy, changed as a tree. */
const changed = (change: (tree: Tree) => void, policy: Partial<SmallPolicy> = {}): string => {
  const read = parse(policyText({ ...base, ...policy }), { schema: 'failsafe' }) as Tree;
  change(read);
  return stringify(read, { aliasDuplicateObjects: false });
};
const gate = (test: object): object => ({ id: 'gate', use: 'eligible', with: { all: [test] } });

describe('the version that is picked', () => {
  const straddling = (selectBy: string): string[] => faults(changed((doc) => {
    doc['selectBy'] = selectBy;
    (doc['process'] as Tree)['straddle'] = 'refuse';
  }));

  it('can straddle only where the outage picks it', () => {
    expect(straddling('outage.from')).toEqual([]);
    expect(straddling('claim.filedAt')).toEqual(['unreachable /process/straddle with selectBy "claim.filedAt" one date picks the version for all of the window, so nothing straddles: leave it out']);
    expect(straddling('inputs.day')).toEqual([expect.stringContaining('with selectBy "inputs.day" one date')]);
  });
});

describe('the number and the names of steps', () => {
  it('of more than three hundred none is read', () => {
    const many = (count: number) => of({ steps: Array.from({ length: count }, (_, index) => ({ ...round, id: `s${index}` })), result: { cash: '$s0' } });
    const [tooMany, allowed] = [many(301), many(300)];
    expect(tooMany.filter((fault) => !fault.startsWith('dangling_ref /result/cash'))).toEqual(['shape /steps/300 there are 301 steps; more than 300 are not read']);
    expect(allowed.filter((fault) => !fault.startsWith('unreachable'))).toEqual([]);
    expect(allowed).toHaveLength(299);
  });

  it.each([['a-b'], ['a.b'], ['é'], ['a b']])('%s is no name', (id) => {
    expect(step({ id })).toContainEqual(expect.stringMatching(/^shape \/steps\/0\/id .* is no name for a step/));
  });

  it('none at all is said once, and not as a bad one', () => {
    expect(step({ id: '' }).filter((fault) => fault.includes('/steps/0/id'))).toEqual(['shape /steps/0/id steps.0.id needs a text']);
  });

  it('a circle through a condition is one too', () => {
    const circle = of({ steps: [{ id: 'yes', use: 'condition', with: { all: [{ left: '$out', op: 'positive' }] } }, { ...round, when: '$yes' }] });
    expect(circle.filter((fault) => fault.startsWith('cyclic_ref'))).toEqual(['cyclic_ref /steps/0 step "yes" needs its own result', 'cyclic_ref /steps/1 step "out" needs its own result']);
  });

  it('of two idle steps, one of which leads to the other, both are named', () => {
    expect(of({ steps: [{ ...round, id: 'a' }, { ...round, id: 'b', in: { value: '$a' } }, round] })).toEqual(['a', 'b'].map((id, at) =>
      `unreachable /steps/${at} nothing uses step "${id}": name it in a later step or in the result, or leave it out`));
  });
});

describe('what a step refers to', () => {
  it('is no part of a sum, and no blank', () => {
    const one = { ...round, id: 'half' };
    expect(of({ steps: [one, { ...round, in: { value: '$half.pence' } }] })).toContainEqual(expect.stringMatching(/^dangling_ref \/steps\/1\/in\/value /));
    expect(step({ in: { value: ' ' } }).filter((fault) => !fault.endsWith('needs a text'))).toEqual([]);
    expect(step({ with: { unit: ' ', mode: 'down' } }).filter((fault) => !fault.endsWith('needs a text'))).toEqual([]);
  });

  it('that is no fact is answered with all that are', () => {
    expect(step({ in: { value: '$facts.mood' } })).toEqual([expect.stringMatching(/there is no fact "mood"; known are claim\.filedAt, claim\.filedOn, .*, outage\.recorded$/)]);
  });

  it('rows of a fact have the fields of that fact', () => {
    const each = (field: string, items = '$facts.claim.months') => of({ steps: [{ id: 'out', use: 'each', in: { items }, with: { join: 'sum', steps: {
      as: 'month', do: [{ id: 'own', use: 'percent', in: { of: '$inputs.money', rate: field } }], result: '$own' } } }] });
    expect(each('$month.days')).toEqual([]);
    expect(each('$month.nights')).toEqual([expect.stringContaining('a row called "month" has no field "nights"; it has month, days')]);
    expect(each('$month.on', '$facts.outage.incidents')).toEqual([expect.stringContaining('"$month.on" is a date, but')]);
    expect(each('$month.days', '$facts.nothing')).toContainEqual(expect.stringContaining('there is no fact "nothing"'));
  });

  it('a step for rows without rows, or without steps, is said in words', () => {
    const steps = { as: 'row', do: [{ ...round, id: 'own' }], result: '$own' };
    expect(of({ steps: [{ id: 'out', use: 'each', in: {}, with: { join: 'sum', steps } }] })).toEqual(['missing /steps/0/in the step needs the input "items": the rows']);
    expect(of({ steps: [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum' } }] })).toEqual([
      'missing /steps/0/with/steps "each" needs "steps": `as`: name of the row; `do`: its steps; `result`: the step that counts']);
    expect(of({ steps: [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { ...steps, do: [{ id: 'own', in: { value: '$row.sold' }, with: {} }] } } }] }))
      .toContainEqual('missing /steps/0/with/steps/do/0/use steps.0.with.steps.do.0.use needs a text');
  });

  it('nested steps see those above and the rows around them, and may not take their names', () => {
    const nested = (id: string) => of({ steps: [{ ...round, id: 'limit' }, { id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: [{ id, use: 'clamp', in: { value: '$row.sold' }, with: { cap: '$limit' } }], result: `$${id}` } } }] });
    expect(nested('own')).toEqual([]);
    expect(nested('limit')).toContainEqual('repeated /steps/1/with/steps/do/0 another step is called "limit" too');
  });

  it('steps nested too deep are a fault of shape', () => {
    const deep = (depth: number): object => (depth === 0 ? { ...round, id: 'own' } : { id: `e${depth}`, use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: `r${depth}`, do: [deep(depth - 1)], result: depth === 1 ? '$own' : `$e${depth - 1}` } } });
    expect(of({ steps: [deep(4)], result: { cash: '$e4' } })).toContainEqual(expect.stringMatching(/^shape .* steps are nested more than 3 deep$/));
    expect(of({ steps: [deep(3)], result: { cash: '$e3' } })).toEqual([]);
  });

  it('a list of the merchant is a list, and with fields it is rows', () => {
    expect([typeOfInput({ type: 'list' }), typeOfInput({ type: 'list', fields: { sold: 'money' } }), typeOfInput({ type: 'text', fields: { sold: 'money' } })]).toEqual(['list', 'rows', 'text']);
  });

  it('a gate without a code is said once', () => {
    expect(of({ steps: [gate({ left: '$inputs.flag', op: 'is_true' }), round] })).toEqual(['missing /steps/0/with/all/0/code steps.0.with.all.0.code needs a text']);
  });
});

describe('what a parameter is taken from', () => {
  const mode = (options: string[]): string => changed((doc) => {
    ((doc['inputs'] as Tree)['word'] as Tree)['options'] = options;
    ((doc['steps'] as Tree[])[0]?.['with'] as Tree)['mode'] = '$inputs.word';
  });

  it('a choice may be left to an answer that offers nothing else', () => {
    expect(faults(mode(['down', 'up']))).toEqual([]);
    expect(faults(mode(['down', 'sideways']))).toEqual([expect.stringContaining('"$inputs.word" may be something else than floor, ceiling')]);
    const { policy } = compilePolicy(mode(['down', 'up']), reasons);
    const rounded = (word: string) => valueJson(ran(policy as never, { inputs: { money: '1.00', word } }).values.get('out') ?? null);
    expect(rounded('up')).toMatchObject({ minor: '100' });
  });

  it('of a wrong type is refused with all that would do', () => {
    const band = (upTo: string): string[] => of({ steps: [{ id: 'out', use: 'band', in: { value: '$inputs.ratio' }, with: { edges: 'strict', bands: [{ upTo, amount: '1.00' }, { amount: '2.00' }] } }] });
    expect(band('$inputs.day')).toEqual([expect.stringContaining('"$inputs.day" is a date, but ratio or number is needed here')]);
  });

  it('a literal that is neither true nor false is a fault of shape', () => {
    const percent = (plusOne: string): string[] => of({ steps: [{ id: 'out', use: 'percent', in: { of: '$inputs.money', rate: '$inputs.ratio' }, with: { plusOne } }] });
    expect(percent('maybe')).toEqual(['shape /steps/0/with/plusOne "maybe" is neither true nor false']);
    expect(percent('true')).toEqual([]);
  });

  it('a literal where the unit is open has none', () => {
    expect(of({ inputs: { key: 'text' }, steps: [{ id: 'out', use: 'lookup', in: { key: '$inputs.key' }, with: { table: '1.00' } }] }))
      .toContain('wrong_unit /steps/0/with/table "1.00" has no unit: state it under params, with unit and source');
  });

  it('one that is not there is answered with all that are', () => {
    expect(of({ params: { p: { unit: 'GBP', value: '0.01' }, q: { unit: 'GBP', value: '0.01' } }, steps: [{ ...round, with: { unit: '$params.r', mode: 'down' } }] }))
      .toEqual(['dangling_ref /steps/0/with/unit "$params.r" refers to nothing; parameters are p, q']);
  });

  it('dated rates are read in their unit, every one of them', () => {
    const rates = (unit: string, value: string | undefined, name = '$params.r'): string[] => of({
      params: { r: { unit, rows: [{ from: '2026-01-01', value: '2%' }, { from: '2026-02-01', ...(value === undefined ? { table: { a: '1%' } } : { value }) }] }, s: { unit: 'ratio', value: '2%' } },
      steps: [{ id: 'out', use: 'index', in: { base: '$inputs.money' }, with: { rates: name, unit: '0.01', mode: 'down' } }],
    });
    expect(rates('ratio', '3%')).toEqual([]);
    expect(rates('ratio', 'much')).toEqual(['wrong_unit /steps/0/with/rates parameter "r": "much" is not a ratio such as 0.4, 2/3 or 40%']);
    expect(rates('ratio', undefined)).toEqual(['wrong_unit /steps/0/with/rates parameter "r": "" is not a ratio such as 0.4, 2/3 or 40%']);
    expect(rates('minutes', '3%')).toEqual(['wrong_unit /steps/0/with/rates "$params.r" is stated in minutes, but ratio or percent is needed here']);
    expect(rates('ratio', '3%', '$params.s')).toEqual(['shape /steps/0/with/rates "$params.s" has no dated rows']);
    expect(rates('ratio', '3%', '$params.none')).toEqual(['dangling_ref /steps/0/with/rates "$params.none" refers to nothing; parameters are r, s']);
  });

  it('the unit that would have done is named for every kind', () => {
    const kinds: readonly ScalarKind[] = ['money', 'ratio', 'duration', 'count', 'number', 'choice', 'text', 'boolean', 'date', 'dates'];
    expect(kinds.map((kind) => expectedUnit(kind, currency('GBP')))).toEqual(
      ['GBP', 'ratio or percent', 'minutes, hours or days', 'count', 'number or count', 'choice', 'text', 'boolean', 'date', 'dates']);
  });
});

describe('a fault of the examples', () => {
  it('points at the line where they stand', () => {
    const text = changed((doc) => { doc['examples'] = []; });
    expect(checkPolicy(text, reasons).faults).toMatchObject([{ path: '/examples', line: text.slice(0, text.indexOf('\nexamples:')).split('\n').length + 1 }]);
  });
});

describe('the steps that run before amounts', () => {
  it('are gates, counted time and what they need, so that a refused claim still shows what counted', () => {
    const policy = smallPolicy({ ...base, steps: [
      { id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } },
      { id: 'hours', use: 'measure', in: { time: '$time' }, with: { unit: 'hour', parts: 'exact' } },
      gate({ code: 'filed_late', left: '$inputs.flag', op: 'is_true' }), { id: 'out', use: 'per_unit', in: { units: '$hours' }, with: { rate: '1.00' } },
    ], result: { cash: '$out', counted: '$time' } });
    expect(policy.beforeAmounts.map(({ id }) => id)).toEqual(['time', 'gate']);
    expect(policy.amounts.map(({ id }) => id)).toEqual(['hours', 'out']);
    expect([...ran(policy, { inputs: { flag: 'false' } }).values.keys()]).toEqual(['time', 'gate']);
  });
});
