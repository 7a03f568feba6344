import { addDays, addWorkingDays, EVERY_WEEKDAY, MONDAY_TO_FRIDAY, targetClosings, type CalendarDate, type WorkingWeek } from '../time/index.js';
import type { ClosedDays } from './profile.js';

/** A bank is closed for less than a year at a time, so these years are enough to find the next day it pays on, and the last. */
const yearsAround = (on: CalendarDate): number[] => [on, addDays(on, -366), addDays(on, 366)].map((day) => Number.parseInt(day.slice(0, 4), 10));

/** The days on which a bank pays, right around a date. Edge: a bank that says nothing pays on every day. */
export function bankWeek(closed: ClosedDays | undefined, around: CalendarDate): WorkingWeek {
  if (closed === undefined) return { weekdays: EVERY_WEEKDAY, holidays: new Set() };
  const closings = closed.calendar === 'target' ? yearsAround(around).flatMap(targetClosings) : [];
  return { weekdays: MONDAY_TO_FRIDAY, holidays: new Set([...closings, ...closed.dates ?? []]) };
}

/** The first day from `on` on which the bank pays; `on` itself where it does. Edge: Good Friday is followed by Tuesday where TARGET counts. */
export const bankDayFrom = (on: CalendarDate, closed: ClosedDays | undefined): CalendarDate => addWorkingDays(on, 0, bankWeek(closed, on));
