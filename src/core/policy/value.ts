import { formatAmount, formatRatio, type Amount, type Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Instant, Interval, IntervalSet, Timeline } from '../time/index.js';

/** What a step may hand to the next one. */
export type ValueType =
  | 'money' | 'ratio' | 'number' | 'duration' | 'instant' | 'date' | 'boolean' | 'text' | 'list' | 'series' | 'rows' | 'time' | 'benefit';

/** Why a stretch of the claim window is not counted. */
export type Fate = 'not_recorded' | 'up' | 'maintenance' | 'closed' | 'excluded' | 'waiting' | 'already_compensated';

/**
 * Time on its way from the claim window to counted time. `pieces` is what is left, each with its weight; `removed` is what was
 * taken off and why. Both together always partition `window`.
 */
export interface TimeValue {
  readonly window: Interval;
  readonly pieces: Timeline<Ratio>;
  readonly removed: Timeline<Fate>;
}

/** One comparable window: where it lay and what was sold in it. */
export interface Sample {
  readonly label: string;
  readonly amount: Amount;
}

export type Value =
  | { readonly type: 'money'; readonly amount: Amount; readonly samples?: readonly Sample[] }
  | { readonly type: 'ratio' | 'number'; readonly ratio: Ratio }
  /** Milliseconds, exact: weighted time may be a fraction of one. */
  | { readonly type: 'duration'; readonly ms: Ratio }
  | { readonly type: 'instant'; readonly at: Instant }
  /** A calendar date, `YYYY-MM-DD`, without a zone. */
  | { readonly type: 'date'; readonly on: string }
  | { readonly type: 'boolean'; readonly is: boolean }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'series'; readonly samples: readonly Sample[] }
  /** Things counted one by one (months, sites, lines, incidents), each with named fields. */
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'time'; readonly time: TimeValue }
  /** What is given beside cash: so many days, points or credits. */
  | { readonly type: 'benefit'; readonly kind: string; readonly quantity: Ratio; readonly unit: string };

export type Row = Readonly<Record<string, Maybe>>;

/** A step that did not run (`when` was false) or had nothing to work on yields null. */
export type Maybe = Value | null;

/** The time that is left, without weights. */
export const setOf = (pieces: Timeline<unknown>): IntervalSet => pieces.map(({ from, to }) => ({ from, to }));

const sampleJson = ({ label, amount }: Sample): Json => ({ label, minor: formatAmount(amount) });

/** A value as it stands in a trace: amounts and ratios as exact text, time as pieces. */
export function valueJson(value: Maybe): Json {
  if (value === null) return null;
  switch (value.type) {
    case 'money':
      return {
        minor: formatAmount(value.amount),
        currency: value.amount.currency,
        samples: value.samples?.map(sampleJson),
      };
    case 'ratio':
    case 'number': return { [value.type]: formatRatio(value.ratio) };
    case 'duration': return { ms: formatRatio(value.ms) };
    case 'instant': return { at: value.at };
    case 'date': return { on: value.on };
    case 'boolean': return value.is;
    case 'text': return value.text;
    case 'list': return value.items;
    case 'series': return value.samples.map(sampleJson);
    case 'rows': return value.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, field]) => [name, valueJson(field)])));
    case 'benefit': return { benefit: value.kind, quantity: formatRatio(value.quantity), unit: value.unit };
    case 'time': return value.time.pieces.map(({ from, to, value: weight }) => ({ from, to, weight: formatRatio(weight) }));
  }
}

/** The size of a value that has one, exact: minor units, a count, milliseconds; undefined for the rest. */
export function figureOf(value: Maybe): Ratio | undefined {
  switch (value?.type) {
    case 'money': return value.amount.minor;
    case 'ratio': case 'number': return value.ratio;
    case 'duration': return value.ms;
    default: return undefined;
  }
}

/** The same kind of value with another size. Throws TypeError for a value without one. */
export function resized(like: Value, figure: Ratio): Value {
  switch (like.type) {
    case 'money': return { type: 'money', amount: { minor: figure, currency: like.amount.currency } };
    case 'ratio': case 'number': return { type: like.type, ratio: figure };
    case 'duration': return { type: 'duration', ms: figure };
    default: throw new TypeError(`a ${like.type} has no size`);
  }
}
