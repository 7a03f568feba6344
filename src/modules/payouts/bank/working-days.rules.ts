import { bankWeek, type ClosedDays } from '../../../core/payments/index.js';
import { addDays, addWorkingDays, MONDAY_TO_FRIDAY, type CalendarDate } from '../../../core/time/index.js';

/**
 * The last day of payment after which as many working days are over today. Edges: `0` is today itself; where the calendar of the bank is not
 * known, people who ask it work from Monday to Friday.
 */
export function dueBefore(today: CalendarDate, workingDays: number, closed?: ClosedDays): CalendarDate {
  const week = closed === undefined ? { weekdays: MONDAY_TO_FRIDAY, holidays: new Set<CalendarDate>() } : bankWeek(closed, today);
  for (let on = today; ; on = addDays(on, -1)) if (addWorkingDays(on, workingDays, week) <= today) return on;
}
