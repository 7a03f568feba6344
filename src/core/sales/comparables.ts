import { compareRatio, multiplyRatio, addRatio, ratio, ZERO, type Ratio } from '../money/index.js';
import {
  addLocalDays, contains, dateOf, intersect, openIntervals, overlaps, toLocal, type Interval, type IntervalSet, type OpeningHours, type Piece, type Timeline,
} from '../time/index.js';

/** Why a week is no comparable. */
export type Unusable = 'closed' | 'not_covered' | 'outage' | 'clock_change';

export interface ComparableWeek<T> {
  /** Local date on which the window begins in that week. */
  readonly label: string;
  readonly windows: Timeline<T>;
}

export interface ComparableWeeks<T> {
  readonly weeks: readonly ComparableWeek<T>[];
  readonly skipped: readonly { readonly week: string; readonly why: Unusable }[];
}

/** What a week is judged by: when the shop is open, what its records speak for, and when a claimed service had trouble. */
export interface ComparableGround {
  readonly hours: OpeningHours;
  readonly coverage: IntervalSet;
  readonly troubled: IntervalSet;
  /** How many weeks are used at most, and how far back they may lie. */
  readonly samples: number;
  readonly lookBack: number;
}

/** The pieces the same clock time `weeks` weeks earlier; undefined where a clock change bends one of them. */
function shifted<T>(pieces: Timeline<T>, zone: string, weeks: number): Piece<T>[] | undefined {
  const moved = pieces.map(({ from, to, value }) => ({ from: addLocalDays(from, zone, -7 * weeks), to: addLocalDays(to, zone, -7 * weeks), value }));
  return moved.every((piece, index) => piece.to - piece.from === (pieces[index] as Interval).to - (pieces[index] as Interval).from) ? moved : undefined;
}

const spanOf = (pieces: readonly Interval[]): Interval => ({ from: (pieces[0] as Interval).from, to: (pieces.at(-1) as Interval).to });

function fault(windows: IntervalSet, { hours, coverage, troubled }: ComparableGround): Unusable | undefined {
  const open = openIntervals(hours, spanOf(windows));
  if (!contains(open, windows)) return 'closed';
  if (!contains(coverage, windows) && !contains(coverage, intersect(windows, open))) return 'not_covered';
  return overlaps(windows, troubled) ? 'outage' : undefined;
}

/**
 * Comparable windows: the same clock time in earlier weeks, newest first. A week is left out, and said why, where the shop was
 * closed, the records do not speak for it, a claimed service had trouble, or a clock change makes the window longer or shorter.
 *
 * Intervals are half-open; nothing is rounded. Edge: no pieces, no weeks. Source: the default policy, "comparableWindows".
 */
export function comparableWeeks<T>(pieces: Timeline<T>, ground: ComparableGround): ComparableWeeks<T> {
  const { zone } = ground.hours;
  const weeks: ComparableWeek<T>[] = [];
  const skipped: { week: string; why: Unusable }[] = [];
  const [first] = pieces;
  for (let back = 1; first !== undefined && back <= ground.lookBack && weeks.length < ground.samples; back += 1) {
    const label = dateOf(toLocal(addLocalDays(first.from, zone, -7 * back), zone));
    const windows = shifted(pieces, zone, back);
    const why = windows === undefined ? 'clock_change' : fault(windows, ground);
    if (windows !== undefined && why === undefined) weeks.push({ label, windows });
    else skipped.push({ week: label, why: why ?? 'clock_change' });
  }
  return { weeks, skipped };
}

export type Centre = 'median' | 'mean' | 'max' | 'min';

/** The middle of the comparables by the named method, exactly; of an even number the median is the mean of the middle two. Edge: none throws. */
export function centreOf(amounts: readonly Ratio[], method: Centre): Ratio {
  const sorted = [...amounts].sort(compareRatio);
  const at = (index: number): Ratio => {
    const found = sorted[index];
    if (found === undefined) throw new RangeError('nothing to take the middle of');
    return found;
  };
  const half = sorted.length >> 1;
  switch (method) {
    case 'min': return at(0);
    case 'max': return at(sorted.length - 1);
    case 'mean': return multiplyRatio(sorted.reduce(addRatio, ZERO), ratio(1n, BigInt(sorted.length)));
    case 'median': return sorted.length % 2 === 1 ? at(half) : multiplyRatio(addRatio(at(half - 1), at(half)), ratio(1n, 2n));
  }
}
