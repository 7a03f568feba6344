import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CURRENCIES, ONE, ZERO, add, addAmount, allocate, amountOf, compare, compareAmount, currency, exponentOf, formatAmount, formatMoney, formatRatio, isCurrency,
  max, MAX_MINOR, min, money, negate, parseMoney, parseRatio, ratio, roundAmount, roundQuotient, scaleAmount, subtract, subtractAmount, type Money,
} from './index.js';

const EUR = currency('EUR');
const GBP = currency('GBP');
const cents = (minor: bigint): Money => money(minor, EUR);
const some = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });

describe('sums of money', () => {
  it('add, take away and turn round as their minor units do', () => {
    fc.assert(fc.property(some, some, (a, b) => {
      expect(add(cents(a), cents(b))).toEqual(cents(a + b));
      expect(subtract(cents(a), cents(b))).toEqual(cents(a - b));
      expect(negate(cents(a))).toEqual(cents(-a));
      expect([min(cents(a), cents(b)).minor, max(cents(a), cents(b)).minor]).toEqual(a < b ? [a, b] : [b, a]);
      expect(compare(cents(a), cents(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }));
  });

  it('of equal amounts the first is the smaller and the larger one', () => {
    const [a, b] = [cents(5n), cents(5n)];
    expect([min(a, b) === a, max(a, b) === a, compare(a, b)]).toEqual([true, true, 0]);
  });

  it('exact amounts do the same with fractions of a minor unit', () => {
    fc.assert(fc.property(some, some, fc.bigInt({ min: 1n, max: 99n }), (a, b, den) => {
      const [x, y] = [{ minor: ratio(a, den), currency: EUR }, { minor: ratio(b, den), currency: EUR }];
      expect(addAmount(x, y)).toEqual({ minor: ratio(a + b, den), currency: EUR });
      expect(subtractAmount(x, y)).toEqual({ minor: ratio(a - b, den), currency: EUR });
      expect(scaleAmount(x, ratio(den))).toEqual({ minor: ratio(a), currency: EUR });
      expect(compareAmount(x, y)).toBe(a < b ? -1 : a > b ? 1 : 0);
    }));
    expect(formatAmount({ minor: ratio(1n, 3n), currency: EUR })).toBe('1/3');
  });

  it.each([
    ['add', () => add(cents(1n), money(1n, GBP))], ['subtract', () => subtract(cents(1n), money(1n, GBP))], ['compare', () => compare(cents(1n), money(1n, GBP))],
    ['min', () => min(cents(1n), money(1n, GBP))], ['max', () => max(cents(1n), money(1n, GBP))],
    ['addAmount', () => addAmount(amountOf(cents(1n)), amountOf(money(1n, GBP)))], ['subtractAmount', () => subtractAmount(amountOf(cents(1n)), amountOf(money(1n, GBP)))],
    ['compareAmount', () => compareAmount(amountOf(cents(1n)), amountOf(money(1n, GBP)))],
  ])('%s never mixes two currencies', (_name, mixed) => {
    expect(mixed).toThrow(new TypeError('cannot combine EUR with GBP'));
  });
});

describe('what cannot be read is refused with what was written, cut to a length that fits a sentence', () => {
  const long = '9'.repeat(100);
  it.each([
    ['1', `x${long}`, 'money.currency_unknown', { currency: `x${long}`.slice(0, 12) }],
    [`x${long}`, 'EUR', 'money.malformed', { text: `x${long}`.slice(0, 40), currency: 'EUR' }],
    [`1.${long}`, 'EUR', 'money.too_fine', { text: `1.${long}`.slice(0, 40), currency: 'EUR', decimals: 2 }],
    [long, 'EUR', 'money.out_of_range', { text: long.slice(0, 40), currency: 'EUR' }],
    ['10000000000000.01', 'EUR', 'money.out_of_range', { text: '10000000000000.01', currency: 'EUR' }],
    ['-10000000000000.01', 'EUR', 'money.out_of_range', { text: '-10000000000000.01', currency: 'EUR' }],
    [`1${'0'.repeat(22)}.0`, 'EUR', 'money.out_of_range', { text: `1${'0'.repeat(22)}.0`, currency: 'EUR' }],
  ])('%s %s', (text, code, fault, params) => {
    expect(parseMoney(text, code)).toEqual({ ok: false, refusal: { code: fault, params } });
  });

  it('the bound itself is still money, of either sign', () => {
    expect(parseMoney('10000000000000.00', 'EUR')).toEqual({ ok: true, value: cents(MAX_MINOR) });
    expect(parseMoney('-10000000000000.00', 'EUR')).toEqual({ ok: true, value: cents(-MAX_MINOR) });
  });

  it.each([['1/0', '1/0'], ['one', 'one'], [`x${long}`, `x${long}`.slice(0, 80)], [`1/${'9'.repeat(61)}`, `1/${'9'.repeat(61)}`]])('the ratio %s', (text, shown) => {
    expect(parseRatio(text)).toEqual({ ok: false, refusal: { code: 'ratio.malformed', params: { text: shown } } });
  });

  it('ratios of many digits are read on both sides of the stroke', () => {
    const read = parseRatio('123456/654321');
    expect(read.ok ? read.value : undefined).toEqual(ratio(123_456n, 654_321n));
  });
});

describe('edges', () => {
  it('nought has no sign', () => {
    expect([formatMoney(cents(0n)), formatMoney(cents(-5n)), formatMoney(money(-5n, currency('KRW')))]).toEqual(['0.00', '-0.05', '-5']);
  });

  it('nought and one are what they are called', () => {
    expect([formatRatio(ZERO), formatRatio(ONE)]).toEqual(['0', '1']);
  });

  it.each([
    ['a ratio over nought', () => ratio(1n, 0n), 'a ratio needs a denominator other than zero'],
    ['an unknown currency', () => currency('ABC'), 'ABC is not an active ISO 4217 currency'],
    ['a rounding unit of nought', () => roundAmount(amountOf(cents(1n)), 'up', 0n), 'a rounding unit is a positive number of minor units'],
    ['a rounding unit below nought', () => roundAmount(amountOf(cents(1n)), 'up', -1n), 'a rounding unit is a positive number of minor units'],
    ['a negative weight among others', () => allocate(cents(1n), [ratio(2n), ratio(-1n)]), 'a weight is not negative'],
    ['something among nothing', () => allocate(cents(1n), [ratio(0n), ratio(0n)]), 'nothing to allocate by: all weights are zero'],
  ])('%s is a bug, not input', (_what, bug, message) => {
    expect(bug).toThrow(new RangeError(message));
  });

  it('nothing among nobody is nothing for each', () => {
    expect(allocate(cents(0n), [ratio(0n), ratio(0n)])).toEqual([cents(0n), cents(0n)]);
  });

  it('what is left over goes to the largest remainders, and among equal ones to the first', () => {
    const shares = (whole: bigint, ...weights: bigint[]): bigint[] => allocate(cents(whole), weights.map((weight) => ratio(weight))).map(({ minor }) => minor);
    expect(shares(2n, 6n, 3n, 1n)).toEqual([1n, 1n, 0n]);
    expect(shares(2n, 1n, 1n, 1n, 1n)).toEqual([1n, 1n, 0n, 0n]);
    expect(shares(3n, ...Array.from({ length: 12 }, () => 1n))).toEqual([1n, 1n, 1n, ...Array.from({ length: 9 }, () => 0n)]);
    expect(shares(-5n, 1n, 1n)).toEqual([-3n, -2n]);
  });

  it('rounding toward a neighbour does not depend on the other sign', () => {
    fc.assert(fc.property(some, fc.bigInt({ min: 1n, max: 1_000n }), (num, den) => {
      expect(roundQuotient(num, den, 'floor')).toBe(-roundQuotient(-num, den, 'ceiling'));
      for (const mode of ['down', 'up', 'half_up', 'half_even'] as const) expect(roundQuotient(-num, den, mode)).toBe(-roundQuotient(num, den, mode));
    }));
  });
});

describe('the list of currencies', () => {
  it('is that of ISO 4217, counted by decimals', () => {
    const count = (digits: number): number => [...CURRENCIES.values()].filter((exponent) => exponent === digits).length;
    expect([0, 2, 3, 4].map(count)).toEqual([17, 138, 7, 2]);
    expect([...CURRENCIES.keys()].every((code) => /^[A-Z]{3}$/.test(code) && isCurrency(code))).toBe(true);
    expect(['AED', 'CHF', 'CRC', 'JMD', 'KES', 'NIO', 'NOK', 'THB', 'TJS', 'ZWG'].map((code) => exponentOf(currency(code)))).toEqual(Array.from({ length: 10 }, () => 2));
  });
});
