import { ok, refuse, type Result } from '../errors/index.js';
import { exponentOf, isCurrency, type CurrencyCode } from './currency.js';
import { roundQuotient, type Rounding } from './rounding.js';
import type { Ratio } from './ratio.js';

/** An amount that can be paid: whole minor units of one currency. */
export interface Money {
  readonly minor: bigint;
  readonly currency: CurrencyCode;
}

/** Bound of every amount, in minor units, either sign: what the columns' CHECK allows. */
export const MAX_MINOR = 10n ** 15n;

export type MoneyFault = 'money.malformed' | 'money.too_fine' | 'money.out_of_range' | 'money.currency_unknown';

/** Money of `minor` units. Edge: `money(-1n, 'EUR')` is minus one cent. */
export const money = (minor: bigint, currency: CurrencyCode): Money => ({ minor, currency });

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * Reads decimal text such as `1234.50` in the currency's major unit. Never rounds.
 *
 * Codes: `money.currency_unknown`; `money.malformed` (thousands separators, exponents, a leading plus, spaces);
 * `money.too_fine` (more decimals than the currency has, zeros included); `money.out_of_range` (beyond 10^15 minor units).
 * Edge: `"1.0"` KRW is too fine; `"-0"` is 0. Source: ISO 4217 exponents.
 */
export function parseMoney(text: string, currencyText: string): Result<Money, MoneyFault> {
  if (!isCurrency(currencyText)) return refuse('money.currency_unknown', { currency: currencyText.slice(0, 12) });
  const match = DECIMAL.exec(text);
  if (match === null) return refuse('money.malformed', { text: text.slice(0, 40), currency: currencyText });
  const fraction = match[1] ?? '';
  const exponent = exponentOf(currencyText);
  if (fraction.length > exponent) {
    return refuse('money.too_fine', { text: text.slice(0, 40), currency: currencyText, decimals: exponent });
  }
  if (text.length > 24) return refuse('money.out_of_range', { text: text.slice(0, 40), currency: currencyText });
  const minor = BigInt(text.replace('.', '') + '0'.repeat(exponent - fraction.length));
  if (minor > MAX_MINOR || minor < -MAX_MINOR) return refuse('money.out_of_range', { text, currency: currencyText });
  return ok(money(minor, currencyText));
}

/** Decimal text with exactly the currency's exponent; `parseMoney` reads it back. Edge: 5 cents is `"0.05"`. */
export function formatMoney({ minor, currency }: Money): string {
  const exponent = exponentOf(currency);
  if (exponent === 0) return minor.toString();
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Throws when two amounts are not of one currency: mixing them is a bug, never an input fault. */
export function assertSameCurrency(a: { currency: CurrencyCode }, b: { currency: CurrencyCode }): void {
  if (a.currency !== b.currency) throw new TypeError(`cannot combine ${a.currency} with ${b.currency}`);
}

/** Sum. Throws TypeError on mixed currencies. Edge: adding a negative amount subtracts. */
export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor + b.minor, a.currency);
}

/** Difference `a − b`; may be negative. Throws TypeError on mixed currencies. Edge: `a − a` is 0. */
export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor - b.minor, a.currency);
}

/** The same amount with the other sign. Edge: 0 stays 0. */
export const negate = (a: Money): Money => money(-a.minor, a.currency);

/** −1, 0 or 1 as `a` is less than, equal to or more than `b`. Throws TypeError on mixed currencies. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  assertSameCurrency(a, b);
  return a.minor === b.minor ? 0 : a.minor < b.minor ? -1 : 1;
}

/** The smaller amount; `a` when equal. Throws TypeError on mixed currencies. */
export const min = (a: Money, b: Money): Money => (compare(a, b) <= 0 ? a : b);

/** The larger amount; `a` when equal. Throws TypeError on mixed currencies. */
export const max = (a: Money, b: Money): Money => (compare(a, b) >= 0 ? a : b);

/**
 * `a × factor`, rounded once to whole minor units by the named mode.
 * Edge: 5 cents × 1/2 is 3 cents half_up, 2 cents half_even.
 */
export const multiply = (a: Money, factor: Ratio, rounding: Rounding): Money =>
  money(roundQuotient(a.minor * factor.num, factor.den, rounding), a.currency);
