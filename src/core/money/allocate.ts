import { money, type Money } from './money.js';
import { ratio, type Ratio } from './ratio.js';

/**
 * Splits a whole into parts in proportion to `weights` by largest remainder: the parts add up to the whole exactly, and each
 * differs from its exact share by less than one minor unit.
 *
 * Ties go to the earlier index, so the caller decides the order (a published rule, never arrival). A negative whole is split
 * like its absolute value. Throws RangeError for a negative weight, or when all are zero and the whole is not.
 * Edge: 100 among three equal weights is 34, 33, 33. Source: Hamilton's method.
 */
export function allocate(whole: Money, weights: readonly Ratio[]): Money[] {
  if (weights.some((weight) => weight.num < 0n)) throw new RangeError('a weight is not negative');
  const common = weights.reduce((multiple, weight) => multiple * ratio(weight.den, multiple).num, 1n);
  const scaled = weights.map((weight) => weight.num * (common / weight.den));
  const total = scaled.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) {
    if (whole.minor === 0n) return weights.map(() => whole);
    throw new RangeError('nothing to allocate by: all weights are zero');
  }
  const size = whole.minor < 0n ? -whole.minor : whole.minor;
  const sign = whole.minor < 0n ? -1n : 1n;
  const parts = scaled.map((weight, index) => ({ index, base: (size * weight) / total, rest: (size * weight) % total }));
  let left = size - parts.reduce((sum, part) => sum + part.base, 0n);
  const shares = parts.map((part) => part.base);
  const byRemainder = [...parts].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return shares.map((share) => money(sign * share, whole.currency));
}
