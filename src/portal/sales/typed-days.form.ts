import { addDays, dateAt, datesIn, type CalendarDate, type Instant, type Interval } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

const WEEKS_BEFORE = 12;
const MOST_OF_WINDOW = 28;

/** The days a comparison needs: those of the outage, and the same days of the week in the weeks before; newest first, none that is not over. */
export function daysNeeded(window: Interval, zone: string, now: Instant): CalendarDate[] {
  const during = datesIn(window, zone).slice(0, MOST_OF_WINDOW);
  const all = new Set(during.flatMap((day) => Array.from({ length: WEEKS_BEFORE + 1 }, (_, week) => addDays(day, -7 * week))));
  const today = dateAt(now, zone);
  return [...all].filter((day) => day < today).sort().reverse();
}

/** What was typed, day by day, as it was typed. */
export const typedDays = (body: unknown, days: readonly CalendarDate[]): { day: CalendarDate; amount: string }[] =>
  days.map((day) => ({ day, amount: formText(body, `days-${day}`, 40) }));
