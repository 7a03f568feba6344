import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { addDays, addLocalDays, dateAt, durationMs, extendedDeadline, HOUR, startOf, type Deadline, type Instant, type Interval, type IntervalSet } from '../../../core/time/index.js';
import { isDay } from './request-catalogue.rules.js';

/** Calendar days at the place of business that a merchant has for an answer. */
export const LEAST_DAYS = 3;
export const MOST_DAYS = 60;

/** When a request was put, and the local midnight that ends its last day as promised. */
export interface RequestTimes {
  /** When the notice that counts was posted: the clock of the answer runs from then. */
  readonly noticedAt: Instant;
  readonly promisedAt: Instant;
}

/**
 * The end of the last day for an answer: the midnight after `dueOn` on the clock of the place. Refused when that leaves fewer than 3 or
 * more than 60 days from today. Codes: `requests.day_unreadable`, `requests.due_out_of_range`.
 */
export function readDue(dueOn: string, zone: string, now: Instant): Result<Instant> {
  if (!isDay(dueOn)) return refuse('requests.day_unreadable', { value: dueOn.slice(0, 20) }, { pointer: '/dueOn' });
  const today = dateAt(now, zone);
  const [earliest, latest] = [addDays(today, LEAST_DAYS), addDays(today, MOST_DAYS)];
  if (dueOn < earliest || dueOn > latest) return refuse('requests.due_out_of_range', { earliest, latest }, { pointer: '/dueOn' });
  return ok(startOf(addDays(dueOn, 1), zone));
}

/** The clock stands still while this portal is down: nobody could answer. */
export const answerBy = ({ noticedAt, promisedAt }: RequestTimes, down: IntervalSet): Deadline => extendedDeadline({ from: noticedAt, promisedAt }, down);

/** When to remind, soonest first: at half time and two local days before the end. Edge: the later one is left out when they lie less than a day apart. */
export function remindersOf({ noticedAt }: RequestTimes, endsAt: Instant, zone: string): Instant[] {
  const half = (noticedAt + Math.floor((endsAt - noticedAt) / 2)) as Instant;
  const [first = half, second = half] = [half, addLocalDays(endsAt, zone, -2)].sort((a, b) => a - b);
  return second - first < 24 * HOUR ? [first] : [first, second];
}

/** A request as the clock of a claim sees it. */
export interface Asked {
  readonly askedAt: Instant;
  readonly settledAt: Instant | null;
}

/** Spans in which a claim waited for its merchant, half-open; what goes on reaches to `now`. That time is not ours. */
export const waited = (requests: readonly Asked[], now: Instant): Interval[] =>
  requests.map(({ askedAt, settledAt }) => ({ from: askedAt, to: settledAt ?? now })).filter(({ from, to }) => to > from);

/** Milliseconds in which a claim waited for its merchant. */
export const pausedMs = (requests: readonly Asked[], now: Instant): number => durationMs(waited(requests, now));
