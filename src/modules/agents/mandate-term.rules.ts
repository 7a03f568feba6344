import { HOUR, type Instant } from '../../core/time/index.js';

const DAY = 24 * HOUR;
/** So long before its end a business is reminded, unless half of the term is shorter. */
const REMINDER_DAYS = 7;

/** The two instants of a mandate that waits for its answer. */
export interface MandateTerm {
  /** From here on it has lapsed. */
  readonly endsAt: Instant;
  readonly remindAt: Instant;
}

/**
 * How long a business has to answer: days of 24 hours from the assertion, whatever was written to it since.
 * Edge: a term of 2 days reminds after one; of 30 days, after 23.
 */
export function mandateTerm(assertedAt: Instant, days: number): MandateTerm {
  const endsAt = (assertedAt + days * DAY) as Instant;
  return { endsAt, remindAt: (endsAt - Math.min(REMINDER_DAYS * DAY, (days * DAY) / 2)) as Instant };
}
