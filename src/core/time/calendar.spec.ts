import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays, addWorkingDays, dateAt, datesIn, daysBetween, formatInstant, isWorkingDay, MONDAY_TO_FRIDAY, monthOf, monthsIn, parseInstant, startOf,
  type Instant, type Interval,
} from './index.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(`${text}: ${read.refusal.code}`);
  return read.value;
};
const span = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });
const zones = fc.constantFrom('UTC', 'Asia/Seoul', 'Europe/London', 'America/New_York', 'Pacific/Apia', 'America/Sao_Paulo');
const dates = fc.integer({ min: 0, max: 25_000 }).map((day) => Temporal.PlainDate.from('1975-01-01').add({ days: day }));

describe('dates', () => {
  it('are counted as the calendar counts them', () => {
    fc.assert(fc.property(dates, fc.integer({ min: -800, max: 800 }), (date, days) => {
      const then = date.add({ days }).toString();
      expect(addDays(date.toString(), days)).toBe(then);
      expect(daysBetween(date.toString(), then)).toBe(days);
      expect(isWorkingDay(then, { weekdays: MONDAY_TO_FRIDAY, holidays: new Set() })).toBe(date.add({ days }).dayOfWeek <= 5);
    }));
  });

  it('begin where the zone says, also where midnight is skipped', () => {
    fc.assert(fc.property(dates, zones, (date, zone) => {
      expect(startOf(date.toString(), zone)).toBe(date.toZonedDateTime(zone).epochMilliseconds);
      expect(dateAt(startOf(date.toString(), zone), zone) >= date.toString()).toBe(true);
    }));
    expect(formatInstant(startOf('2018-11-04', 'America/Sao_Paulo'))).toBe('2018-11-04T03:00:00.000Z');
    expect(formatInstant(startOf('2025-11-02', 'America/Havana'))).toBe('2025-11-02T04:00:00.000Z');
  });

  it('what is no date is a bug', () => {
    expect(() => addDays('2026-02-30', 1)).toThrow(new RangeError('2026-02-30 is not a calendar date'));
  });
});

describe('working days', () => {
  const week = { weekdays: MONDAY_TO_FRIDAY, holidays: new Set(['2024-05-06']) };

  it.each([
    ['2024-05-03', 0, '2024-05-03'], ['2024-05-03', 1, '2024-05-07'], ['2024-05-04', 0, '2024-05-07'], ['2024-05-04', 1, '2024-05-07'],
    ['2024-05-07', 1, '2024-05-08'], ['2024-05-07', 4, '2024-05-13'], ['2024-05-06', 0, '2024-05-07'],
  ])('%s and %s working days is %s', (from, days, to) => {
    expect(addWorkingDays(from, days, week)).toBe(to);
  });

  it('a holiday is none, whatever weekday it is', () => {
    expect(['2024-05-05', '2024-05-06', '2024-05-07'].map((on) => isWorkingDay(on, week))).toEqual([false, false, true]);
  });

  it('come to what counting one by one comes to', () => {
    fc.assert(fc.property(dates, fc.integer({ min: 1, max: 40 }), (date, days) => {
      const to = addWorkingDays(date.toString(), days, week);
      const between = Array.from({ length: daysBetween(date.toString(), to) }, (_, index) => addDays(date.toString(), index + 1));
      expect(between.filter((on) => isWorkingDay(on, week))).toHaveLength(days);
      expect(isWorkingDay(to, week)).toBe(true);
    }));
  });

  it('a week without any is a bug, and no endless search', () => {
    expect(() => addWorkingDays('2024-05-03', 1, { weekdays: new Set(), holidays: new Set() })).toThrow(new RangeError('a working week needs a working day'));
  });
});

describe('months', () => {
  it.each([['2024-02-10', 29, '2024-02'], ['2023-02-28', 28, '2023-02'], ['2026-12-31', 31, '2026-12'], ['2026-04-01', 30, '2026-04']])('%s is in a month of %s days', (on, days, label) => {
    expect(monthOf(on, 'UTC')).toMatchObject({ label, days, from: at(`${label}-01T00:00Z`) });
  });

  it('follow each other without a gap, and hold every date of their label', () => {
    fc.assert(fc.property(dates, zones, fc.integer({ min: 1, max: 300 * 86_400_000 }), (date, zone, length) => {
      const from = startOf(date.toString(), zone);
      const months = monthsIn({ from, to: (from + length) as Instant }, zone);
      expect(months[0]?.label).toBe(dateAt(from, zone).slice(0, 7));
      expect(months.at(-1)?.label).toBe(dateAt((from + length - 1) as Instant, zone).slice(0, 7));
      months.slice(1).forEach((month, index) => expect(month.from).toBe(months[index]?.to));
    }));
  });

  it('an interval that ends with a month does not touch the next', () => {
    expect(monthsIn(span('2026-01-15T00:00Z', '2026-02-01T00:00Z'), 'UTC').map(({ label }) => label)).toEqual(['2026-01']);
    expect(monthsIn(span('2026-01-15T00:00Z', '2026-02-01T00:00:00.001Z'), 'UTC').map(({ label }) => label)).toEqual(['2026-01', '2026-02']);
    expect(monthsIn(span('2026-01-31T15:00Z', '2026-01-31T16:00Z'), 'Asia/Seoul').map(({ label }) => label)).toEqual(['2026-02']);
  });

  it('23:59 to 00:01 touches two dates, to midnight one', () => {
    expect(datesIn(span('2026-03-03T23:59Z', '2026-03-04T00:01Z'), 'UTC')).toEqual(['2026-03-03', '2026-03-04']);
    expect(datesIn(span('2026-03-03T23:59Z', '2026-03-04T00:00Z'), 'UTC')).toEqual(['2026-03-03']);
    expect(datesIn(span('2026-03-28T12:00Z', '2026-03-30T12:00Z'), 'Europe/Paris')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
  });
});
