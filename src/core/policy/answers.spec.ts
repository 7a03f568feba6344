import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, formatRatio } from '../money/index.js';
import type { Instant } from '../time/index.js';
import { answered } from './answers.js';
import { overriddenValue } from './override.js';
import { inUnits, isDate, kindOfType, kindOfUnit, readScalar, scalarOf, typeOfKind, typesOfKind, unitFits, valueOf } from './scalar.js';
import { figureOf, resized, valueJson, type Maybe, type Value, type ValueType } from './value.js';
import type { ScalarKind } from './block.js';
import type { InputType } from './document/index.js';

const GBP = currency('GBP');
const at = (text: string): Instant => Date.parse(text) as Instant;
const window = { from: at('2026-03-03T09:00Z'), to: at('2026-03-03T17:00Z') };
const read = (given: unknown, type: InputType, more: object = {}): unknown => valueJson(answered(given, { type, ...more }, { currency: GBP, window }));

describe('an answer', () => {
  it.each<[InputType, unknown, unknown]>([
    ['text', 'word', 'word'], ['choice', 'anything', 'anything'], ['date', '2024-02-29', { on: '2024-02-29' }], ['instant', '2026-03-03T10:00Z', { at: at('2026-03-03T10:00Z') }],
    ['money', '1.50', { minor: '150', currency: 'GBP', samples: undefined }], ['ratio', '40%', { ratio: '2/5' }], ['number', '1.5', { number: '3/2' }],
    ['duration', '90', { ms: '5400000' }], ['duration', '2 hours', { ms: '7200000' }], ['boolean', true, true], ['boolean', false, false], ['list', ['a', 1, 'b'], ['a', 'b']],
  ])('of type %s: %j', (type, given, value) => {
    expect(read(given, type)).toEqual(value);
  });

  it.each<[InputType, unknown]>([
    ['text', 5], ['choice', null], ['date', '2026-02-30'], ['date', '2026-2-3'], ['date', 'x2026-02-03'], ['date', '2026-02-03x'], ['instant', '2026-03-03'], ['money', '1.505'], ['money', 1.5], ['ratio', 'half'], ['number', {}], ['duration', '2 moons'],
    ['boolean', 'true'], ['series', {}], ['series', []], ['series', [{ from: '2026-01', amount: 5 }]], ['series', [null]], ['list', 'a'], ['intervals', 'always'],
  ])('of type %s that is none: %j', (type, given) => {
    expect(read(given, type)).toBeNull();
  });

  it('of a choice is one of its options', () => {
    expect([read('a', 'choice', { options: ['a', 'b'] }), read('c', 'choice', { options: ['a', 'b'] })]).toEqual(['a', null]);
  });

  it('of a text is any text, and a row that is nothing at all has no fields', () => {
    expect(read('c', 'text', { options: ['a', 'b'] })).toBe('c');
    expect(read([null, 'word', 5], 'list', { fields: { sold: 'money' } })).toEqual([{ sold: null }, { sold: null }, { sold: null }]);
    expect(read([{ to: '2026-03-03T16:00Z' }], 'intervals')).toEqual([]);
  });

  it('of rows keeps a row of which a field cannot be read', () => {
    const fields = { month: 'text', sold: 'money' };
    expect(read([{ month: '2026-01', sold: '1.00' }, { month: '2026-02', sold: 'much' }, { sold: '2.00' }, 'x'], 'list', { fields })).toEqual([
      { month: '2026-01', sold: { minor: '100', currency: 'GBP', samples: undefined } }, { month: '2026-02', sold: null }, { month: null, sold: { minor: '200', currency: 'GBP', samples: undefined } }, { month: null, sold: null }]);
  });

  it('of a series leaves out what is no sum of a period', () => {
    expect(read([{ from: '2026-01', amount: '1.00' }, { from: 5, amount: '1.00' }, { from: '2026-02' }, null, { from: '2026-03', amount: '3.00' }], 'series')).toEqual([{ label: '2026-01', minor: '100' }, { label: '2026-03', minor: '300' }]);
  });

  it('of intervals is time inside the claim window, the rest left out by name', () => {
    const given = [{ from: '2026-03-03T08:00Z', to: '2026-03-03T10:00Z' }, { from: '2026-03-03T12:00Z', to: '2026-03-03T11:00Z' }, { from: '2026-03-03T09:30Z', to: '2026-03-03T10:30Z' }, { from: 'x', to: '2026-03-03T16:00Z' }, { from: '2026-03-03T15:00Z' }, 7,
      { from: '2026-03-03T14:00Z', to: '2026-03-03T14:00Z' }];
    const value = answered(given, { type: 'intervals' }, { currency: GBP, window });
    expect(valueJson(value)).toEqual([{ from: window.from, to: at('2026-03-03T10:30Z'), weight: '1' }]);
    expect(value).toMatchObject({ time: { window, removed: [{ from: at('2026-03-03T10:30Z'), to: window.to, value: 'excluded' }] } });
  });
});

describe('a stated parameter', () => {
  const text = (written: string, kind: ScalarKind, unit?: string, options?: string[]): unknown => {
    const found = readScalar(written, kind, GBP, unit, options);
    return typeof found === 'string' ? found : valueJson(valueOf(found));
  };

  it.each<[string, ScalarKind, string | undefined, unknown]>([
    ['1.50', 'money', undefined, { minor: '150', currency: 'GBP', samples: undefined }], ['40', 'ratio', 'percent of sales', { ratio: '2/5' }], ['40%', 'ratio', 'percent', { ratio: '2/5' }], ['0.4', 'ratio', 'ratio', { ratio: '2/5' }], ['40', 'number', 'percent', { number: '40' }],
    ['90', 'duration', 'minutes', { ms: '5400000' }], ['1', 'duration', 'day', { ms: '86400000' }], ['1/3', 'duration', 'hours of waiting', { ms: '1200000' }], ['2 weeks', 'duration', 'minutes', { ms: '1209600000' }], ['1 second', 'duration', undefined, { ms: '1000' }],
    ['12', 'count', undefined, { number: '12' }], ['true', 'boolean', undefined, 'true'], ['false', 'boolean', undefined, 'false'], ['2026-10-13', 'date', undefined, { on: '2026-10-13' }], ['word', 'text', undefined, 'word'], ['a', 'choice', undefined, 'a'],
  ])('%s as %s in %s', (written, kind, unit, value) => {
    expect(text(written, kind, unit)).toEqual(value);
  });

  it.each<[string, ScalarKind, string]>([
    ['1.505', 'money', '"1.505" is not an amount of GBP'], ['x', 'ratio', '"x" is not a ratio such as 0.4, 2/3 or 40%'], ['x', 'number', '"x" is not a number such as 12 or 1.5'], ['5', 'duration', '"5" is not a duration such as 60 minutes'], ['x hours', 'duration', '"x hours" is not a duration such as 60 minutes'],
    ['-1', 'count', '"-1" is not a whole number'], ['1.5', 'count', '"1.5" is not a whole number'], ['1234567890', 'count', '"1234567890" is not a whole number'], ['x1', 'count', '"x1" is not a whole number'], ['yes', 'boolean', '"yes" is neither true nor false'],
    ['2026-13-01', 'date', '"2026-13-01" is not a date such as 2026-10-13'], ['2026-01-01', 'dates', '"2026-01-01" is not a list of dates: name a parameter that has one'],
  ])('%s is no %s', (written, kind, sentence) => {
    expect(text(written, kind)).toBe(sentence);
  });

  it('of a choice names the options', () => {
    expect(text('c', 'choice', undefined, ['a', 'b'])).toBe('"c" must be one of a, b');
    expect(text('b', 'choice', undefined, ['a', 'b'])).toBe('b');
  });

  it.each<[ScalarKind, readonly string[]]>([
    ['money', ['GBP per claim']], ['ratio', ['ratio', 'percent', 'share', 'factor']], ['duration', ['minutes', 'hour', 'weeks', 'seconds']], ['count', ['count', 'weeks', 'people']], ['number', ['points', 'months']], ['date', ['date']], ['dates', ['dates']],
    ['text', ['anything']], ['choice', ['anything']], ['boolean', ['anything']],
  ])('of kind %s is stated in %s, and in nothing of another kind', (kind, units) => {
    expect(units.map((unit) => unitFits(kind, unit, GBP))).toEqual(units.map(() => true));
    const others = ['EUR', 'light years', '', 'constructor'];
    if (!['text', 'choice', 'boolean'].includes(kind)) expect(others.map((unit) => unitFits(kind, unit, GBP))).toEqual(others.map(() => false));
  });

  it('has a kind by its unit, where the place leaves it open', () => {
    expect(['KRW per hour', 'percent', 'days', 'hours', 'second', 'date', 'dates', 'name'].map(kindOfUnit)).toEqual(['money', 'ratio', 'number', 'duration', 'duration', 'date', 'dates', 'text']);
  });

  it('dates are real ones', () => {
    expect(['2024-02-29', '2023-02-29', '2026-00-01', '2026-01-32', '2026-1-1', '2026-10-10', '2026-12-31'].map(isDate)).toEqual([true, false, false, false, false, true, true]);
  });
});

describe('values and parameters', () => {
  const ratio = { num: 3n, den: 2n };
  const sized: readonly Value[] = [{ type: 'money', amount: { minor: ratio, currency: GBP } }, { type: 'ratio', ratio }, { type: 'number', ratio }, { type: 'duration', ms: ratio }];
  const unsized: readonly Value[] = [{ type: 'boolean', is: true }, { type: 'text', text: 'x' }, { type: 'date', on: '2026-01-01' }, { type: 'instant', at: window.from }, { type: 'list', items: ['2026-01-01'] },
    { type: 'series', samples: [] }, { type: 'rows', rows: [] }, { type: 'time', time: { window, pieces: [], removed: [] } }, { type: 'benefit', kind: 'days', quantity: ratio, unit: 'x' }];

  it('those with a size keep their kind when it changes; the others have none', () => {
    for (const value of sized) {
      expect(formatRatio(figureOf(value) ?? { num: 0n, den: 1n })).toBe('3/2');
      expect(figureOf(resized(value, { num: 5n, den: 1n }))).toEqual({ num: 5n, den: 1n });
      expect(resized(value, ratio)).toEqual(value);
    }
    for (const value of unsized) {
      expect(figureOf(value)).toBeUndefined();
      expect(() => resized(value, ratio)).toThrow(new TypeError(`a ${value.type} has no size`));
    }
    expect(figureOf(null)).toBeUndefined();
  });

  it('go to a parameter and back', () => {
    const kinds: Partial<Record<ValueType, ScalarKind>> = { money: 'money', ratio: 'ratio', number: 'number', duration: 'duration', text: 'text', date: 'date', list: 'dates' };
    for (const value of [...sized, ...unsized]) {
      const kind = kinds[value.type];
      const back: Maybe = kind === undefined ? null : value;
      if (value.type !== 'boolean') expect(valueOf(scalarOf(value, kind ?? 'text'))).toEqual(back);
    }
    expect(scalarOf({ type: 'boolean', is: false }, 'boolean')).toEqual({ kind: 'text', text: 'false' });
    expect(scalarOf(null, 'text')).toBeUndefined();
    expect(scalarOf({ type: 'number', ratio: { num: 7n, den: 1n } }, 'count')).toEqual({ kind: 'count', count: 7 });
    expect(scalarOf({ type: 'number', ratio }, 'count')).toBeUndefined();
    expect(scalarOf({ type: 'ratio', ratio }, 'number')).toEqual({ kind: 'number', ratio });
  });

  it('have kinds and types that answer each other', () => {
    const kinds: readonly ScalarKind[] = ['money', 'ratio', 'number', 'duration', 'count', 'choice', 'boolean', 'text', 'date', 'dates'];
    expect(kinds.map(typeOfKind)).toEqual(['money', 'ratio', 'number', 'duration', 'number', 'text', 'text', 'text', 'date', 'list']);
    expect(kinds.map(typesOfKind)).toEqual([['money'], ['ratio', 'number'], ['ratio', 'number'], ['duration'], ['ratio', 'number'], ['text'], ['boolean'], ['text'], ['date'], ['list']]);
    expect((['money', 'ratio', 'number', 'duration', 'date', 'boolean', 'text', 'list', 'instant', 'series', 'rows', 'time', 'benefit', undefined] as const).map(kindOfType))
      .toEqual(['money', 'ratio', 'number', 'duration', 'date', 'boolean', 'text', 'dates', undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it('a duration in units is exact', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e9 }), (ms) => {
      const of = (unit: 'minute' | 'hour' | 'day' | 'week'): number => {
        const { num, den } = inUnits({ num: BigInt(ms), den: 1n }, unit);
        return Number(num) / Number(den);
      };
      expect([of('minute'), of('hour'), of('day'), of('week')]).toEqual([ms / 60_000, ms / 3_600_000, ms / 86_400_000, ms / 604_800_000]);
    }));
  });

  it.each<[string | undefined, ValueType, unknown]>([
    ['1.50', 'money', { minor: '150', currency: 'GBP', samples: undefined }], ['1/3', 'money', null], ['1/3', 'ratio', { ratio: '1/3' }], ['12', 'number', { number: '12' }], ['x', 'number', null], ['true', 'boolean', true], ['false', 'boolean', false], ['yes', 'boolean', null],
    ['word', 'text', 'word'], ['2026-01-01', 'date', null], [undefined, 'money', null],
  ])('a person who states %s for a %s', (value, type, expected) => {
    expect(valueJson(overriddenValue(value === undefined ? {} : { value }, type, GBP) ?? null)).toEqual(expected);
  });
});
