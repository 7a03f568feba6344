import type { Instant } from './instant.js';
import { intersect, normalise, type Interval, type IntervalSet } from './interval.js';

/** A stretch of time with a value, half-open. */
export interface Piece<T> extends Interval {
  readonly value: T;
}

/** Sorted and disjoint; neighbours may touch. */
export type Timeline<T> = readonly Piece<T>[];

/** Sorts pieces that are disjoint by contract. Throws RangeError when two overlap: the register forbids it. */
export function timeline<T>(pieces: readonly Piece<T>[]): Timeline<T> {
  const sorted = [...pieces].sort((a, b) => a.from - b.from);
  for (let i = 1; i < sorted.length; i += 1) {
    if ((sorted[i] as Piece<T>).from < (sorted[i - 1] as Piece<T>).to) throw new RangeError('pieces of a timeline do not overlap');
  }
  return sorted;
}

/**
 * Lays overlapping pieces over each other: at each instant the strongest value wins, `stronger(a, b)` being positive when `a`
 * is. Independent of the order of `pieces` as long as `stronger` is 0 only for values that mean the same.
 * Neighbours that mean the same are one piece. n log n in the number of pieces.
 * Edge: a short strong piece splits a long weak one in three.
 */
export function overlay<T>(pieces: readonly Piece<T>[], stronger: (a: T, b: T) => number): Timeline<T> {
  const starts = [...pieces].sort((a, b) => a.from - b.from || a.to - b.to);
  if (starts.every((piece, index) => index === 0 || (starts[index - 1] as Piece<T>).to <= piece.from)) return joined(starts, stronger);
  const edges = [...new Set(pieces.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const result: Piece<T>[] = [];
  let active: Piece<T>[] = [];
  let next = 0;
  for (let e = 0; e + 1 < edges.length; e += 1) {
    const [from, to] = [edges[e] as Instant, edges[e + 1] as Instant];
    if (active.length > 0) active = active.filter((piece) => piece.to > from);
    while (next < starts.length && (starts[next] as Piece<T>).from <= from) active.push(starts[next++] as Piece<T>);
    const [first, ...others] = active;
    if (first === undefined) continue;
    const { value } = others.reduce((best, piece) => (stronger(piece.value, best.value) > 0 ? piece : best), first);
    result.push({ from, to, value });
  }
  return joined(result, stronger);
}

/** Neighbours that touch and mean the same are one piece. */
function joined<T>(pieces: readonly Piece<T>[], stronger: (a: T, b: T) => number): Timeline<T> {
  const result: Piece<T>[] = [];
  for (const { from, to, value } of pieces) {
    const last = result.at(-1);
    if (last !== undefined && last.to === from && stronger(last.value, value) === 0) {
      result[result.length - 1] = { from: last.from, to, value: last.value };
    } else result.push({ from, to, value });
  }
  return result;
}

/** The parts of a timeline inside a set, values kept. Linear. Edge: pieces outside vanish. */
export function clipTimeline<T>(pieces: Timeline<T>, within: IntervalSet): Timeline<T> {
  const clipped: Piece<T>[] = [];
  for (let i = 0, j = 0; i < pieces.length && j < within.length;) {
    const [piece, window] = [pieces[i] as Piece<T>, within[j] as Interval];
    const from = piece.from > window.from ? piece.from : window.from;
    const to = piece.to < window.to ? piece.to : window.to;
    if (from < to) clipped.push({ from, to, value: piece.value });
    if (piece.to < window.to) i += 1;
    else j += 1;
  }
  return clipped;
}

/** The time a timeline speaks for. Edge: touching pieces become one interval. */
export const support = <T>(pieces: Timeline<T>): IntervalSet => normalise(pieces);

/** The time at which the value satisfies `test`. */
export const where = <T>(pieces: Timeline<T>, test: (value: T) => boolean): IntervalSet =>
  normalise(pieces.filter((piece) => test(piece.value)));

/** The set as a timeline of one value. */
export const constant = <T>(set: IntervalSet, value: T): Timeline<T> => set.map(({ from, to }) => ({ from, to, value }));

/** Whether two sets share time. */
export const overlaps = (a: IntervalSet, b: IntervalSet): boolean => intersect(a, b).length > 0;
