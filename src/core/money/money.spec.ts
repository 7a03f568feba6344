import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CURRENCIES, addRatio, allocate, amountOf, compareRatio, currency, divideRatio, exponentOf, formatMoney, formatRatio, money, multiply,
  multiplyRatio, parseMoney, parseRatio, ratio, roundAmount, roundQuotient, roundRatio, ROUNDINGS, subtractRatio,
} from './index.js';

const KRW = currency('KRW');
const EUR = currency('EUR');
const small = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 9n });
const ratios = fc.tuple(small, positive).map(([num, den]) => ratio(num, den));
const codes = fc.constantFrom(...CURRENCIES.keys()).map((code) => currency(code));

describe('decimal text', () => {
  it.each([
    ['0', 'KRW', 0n], ['-1', 'KRW', -1n], ['1234.50', 'EUR', 123450n], ['0.05', 'EUR', 5n], ['1.234', 'KWD', 1234n], ['7', 'EUR', 700n],
    ['9007199254740993', 'KRW', undefined], ['999999999999999', 'KRW', 999999999999999n],
  ])('%s %s', (text, code, minor) => {
    const read = parseMoney(text, code);
    expect(read.ok ? read.value.minor : undefined).toBe(minor);
  });

  it.each([
    ['1.0', 'KRW', 'money.too_fine'], ['0.001', 'EUR', 'money.too_fine'], ['1,000', 'KRW', 'money.malformed'], ['1e3', 'KRW', 'money.malformed'],
    ['+1', 'KRW', 'money.malformed'], ['', 'KRW', 'money.malformed'], [' 1', 'KRW', 'money.malformed'], ['01', 'KRW', 'money.malformed'],
    ['NaN', 'KRW', 'money.malformed'], ['1', 'krw', 'money.currency_unknown'], ['1', 'ANG', 'money.currency_unknown'],
    ['1000000000000001', 'KRW', 'money.out_of_range'], ['9'.repeat(400), 'KRW', 'money.out_of_range'],
  ])('%s %s is refused with %s', (text, code, fault) => {
    const read = parseMoney(text, code);
    expect(read.ok ? 'read' : read.refusal.code).toBe(fault);
  });

  it('is read back as it was written, in every currency', () => {
    fc.assert(fc.property(small, codes, (minor, code) => {
      const text = formatMoney(money(minor, code));
      expect(parseMoney(text, code)).toEqual({ ok: true, value: money(minor, code) });
      expect(text.split('.')[1]?.length ?? 0).toBe(exponentOf(code));
    }));
  });

  it('knows the digits of ISO 4217 where Intl does not', () => {
    expect(['KRW', 'JPY', 'CLP', 'EUR', 'HUF', 'IQD', 'KWD', 'CLF'].map((code) => exponentOf(currency(code)))).toEqual([0, 0, 0, 2, 2, 3, 3, 4]);
  });
});

describe('ratios', () => {
  it('are kept in lowest terms with a positive denominator', () => {
    fc.assert(fc.property(small, positive, fc.bigInt({ min: 1n, max: 999n }), (num, den, k) => {
      expect(ratio(num * k, den * k)).toEqual(ratio(num, den));
      expect(ratio(num, -den)).toEqual(ratio(-num, den));
    }));
  });

  it('add, subtract, multiply and divide exactly', () => {
    fc.assert(fc.property(ratios, ratios, (a, b) => {
      expect(subtractRatio(addRatio(a, b), b)).toEqual(a);
      if (b.num !== 0n) expect(multiplyRatio(divideRatio(a, b), b)).toEqual(a);
      expect(compareRatio(a, b)).toBe(-compareRatio(b, a) + 0);
    }));
  });

  it.each([['0.4', '2/5'], ['2/3', '2/3'], ['40%', '2/5'], ['99.99%', '9999/10000'], ['-1.50', '-3/2'], ['0', '0']])('%s is %s', (text, expected) => {
    const read = parseRatio(text);
    expect(read.ok ? formatRatio(read.value) : 'refused').toBe(expected);
  });

  it.each([['1/0'], ['0.5/2'], ['50/100%'], ['.5'], ['1e2'], ['']])('%s is refused', (text) => {
    expect(parseRatio(text).ok).toBe(false);
  });

  it('4.32 minutes of 43,200 leave exactly 99.99 %', () => {
    const down = divideRatio(ratio(432n, 100n), ratio(43_200n));
    expect(formatRatio(subtractRatio(ratio(1n), down))).toBe('9999/10000');
  });
});

describe('rounding', () => {
  it.each([
    [5n, 2n, [2n, 3n, 2n, 3n, 3n, 2n]], [-5n, 2n, [-3n, -2n, -2n, -3n, -3n, -2n]], [7n, 2n, [3n, 4n, 3n, 4n, 4n, 4n]],
    [1n, 3n, [0n, 1n, 0n, 1n, 0n, 0n]], [-1n, 3n, [-1n, 0n, 0n, -1n, 0n, 0n]], [6n, 3n, [2n, 2n, 2n, 2n, 2n, 2n]],
  ])('%s / %s in every mode', (num, den, expected) => {
    expect(ROUNDINGS.map((mode) => roundQuotient(num, den, mode))).toEqual(expected);
  });

  it('stays within one unit, and within half a unit for the nearest modes', () => {
    fc.assert(fc.property(ratios, fc.constantFrom(...ROUNDINGS), (value, mode) => {
      const off = subtractRatio(ratio(roundRatio(value, mode)), value);
      const size = ratio(off.num < 0n ? -off.num : off.num, off.den);
      expect(compareRatio(size, mode.startsWith('half') ? ratio(1n, 2n) : ratio(1n))).toBeLessThanOrEqual(mode.startsWith('half') ? 0 : -1 + 0);
    }));
  });

  it('KakaoT Pro: 39,000 / 31 × 6 is 7,550 to tens, half up', () => {
    const share = amountOf(money(39_000n, KRW));
    const exact = { ...share, minor: multiplyRatio(share.minor, ratio(6n, 31n)) };
    expect(roundAmount(exact, 'half_up', 10n)).toEqual(money(7_550n, KRW));
    expect(multiply(money(39_000n, KRW), ratio(6n, 31n), 'half_up').minor).toBe(7_548n);
  });
});

describe('allocation by largest remainder', () => {
  it('shares 100 among three equals as 34, 33, 33', () => {
    expect(allocate(money(100n, EUR), [ratio(1n), ratio(1n), ratio(1n)]).map(({ minor }) => minor)).toEqual([34n, 33n, 33n]);
  });

  it('adds up to the whole, and no share is a unit away from its exact part', () => {
    const weights = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 1000n }), positive).map(([n, d]) => ratio(n, d)), { minLength: 1, maxLength: 30 })
      .filter((list) => list.some(({ num }) => num > 0n));
    fc.assert(fc.property(small, weights, (minor, list) => {
      const parts = allocate(money(minor, EUR), list);
      expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(minor);
      const total = list.reduce(addRatio, ratio(0n));
      parts.forEach((part, index) => {
        const exact = divideRatio(multiplyRatio(ratio(minor), list[index] ?? ratio(0n)), total);
        const off = subtractRatio(ratio(part.minor), exact);
        expect(compareRatio(ratio(off.num < 0n ? -off.num : off.num, off.den), ratio(1n))).toBe(-1);
      });
    }));
  });

  it('refuses to share something among nothing', () => {
    expect(() => allocate(money(1n, EUR), [ratio(0n)])).toThrow(RangeError);
    expect(() => allocate(money(1n, EUR), [ratio(-1n)])).toThrow(RangeError);
  });
});
