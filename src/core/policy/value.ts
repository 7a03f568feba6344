import { formatAmount, formatRatio, type Amount, type Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Instant, Interval, IntervalSet, Timeline } from '../time/index.js';

/** What a step may hand to the next one. */
export type ValueType = 'money' | 'ratio' | 'number' | 'duration' | 'instant' | 'boolean' | 'text' | 'list' | 'series' | 'time';

/** Why a stretch of the claim window is not counted. */
export type Fate = 'not_recorded' | 'up' | 'maintenance' | 'closed' | 'waiting' | 'already_compensated';

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
  | { readonly type: 'boolean'; readonly is: boolean }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'series'; readonly samples: readonly Sample[] }
  | { readonly type: 'time'; readonly time: TimeValue };

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
    case 'boolean': return value.is;
    case 'text': return value.text;
    case 'list': return value.items;
    case 'series': return value.samples.map(sampleJson);
    case 'time': return value.time.pieces.map(({ from, to, value: weight }) => ({ from, to, weight: formatRatio(weight) }));
  }
}
