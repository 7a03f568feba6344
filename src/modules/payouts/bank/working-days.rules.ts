import { addDays, addWorkingDays, MONDAY_TO_FRIDAY, type CalendarDate } from '../../../core/time/index.js';

/** Holidays of banks are not known here: on one a line is asked after a day early, and nothing moves by that. */
const WEEK = { weekdays: MONDAY_TO_FRIDAY, holidays: new Set<CalendarDate>() };

/** The last day of payment after which as many working days are over today. Edge: `0` is today itself. */
export function dueBefore(today: CalendarDate, workingDays: number): CalendarDate {
  for (let on = today; ; on = addDays(on, -1)) if (addWorkingDays(on, workingDays, WEEK) <= today) return on;
}
