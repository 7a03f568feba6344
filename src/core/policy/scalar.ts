import { isCurrency, multiplyRatio, parseMoney, parseRatio, ratio, type CurrencyCode, type Ratio } from '../money/index.js';
import { HOUR, MINUTE, SECOND } from '../time/index.js';
import type { ScalarKind, ScalarValue } from './block.js';
import { own } from './own.js';
import type { Maybe, ValueType } from './value.js';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  second: SECOND, seconds: SECOND, minute: MINUTE, minutes: MINUTE, hour: HOUR, hours: HOUR, day: 24 * HOUR, days: 24 * HOUR,
  week: 168 * HOUR, weeks: 168 * HOUR,
};
const RATIO_UNITS = ['ratio', 'percent', 'share', 'factor'];
const COUNT_UNITS = ['count', 'number', 'weeks', 'days', 'months', 'samples', 'minutes', 'points', 'people'];

/** The unit a parameter of this kind must be stated in; `KRW per open hour` is money, `minutes` a duration. */
export function unitFits(kind: ScalarKind, unit: string, currency: CurrencyCode): boolean {
  const head = unit.split(' ')[0] ?? '';
  switch (kind) {
    case 'money': return head === currency;
    case 'ratio': return RATIO_UNITS.includes(head);
    case 'duration': return own(DURATION_UNITS, head) !== undefined;
    case 'count': case 'number': return COUNT_UNITS.includes(head);
    case 'date': return head === 'date';
    case 'dates': return head === 'dates';
    case 'choice': case 'text': case 'boolean': return true;
  }
}

/** The kind of a table's entries by its stated unit. Edge: `days` is a number here; only a duration parameter makes it a duration. */
export function kindOfUnit(unit: string): ScalarKind {
  const head = unit.split(' ')[0] ?? '';
  if (isCurrency(head)) return 'money';
  if (RATIO_UNITS.includes(head)) return 'ratio';
  if (COUNT_UNITS.includes(head)) return 'number';
  if (own(DURATION_UNITS, head) !== undefined) return 'duration';
  return head === 'date' || head === 'dates' ? head : 'text';
}

/** What a unit should have been, for the message. */
export const expectedUnit = (kind: ScalarKind, currency: CurrencyCode): string => ({
  money: currency, ratio: 'ratio or percent', duration: 'minutes, hours or days', count: 'count', number: 'number or count', choice: 'choice', text: 'text',
  boolean: 'boolean', date: 'date', dates: 'dates',
})[kind];

const KIND_OF: Readonly<Record<ValueType, ScalarKind | undefined>> = {
  money: 'money', ratio: 'ratio', number: 'number', duration: 'duration', date: 'date', boolean: 'boolean', text: 'text', list: 'dates',
  instant: undefined, series: undefined, rows: undefined, time: undefined, benefit: undefined,
};

/** The kind of parameter that can stand beside a value of this type. */
export const kindOfType = (type: ValueType | undefined): ScalarKind | undefined => (type === undefined ? undefined : KIND_OF[type]);

/** What a parameter of a kind may refer to, instead of stating it. */
export const typesOfKind = (kind: ScalarKind): readonly ValueType[] => {
  switch (kind) {
    case 'ratio': case 'number': case 'count': return ['ratio', 'number'];
    case 'choice': return ['text'];
    case 'dates': return ['list'];
    default: return [kind];
  }
};

/** A value as a parameter. Undefined for null, and for a count that is not whole. */
export function scalarOf(value: Maybe, kind: ScalarKind): ScalarValue | undefined {
  switch (value?.type) {
    case 'money': return { kind: 'money', amount: value.amount };
    case 'duration': return { kind: 'duration', ratio: value.ms };
    case 'ratio': case 'number':
      if (kind !== 'count') return { kind: kind === 'number' ? 'number' : 'ratio', ratio: value.ratio };
      return value.ratio.den === 1n ? { kind: 'count', count: Number.parseInt(value.ratio.num.toString(), 10) } : undefined;
    case 'boolean': return { kind: 'text', text: String(value.is) };
    case 'text': return { kind: 'text', text: value.text };
    case 'date': return { kind: 'date', text: value.on };
    case 'list': return { kind: 'dates', dates: value.items };
    default: return undefined;
  }
}

/** A parameter as a value; the way back. */
export function valueOf(scalar: ScalarValue | undefined): Maybe {
  switch (scalar?.kind) {
    case undefined: return null;
    case 'money': return { type: 'money', amount: scalar.amount };
    case 'ratio': case 'number': return { type: scalar.kind, ratio: scalar.ratio };
    case 'duration': return { type: 'duration', ms: scalar.ratio };
    case 'count': return { type: 'number', ratio: ratio(BigInt(scalar.count)) };
    case 'text': return { type: 'text', text: scalar.text };
    case 'date': return { type: 'date', on: scalar.text };
    case 'dates': return { type: 'list', items: scalar.dates };
  }
}

/** The type of value that `valueOf` makes of a kind. */
export const typeOfKind = (kind: ScalarKind): ValueType =>
  ({ money: 'money', ratio: 'ratio', number: 'number', duration: 'duration', count: 'number', choice: 'text', boolean: 'text', text: 'text', date: 'date', dates: 'list' } as const)[kind];

export const isDate = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)
  && new Date(`${text}T00:00Z`).toISOString().startsWith(text);

/**
 * Reads one parameter value. `unit` is the parameter's stated unit; a literal in a step carries its own (`60 minutes`).
 * Returns a sentence when the text is not a value of the kind.
 */
export function readScalar(text: string, kind: ScalarKind, currency: CurrencyCode, unit?: string, options?: readonly string[]): ScalarValue | string {
  switch (kind) {
    case 'money': {
      const read = parseMoney(text, currency);
      return read.ok ? { kind: 'money', amount: { minor: ratio(read.value.minor), currency } } : `"${text}" is not an amount of ${currency}`;
    }
    case 'ratio': case 'number': return ratioValue(text, kind, unit);
    case 'duration': return durationValue(text, unit);
    case 'count':
      return /^\d{1,9}$/.test(text) ? { kind: 'count', count: Number.parseInt(text, 10) } : `"${text}" is not a whole number`;
    case 'boolean':
      return text === 'true' || text === 'false' ? { kind: 'text', text } : `"${text}" is neither true nor false`;
    case 'choice':
      return options === undefined || options.includes(text) ? { kind: 'text', text } : `"${text}" must be one of ${options.join(', ')}`;
    case 'date': return isDate(text) ? { kind: 'date', text } : `"${text}" is not a date such as 2026-10-13`;
    case 'dates': return `"${text}" is not a list of dates: name a parameter that has one`;
    case 'text': return { kind: 'text', text };
  }
}

function ratioValue(text: string, kind: 'ratio' | 'number', unit: string | undefined): ScalarValue | string {
  const read = parseRatio(text);
  if (!read.ok) return `"${text}" is not a ${kind} such as ${kind === 'ratio' ? '0.4, 2/3 or 40%' : '12 or 1.5'}`;
  const percent = kind === 'ratio' && unit?.startsWith('percent') === true && !text.endsWith('%');
  return { kind, ratio: percent ? multiplyRatio(read.value, ratio(1n, 100n)) : read.value };
}

function durationValue(text: string, unit: string | undefined): ScalarValue | string {
  const [amount = '', stated] = text.split(' ');
  const perUnit = own(DURATION_UNITS, stated ?? unit?.split(' ')[0] ?? '');
  const read = parseRatio(amount);
  if (perUnit === undefined || !read.ok) return `"${text}" is not a duration such as 60 minutes`;
  return { kind: 'duration', ratio: multiplyRatio(read.value, ratio(BigInt(perUnit))) };
}

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week';

/** A duration in milliseconds as a count of whole and part units. */
export const inUnits = (ms: Ratio, unit: TimeUnit): Ratio =>
  multiplyRatio(ms, ratio(1n, BigInt(DURATION_UNITS[unit] ?? 1)));
