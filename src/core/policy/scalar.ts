import { multiplyRatio, parseMoney, parseRatio, ratio, type CurrencyCode, type Ratio } from '../money/index.js';
import { HOUR, MINUTE, SECOND } from '../time/index.js';
import type { ParamKind, ScalarValue } from './block.js';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  second: SECOND, seconds: SECOND, minute: MINUTE, minutes: MINUTE, hour: HOUR, hours: HOUR, day: 24 * HOUR, days: 24 * HOUR,
  week: 168 * HOUR, weeks: 168 * HOUR,
};

/** The unit a parameter of this kind must be stated in; `KRW per open hour` is money, `minutes` a duration. */
export function unitFits(kind: ParamKind, unit: string, currency: CurrencyCode): boolean {
  const head = unit.split(' ')[0] ?? '';
  switch (kind) {
    case 'money': return head === currency;
    case 'ratio': return ['ratio', 'percent', 'share'].includes(head);
    case 'duration': return DURATION_UNITS[head] !== undefined;
    case 'count': return ['count', 'number', 'weeks', 'days', 'samples'].includes(head);
    case 'choice': case 'text': case 'boolean': case 'custom': return true;
  }
}

/** What a unit should have been, for the message. */
export const expectedUnit = (kind: ParamKind, currency: CurrencyCode): string =>
  ({ money: currency, ratio: 'ratio or percent', duration: 'minutes, hours or days', count: 'count', choice: 'choice', text: 'text', boolean: 'boolean', custom: '' })[kind];

/**
 * Reads one parameter value. `unit` is the parameter's stated unit; a literal in a step carries its own (`60 minutes`).
 * Returns a sentence when the text is not a value of the kind.
 */
export function readScalar(text: string, kind: ParamKind, currency: CurrencyCode, unit?: string, options?: readonly string[]): ScalarValue | string {
  switch (kind) {
    case 'money': {
      const read = parseMoney(text, currency);
      return read.ok ? { kind: 'money', amount: { minor: ratio(read.value.minor), currency } } : `"${text}" is not an amount of ${currency}`;
    }
    case 'ratio': return ratioValue(text, unit);
    case 'duration': return durationValue(text, unit);
    case 'count':
      return /^\d{1,9}$/.test(text) ? { kind: 'count', count: Number.parseInt(text, 10) } : `"${text}" is not a whole number`;
    case 'boolean':
      return text === 'true' || text === 'false' ? { kind: 'text', text } : `"${text}" is neither true nor false`;
    case 'choice':
      return options === undefined || options.includes(text) ? { kind: 'text', text } : `"${text}" must be one of ${options.join(', ')}`;
    case 'text': case 'custom': return { kind: 'text', text };
  }
}

function ratioValue(text: string, unit: string | undefined): ScalarValue | string {
  const read = parseRatio(text);
  if (!read.ok) return `"${text}" is not a ratio such as 0.4, 2/3 or 40%`;
  const percent = unit?.startsWith('percent') === true && !text.endsWith('%');
  return { kind: 'ratio', ratio: percent ? multiplyRatio(read.value, ratio(1n, 100n)) : read.value };
}

function durationValue(text: string, unit: string | undefined): ScalarValue | string {
  const [amount = '', own] = text.split(' ');
  const perUnit = DURATION_UNITS[own ?? unit?.split(' ')[0] ?? ''];
  const read = parseRatio(amount);
  if (perUnit === undefined || !read.ok) return `"${text}" is not a duration such as 60 minutes`;
  return { kind: 'duration', ratio: multiplyRatio(read.value, ratio(BigInt(perUnit))) };
}

/** A duration in milliseconds as a count of whole and part units. */
export const inUnits = (ms: Ratio, unit: 'minute' | 'hour' | 'day'): Ratio =>
  multiplyRatio(ms, ratio(1n, BigInt(DURATION_UNITS[unit] ?? 1)));
