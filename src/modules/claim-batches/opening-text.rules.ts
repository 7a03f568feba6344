import type { OpeningRow } from '../../core/time/index.js';

const DAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const STRETCH = /^(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/;

function daysIn(text: string): number[] | undefined {
  const days = text.split(',').flatMap((part): (number | undefined)[] => {
    const [first = -1, last = first] = part.trim().toLowerCase().split('-').map((day) => DAYS.indexOf(day.trim()));
    if (first < 0 || last < 0) return [undefined];
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => ((first + step) % 7) + 1);
  });
  return days.some((day) => day === undefined) ? undefined : [...new Set(days as number[])].sort();
}

/**
 * Weekly opening hours as people write them into one cell: `Mo-Fr 09:00-18:00; Sa 10:00-14:00`, several stretches a day with a
 * comma, `24/7`. Edge: a stretch that ends at or before its beginning runs past midnight. Undefined when it cannot be read.
 */
export function openingRowsIn(text: string): OpeningRow[] | undefined {
  if (text.trim() === '24/7') return [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }];
  const rows = text.split(';').map((part) => part.trim()).filter((part) => part !== '').flatMap((part): (OpeningRow | undefined)[] => {
    const [, dayText = '', hours = ''] = /^([A-Za-z,\s-]+?)\s+(\d.*)$/.exec(part) ?? [];
    const days = daysIn(dayText);
    return hours.split(',').map((stretch) => {
      const [, opens, closes] = STRETCH.exec(stretch.trim()) ?? [];
      return days === undefined || opens === undefined || closes === undefined ? undefined : { days, opens: opens.padStart(5, '0'), closes: closes.padStart(5, '0') };
    });
  });
  return rows.length === 0 || rows.some((row) => row === undefined) ? undefined : rows as OpeningRow[];
}
