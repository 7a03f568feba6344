import { ok, refuse, type Result } from '../errors/index.js';
import { roundQuotient, type Rounding } from './rounding.js';

/** An exact fraction, always in lowest terms with a positive denominator, so that equal ratios have equal fields. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

/**
 * Builds a ratio in lowest terms.
 *
 * Exact; no rounding. Throws RangeError on a zero denominator (a bug, not input).
 * Edge: `ratio(-3n, -6n)` is `1/2`.
 */
export function ratio(num: bigint, den = 1n): Ratio {
  if (den === 0n) throw new RangeError('a ratio needs a denominator other than zero');
  if (den === 1n) return { num, den };
  const [n, d] = den < 0n ? [-num, -den] : [num, den];
  const common = gcd(n, d);
  return common === 1n ? { num: n, den: d } : { num: n / common, den: d / common };
}

export const ZERO: Ratio = { num: 0n, den: 1n };
export const ONE: Ratio = { num: 1n, den: 1n };

/** Exact sum. Edge: `1/2 + -1/2` is `0/1`. */
export const addRatio = (a: Ratio, b: Ratio): Ratio =>
  a.den === b.den ? ratio(a.num + b.num, a.den) : ratio(a.num * b.den + b.num * a.den, a.den * b.den);

/** Exact difference `a − b`. Edge: `x − x` is `0/1`. */
export const subtractRatio = (a: Ratio, b: Ratio): Ratio => addRatio(a, { num: -b.num, den: b.den });

/** Exact product. Edge: anything times `0/1` is `0/1`. */
export const multiplyRatio = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.num, a.den * b.den);

/** Exact quotient `a ÷ b`. Throws RangeError when `b` is zero. Edge: `0 ÷ 3` is `0/1`. */
export const divideRatio = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.den, a.den * b.num);

/** Negative, zero or positive as `a` is less than, equal to or more than `b`; exact. Edge: `1/3` against `2/6` is 0. */
export function compareRatio(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const difference = a.num * b.den - b.num * a.den;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** The whole number nearest to the ratio by the named rounding. Edge: `-1/2` half_up is `-1n` (away from zero). */
export const roundRatio = (value: Ratio, rounding: Rounding): bigint => roundQuotient(value.num, value.den, rounding);

const WHOLE = /^-?\d{1,60}$/;
const QUOTIENT = /^(-?\d{1,60})\/(\d{1,60})$/;
const DECIMAL = /^(-?\d{1,60})(?:\.(\d{1,18}))?(%)?$/;

/**
 * Reads `0.4`, `2/3` or `40%` exactly; nothing is rounded.
 *
 * Codes: `ratio.malformed`. Edge: `0.5/2` and `1/0` are refused. Source: policy documents write rates as text.
 */
export function parseRatio(text: string): Result<Ratio, 'ratio.malformed'> {
  if (WHOLE.test(text)) return ok({ num: BigInt(text), den: 1n });
  const quotient = QUOTIENT.exec(text);
  if (quotient !== null) {
    const [num, den] = [BigInt(quotient[1] as string), BigInt(quotient[2] as string)];
    return den === 0n ? refuse('ratio.malformed', { text }) : ok(ratio(num, den));
  }
  const decimal = DECIMAL.exec(text);
  if (decimal === null) return refuse('ratio.malformed', { text: text.slice(0, 80) });
  const [, whole = '', fraction = '', percent] = decimal;
  const den = 10n ** BigInt(fraction.length) * (percent === undefined ? 1n : 100n);
  return ok(ratio(BigInt(whole + fraction), den));
}

/** `num/den`, or the number alone when it is whole; `parseRatio` reads it back. Edge: `-1/3` is `"-1/3"`. */
export const formatRatio = (value: Ratio): string =>
  value.den === 1n ? value.num.toString() : `${value.num}/${value.den}`;
