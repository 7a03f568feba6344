import { assertSameCurrency, money, type Money } from './money.js';
import type { CurrencyCode } from './currency.js';
import { addRatio, compareRatio, formatRatio, multiplyRatio, ratio, roundRatio, subtractRatio, type Ratio } from './ratio.js';
import type { Rounding } from './rounding.js';

/** An exact sum on its way to becoming money: a fraction of minor units. Only `roundAmount` makes it payable. */
export interface Amount {
  readonly minor: Ratio;
  readonly currency: CurrencyCode;
}

/** The exact amount of a payable sum. Edge: 1 cent is the ratio 1/1 of a minor unit. */
export const amountOf = ({ minor, currency }: Money): Amount => ({ minor: ratio(minor), currency });

/** Exact sum. Throws TypeError on mixed currencies. */
export function addAmount(a: Amount, b: Amount): Amount {
  assertSameCurrency(a, b);
  return { minor: addRatio(a.minor, b.minor), currency: a.currency };
}

/** Exact difference; may be negative. Throws TypeError on mixed currencies. */
export function subtractAmount(a: Amount, b: Amount): Amount {
  assertSameCurrency(a, b);
  return { minor: subtractRatio(a.minor, b.minor), currency: a.currency };
}

/** Exact product with a ratio. Edge: a third of 1 won stays 1/3 of a won. */
export const scaleAmount = (a: Amount, factor: Ratio): Amount => ({ minor: multiplyRatio(a.minor, factor), currency: a.currency });

/** −1, 0 or 1. Throws TypeError on mixed currencies. */
export function compareAmount(a: Amount, b: Amount): -1 | 0 | 1 {
  assertSameCurrency(a, b);
  return compareRatio(a.minor, b.minor);
}

/**
 * Rounds to a multiple of `unitMinor` minor units (`1n` for the smallest unit, `10n` for tens of won) by the named mode.
 * Throws RangeError when the unit is not positive. Edge: 7,548.39 won to 10 half_up is 7,550.
 */
export function roundAmount(a: Amount, rounding: Rounding, unitMinor = 1n): Money {
  if (unitMinor <= 0n) throw new RangeError('a rounding unit is a positive number of minor units');
  return money(roundRatio(multiplyRatio(a.minor, ratio(1n, unitMinor)), rounding) * unitMinor, a.currency);
}

/** `num/den` of minor units, for traces and frozen input. */
export const formatAmount = (a: Amount): string => formatRatio(a.minor);
