import { addLocalDays, dateOf, localToInstantBy, parseLocal, toLocal, type LocalMs } from './zone.js';
import type { Instant } from './instant.js';
import type { Interval } from './interval.js';

const DAY = 86_400_000;

/** A calendar date, `YYYY-MM-DD`; it has no zone and no length. */
export type CalendarDate = string;

const localOf = (on: CalendarDate): LocalMs => {
  const read = parseLocal(on);
  if (!read.ok) throw new RangeError(`${on} is not a calendar date`);
  return read.value;
};

/** Whether the text is a date that a calendar has, `YYYY-MM-DD`. Edge: 2023-02-29 is not. */
export const isCalendarDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseLocal(text).ok;

/** The date `days` days later (earlier when negative). Throws RangeError for what is no date. Edge: 2024-02-28 + 1 is 2024-02-29. */
export const addDays = (on: CalendarDate, days: number): CalendarDate => dateOf((localOf(on) + days * DAY) as LocalMs);

/** Days from `a` to `b`: 0 for the same date, negative when `b` is earlier. Edge: a day is a date, whatever clocks do. */
export const daysBetween = (a: CalendarDate, b: CalendarDate): number => (localOf(b) - localOf(a)) / DAY;

/** The instant at which the date begins in a zone; where midnight is skipped, the first instant after it. */
export const startOf = (on: CalendarDate, zone: string): Instant => localToInstantBy(localOf(on), zone, 'first');

/** The date a clock in the zone shows. */
export const dateAt = (at: Instant, zone: string): CalendarDate => dateOf(toLocal(at, zone));

/** What counts as a working day: weekdays 1 (Monday) to 7, less holidays. */
export interface WorkingWeek {
  readonly weekdays: ReadonlySet<number>;
  readonly holidays: ReadonlySet<CalendarDate>;
}

/** Monday to Friday. */
export const MONDAY_TO_FRIDAY: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

/** For what has no weekend. */
export const EVERY_WEEKDAY: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7]);

/** Edge: a holiday on a Sunday is not a working day, and moves nothing. */
export const isWorkingDay = (on: CalendarDate, { weekdays, holidays }: WorkingWeek): boolean =>
  weekdays.has(((daysBetween('2024-01-01', on) % 7) + 7) % 7 + 1) && !holidays.has(on);

const FARTHEST = 4_000;

/**
 * The date that is the n-th working day after `on`; with 0 the date itself if it is one, else the next.
 *
 * Throws RangeError when a week has no working day. Edge: one working day after a Friday is the Monday.
 * Source: Ofcom automatic compensation ("second working day after the report").
 */
export function addWorkingDays(on: CalendarDate, days: number, week: WorkingWeek): CalendarDate {
  let left = days;
  let at = on;
  for (let tries = 0; tries < FARTHEST; tries += 1) {
    if (tries > 0 && isWorkingDay(at, week)) left -= 1;
    if (left <= 0 && isWorkingDay(at, week)) return at;
    at = addDays(at, 1);
  }
  throw new RangeError('a working week needs a working day');
}

/** A calendar month as `YYYY-MM`, with its interval in a zone. */
export interface Month extends Interval {
  readonly label: string;
  readonly days: number;
}

/** The month that holds a date. Edge: February 2024 has 29 days. */
export function monthOf(on: CalendarDate, zone: string): Month {
  const label = on.slice(0, 7);
  const first = `${label}-01`;
  const next = `${addDays(first, 31).slice(0, 7)}-01`;
  return { label, from: startOf(first, zone), to: startOf(next, zone), days: daysBetween(first, next) };
}

/** The months that an interval touches, whole, in order. Edge: an interval that ends at a month's first instant does not touch it. */
export function monthsIn({ from, to }: Interval, zone: string): Month[] {
  const months: Month[] = [];
  for (let month = monthOf(dateAt(from, zone), zone); month.from < to; month = monthOf(dateAt(month.to, zone), zone)) months.push(month);
  return months;
}

/** Calendar dates an interval touches in a zone. Edge: 23:59–00:01 touches two. */
export function datesIn({ from, to }: Interval, zone: string): CalendarDate[] {
  const dates: CalendarDate[] = [];
  for (let at = startOf(dateAt(from, zone), zone); at < to; at = addLocalDays(at, zone, 1)) dates.push(dateAt(at, zone));
  return dates;
}
