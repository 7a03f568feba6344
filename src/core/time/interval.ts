import { refuse, ok, type Result } from '../errors/index.js';
import { formatInstant, type Instant } from './instant.js';

/** Half-open `[from, to)`; `from < to` always. Reversed or empty input is refused where it enters, never swapped. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/** Sorted, disjoint and not touching, so that equal sets have equal members. */
export type IntervalSet = readonly Interval[];

/**
 * The interval `[from, to)`.
 *
 * Codes: `time.reversed` (to before from), `time.empty` (both the same). Edge: one millisecond is an interval.
 */
export function interval(from: Instant, to: Instant): Result<Interval, 'time.reversed' | 'time.empty'> {
  if (from === to) return refuse('time.empty', { at: formatInstant(from) });
  if (from > to) return refuse('time.reversed', { from: formatInstant(from), to: formatInstant(to) });
  return ok({ from, to });
}

/** Most sets come in order: looking is cheaper than sorting. */
function isSorted(intervals: readonly Interval[]): boolean {
  for (let i = 1; i < intervals.length; i += 1) if ((intervals[i] as Interval).from < (intervals[i - 1] as Interval).from) return false;
  return true;
}

/** Sorts, merges overlapping and touching intervals. Edge: `[1,2) [2,3)` becomes `[1,3)`. */
export function normalise(intervals: readonly Interval[]): IntervalSet {
  const sorted = isSorted(intervals) ? intervals : [...intervals].sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const piece of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && piece.from <= last.to) {
      if (piece.to > last.to) merged[merged.length - 1] = { from: last.from, to: piece.to };
    } else merged.push({ from: piece.from, to: piece.to });
  }
  return merged;
}

/** Time in either set. Linear in both. Edge: the union with nothing is the set itself. */
export const union = (a: IntervalSet, b: IntervalSet): IntervalSet =>
  a.length === 0 ? b : b.length === 0 ? a : normalise([...a, ...b]);

/** Time in both sets. Linear in both. Edge: sets that only touch share nothing. */
export function intersect(a: IntervalSet, b: IntervalSet): IntervalSet {
  const shared: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x, y] = [a[i] as Interval, b[j] as Interval];
    const from = x.from > y.from ? x.from : y.from;
    const to = x.to < y.to ? x.to : y.to;
    if (from < to) shared.push({ from, to });
    if (x.to < y.to) i += 1;
    else j += 1;
  }
  return shared;
}

/** Time in `a` and not in `b`. Linear in both. Edge: a set minus itself is empty. */
export function subtract(a: IntervalSet, b: IntervalSet): IntervalSet {
  const left: Interval[] = [];
  let j = 0;
  for (const piece of a) {
    let from = piece.from;
    while (j < b.length && (b[j] as Interval).to <= from) j += 1;
    for (let k = j; k < b.length && (b[k] as Interval).from < piece.to; k += 1) {
      const hole = b[k] as Interval;
      if (hole.from > from) left.push({ from, to: hole.from });
      if (hole.to > from) from = hole.to;
    }
    if (from < piece.to) left.push({ from, to: piece.to });
  }
  return left;
}

/** Σ (to − from) in milliseconds. Edge: nothing lasts 0. */
export const durationMs = (set: readonly Interval[]): number => set.reduce((sum, { from, to }) => sum + (to - from), 0);

/** From the first start to the last end, or undefined for nothing. Edge: the hull of one interval is itself. */
export function hull(set: readonly Interval[]): Interval | undefined {
  const [first, ...rest] = set;
  if (first === undefined) return undefined;
  return rest.reduce<Interval>((whole, { from, to }) => ({
    from: from < whole.from ? from : whole.from,
    to: to > whole.to ? to : whole.to,
  }), { from: first.from, to: first.to });
}

/** Whether every millisecond of `part` lies in `whole`. Edge: nothing lies in everything. */
export const contains = (whole: IntervalSet, part: IntervalSet): boolean => subtract(part, whole).length === 0;
