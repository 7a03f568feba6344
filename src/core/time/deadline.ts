import type { Instant } from './instant.js';
import { normalise, type Interval, type IntervalSet } from './interval.js';

/** What somebody was promised: a clock that runs from `from`, and the instant before which something counts as in time. */
export interface Promised {
  readonly from: Instant;
  /** Exclusive. */
  readonly promisedAt: Instant;
}

/** A promise with what our own outages made of it. */
export interface Deadline extends Promised {
  /** `promisedAt` + `movedMs`; exclusive. */
  readonly at: Instant;
  readonly movedMs: number;
  /** The downtime that moved it, inside `[from, at)`. */
  readonly because: IntervalSet;
}

/**
 * The deadline that leaves as much usable time as was promised: the clock stands still while this portal is down.
 *
 * Milliseconds, half-open, no rounding to a day: a filing day that ends at midnight and was moved by 3 h 20 min ends at 03:20. What is
 * down in the time won counts too. Always worked out from the promise, so that moving a moved deadline again changes nothing; never
 * earlier than promised; more downtime never makes it earlier. `down` may overlap and come in any order.
 * Edge: downtime that begins exactly at the deadline moves nothing, downtime before the clock began neither.
 * Source: docs/domain/register.md.
 */
export function extendedDeadline({ from, promisedAt }: Promised, down: readonly Interval[]): Deadline {
  let at = promisedAt;
  const because: Interval[] = [];
  for (const piece of normalise(down)) {
    const start = piece.from > from ? piece.from : from;
    if (start >= at) break;
    if (piece.to <= start) continue;
    at = (at + (piece.to - start)) as Instant;
    because.push({ from: start, to: piece.to });
  }
  return { from, promisedAt, at, movedMs: at - promisedAt, because };
}
