import { addDays, type CalendarDate } from './calendar.js';

const dateOf = (year: number, month: number, day: number): CalendarDate => `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

const over = (a: number, b: number): number => Math.trunc(a / b);

/** Easter Sunday by the Gregorian calendar. Edge: 2038 has one of the latest, 25 April. Source: the rule of Meeus, Jones and Butcher. */
export function easterSunday(year: number): CalendarDate {
  const [golden, century, rest] = [year % 19, over(year, 100), year % 100];
  const epact = (19 * golden + century - over(century, 4) - over(century - over(century + 8, 25) + 1, 3) + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * over(rest, 4) - epact - (rest % 4)) % 7;
  const late = over(golden + 11 * epact + 22 * toSunday, 451);
  const days = epact + toSunday - 7 * late + 114;
  return dateOf(year, over(days, 31), days % 31 + 1);
}

/**
 * The days of a year, beside Saturdays and Sundays, on which TARGET is closed, so that no bank moves euros between banks: New Year, Good Friday, Easter
 * Monday, 1 May, 25 and 26 December. Source: European Central Bank, long-term calendar of 14 December 2000, in force from 2002.
 */
export function targetClosings(year: number): CalendarDate[] {
  const easter = easterSunday(year);
  return [dateOf(year, 1, 1), addDays(easter, -2), addDays(easter, 1), dateOf(year, 5, 1), dateOf(year, 12, 25), dateOf(year, 12, 26)];
}
