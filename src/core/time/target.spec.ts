import { describe, expect, it } from '@jest/globals';
import { easterSunday, isWorkingDay, MONDAY_TO_FRIDAY, targetClosings } from './index.js';

describe('Easter', () => {
  it.each(['1961-04-02', '2000-04-23', '2008-03-23', '2018-04-01', '2019-04-21', '2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2038-04-25', '2049-04-18', '2076-04-19', '2285-03-22'])('is on %s', (on) => {
    expect(easterSunday(Number.parseInt(on, 10))).toBe(on);
  });

  it('is a Sunday from 22 March to 25 April, in every year', () => {
    for (let year = 1900; year <= 2500; year += 1) {
      const on = easterSunday(year);
      expect([on.slice(5) >= '03-22' && on.slice(5) <= '04-25', isWorkingDay(on, { weekdays: new Set([7]), holidays: new Set() })]).toEqual([true, true]);
    }
  });
});

describe('closing days of TARGET', () => {
  it('are the six that the central bank names', () => {
    expect(targetClosings(2026)).toEqual(['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25', '2026-12-26']);
  });

  it('leave other holidays of single countries open', () => {
    const week = { weekdays: MONDAY_TO_FRIDAY, holidays: new Set(targetClosings(2026)) };
    expect(['2026-01-06', '2026-05-14', '2026-05-25', '2026-07-14', '2026-12-24', '2026-12-31'].map((on) => isWorkingDay(on, week))).toEqual(Array.from({ length: 6 }, () => true));
  });
});
