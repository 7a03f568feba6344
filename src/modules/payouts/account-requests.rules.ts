import { HOUR, type Instant } from '../../core/time/index.js';

/** Days from one asking to the next, the first counted from when money became due: whoever accepts is asked on the page, and mostly answers there. */
const DAYS_BETWEEN = [1, 7, 30] as const;

/** When a business that was asked so often is asked next; undefined when finance has to find another way. */
export function nextAsking(asked: number, now: Instant): Instant | undefined {
  const days = DAYS_BETWEEN[asked];
  return days === undefined ? undefined : (now + days * 24 * HOUR) as Instant;
}
