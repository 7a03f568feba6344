import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency } from '../../../core/money/index.js';
import { marksOf, readAmount } from './till-amount.rules.js';
import { SeenIds } from './till-ids.rules.js';
import { fingerprintOf, settleMapping, type TillDraft } from './till-mapping.rules.js';
import { remembering } from './till-remembered.rules.js';
import { cellColumn, isDateFormat, serialText, tidyNumber } from '../../../platform/workbooks/sheet-values.js';
import { ordersOf, readTime, type TimeLayout } from './till-time.rules.js';
import { isTotalWord } from './till-words.rules.js';
import { readZone } from './till-zones.rules.js';

const shown = (date: string, time: string | undefined, layout: TimeLayout, zone?: string, zoneCell?: string): string => {
  const read = readTime({ date, ...(time === undefined ? {} : { time }), ...(zoneCell === undefined ? {} : { zone: zoneCell }) }, layout, zone);
  return read.ok ? new Date(read.value.at).toISOString() : `${read.refusal.code} ${String(read.refusal.params['first'] ?? '')} ${String(read.refusal.params['second'] ?? '')}`.trim();
};
const GBP = currency('GBP');
const YMD: TimeLayout = { dateOrder: 'ymd' };

describe('a time as a till writes it', () => {
  it.each([
    ['2026-01-02 18:30', undefined, YMD, '2026-01-02T09:30:00.000Z'],
    ['2026.01.02', '오후 06:30', YMD, '2026-01-02T09:30:00.000Z'],
    ['2026. 1. 2.', '오전 12:05', YMD, '2026-01-01T15:05:00.000Z'],
    ['2026년 1월 2일(금)', '오후 12:05:07', YMD, '2026-01-02T03:05:07.000Z'],
    ['20260102', '183000', { dateOrder: 'ymd', compactTime: 'hhmmss' }, '2026-01-02T09:30:00.000Z'],
    ['20260102', '81300', { dateOrder: 'ymd', compactTime: 'hhmmss' }, '2026-01-01T23:13:00.000Z'],
    ['20260102', '1300', { dateOrder: 'ymd', compactTime: 'hhmmss' }, '2026-01-01T15:13:00.000Z'],
    ['20260102', '1300', { dateOrder: 'ymd', compactTime: 'hhmm' }, '2026-01-02T04:00:00.000Z'],
    ['20260102183000', undefined, YMD, '2026-01-02T09:30:00.000Z'],
    ['1/2/2026', '6:30 PM', { dateOrder: 'mdy' }, '2026-01-02T09:30:00.000Z'],
    ['1/2/2026', '18:30', { dateOrder: 'dmy' }, '2026-02-01T09:30:00.000Z'],
    ['02.01.26', '18h30', { dateOrder: 'dmy' }, '2026-01-02T09:30:00.000Z'],
    ['Jan 2, 2026', '6:30 p.m.', YMD, '2026-01-02T09:30:00.000Z'],
    ['46024.7708333333', undefined, { dateOrder: 'serial' }, '2026-01-02T09:30:00.000Z'],
    ['2026-01-02 18:30:00 -0400', undefined, YMD, '2026-01-02T22:30:00.000Z'],
    ['2026-01-02T18:30:00.250Z', undefined, YMD, '2026-01-02T18:30:00.250Z'],
    ['2026-01-02 00:00:00', '18:30', YMD, '2026-01-02T09:30:00.000Z'],
  ] as const)('%s %s is read', (date, time, layout, expected) => {
    expect(shown(date, time, layout, 'Asia/Seoul')).toBe(expected);
  });

  it.each([
    ['2026-02-30 10:00', undefined], ['2026-01-02 24:00', undefined], ['2026-01-02', '오후 13:00'], ['2026-01-02 10:00', '11:00'], ['13/01/2026', '10:00'],
    ['2026-01-02', '1300'], ['', '10:00'], ['2026-01-02 x', undefined], ['2026-01-02', ''],
  ])('%s %s is no time', (date, time) => {
    expect(shown(date, time, YMD, 'Asia/Seoul')).toBe('evidence.time_malformed');
  });

  it('in the gap of a clock change, or twice in its fold, is told with both readings', () => {
    expect(shown('2026-03-29 02:30', undefined, YMD, 'Europe/Paris')).toBe('evidence.time_skipped 2026-03-29T00:30:00.000Z 2026-03-29T01:30:00.000Z');
    expect(shown('2026-10-25 02:30', undefined, YMD, 'Europe/Paris')).toBe('evidence.time_repeated 2026-10-25T00:30:00.000Z 2026-10-25T01:30:00.000Z');
    expect(shown('2026-10-25 02:30', undefined, YMD, undefined, 'CEST')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('takes the zone of its line before that of its file, and no name that means several', () => {
    expect(shown('2026-07-01 10:00', undefined, YMD, 'Asia/Seoul', 'Eastern Time (US & Canada)')).toBe('2026-07-01T14:00:00.000Z');
    expect(shown('2026-07-01 10:00', undefined, YMD, undefined, 'MDT')).toBe('2026-07-01T16:00:00.000Z');
    expect(shown('2026-01-01 10:00', undefined, YMD, undefined, 'CST')).toBe('evidence.zone_unknown');
    expect(shown('2026-01-01 10:00', undefined, YMD, 'America/Chicago', 'CST')).toBe('2026-01-01T16:00:00.000Z');
    expect(shown('2026-01-01 10:00', undefined, YMD, undefined, 'Mars')).toBe('evidence.zone_unknown');
    expect(shown('2026-01-01 10:00', undefined, YMD)).toBe('evidence.zone_missing');
    expect(readZone('(GMT+09:00) Seoul')).toEqual({ zone: 'Asia/Seoul' });
  });

  it('says which orders of day and month it may have', () => {
    expect([ordersOf('03/04/2025'), ordersOf('13/04/2025'), ordersOf('04/13/2025'), ordersOf('03.04.2025'), ordersOf('2025-04-03'), ordersOf('25-04-03'), ordersOf('45735.5'), ordersOf('x')])
      .toEqual([['dmy', 'mdy'], ['dmy'], ['mdy'], ['dmy'], ['ymd'], ['ymd', 'dmy'], ['serial'], []]);
  });
});

describe('an amount as a till writes it', () => {
  const read = (text: string, mark: '.' | ',', code: string): string => {
    const amount = readAmount(text, mark, currency(code));
    return amount.ok ? amount.value.toString() : amount.refusal.code;
  };

  it.each([
    ['$1,240.00', '.', 'USD', '124000'], ['-$35.76', '.', 'USD', '-3576'], ['$-35.76', '.', 'USD', '-3576'], ['(35.76)', '.', 'USD', '-3576'], ['35.76-', '.', 'USD', '-3576'],
    ['1.234,50', ',', 'EUR', '123450'], ['1 234,50 €', ',', 'EUR', '123450'], ['1\u202f234,50', ',', 'EUR', '123450'], ["1'234.50 CHF", '.', 'CHF', '123450'],
    ['21,060', '.', 'KRW', '21060'], ['₩21,060', '.', 'KRW', '21060'], ['21,060원', '.', 'KRW', '21060'], ['\u221212', '.', 'USD', '-1200'], ['.5', '.', 'USD', '50'],
    ['1,24', '.', 'USD', 'evidence.till_amount'], ['1,2345.00', '.', 'USD', 'evidence.till_amount'], ['12,34,567', '.', 'USD', 'evidence.till_amount'], ['1.2.3', '.', 'USD', 'evidence.till_amount'],
    ['', '.', 'USD', 'evidence.till_amount'], ['abc', '.', 'USD', 'evidence.till_amount'], ['--5', '.', 'USD', 'evidence.till_amount'], ['(5', '.', 'USD', 'evidence.till_amount'], ['1e5', '.', 'USD', 'evidence.till_amount'],
    ['1.005', '.', 'USD', 'evidence.amount_too_fine'], ['21060.0', '.', 'KRW', 'evidence.amount_too_fine'], ['99999999999999999', '.', 'USD', 'evidence.amount_out_of_range'],
    ['€5.00', '.', 'USD', 'evidence.currency_foreign'], ['5.00 EUR', '.', 'USD', 'evidence.currency_foreign'],
  ] as const)('%s with %s in %s is %s', (text, mark, code, expected) => {
    expect(read(text, mark, code)).toBe(expected);
  });

  it('says which decimal marks it may have', () => {
    expect(['1,234.50', '1.234,50', '21,06', '21,060', '1,234,567', '0.123', '1234,567', '12'].map(marksOf)).toEqual([['.'], [','], [','], ['.', ','], ['.'], ['.'], [','], []]);
  });

  it('written in either style is read back, to the minor unit', () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 14n), 10n ** 14n), fc.constantFrom('.' as const, ',' as const), fc.constantFrom('KRW', 'EUR', 'KWD'), (minor, mark, code) => {
      const digits = { KRW: 0, EUR: 2, KWD: 3 }[code] ?? 0;
      const size = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
      const whole = size.slice(0, size.length - digits).replace(/\B(?=(\d{3})+$)/g, mark === '.' ? ',' : '.');
      expect(read(`${minor < 0n ? '-' : ''}${whole}${digits === 0 ? '' : mark + size.slice(-digits)}`, mark, code)).toBe(minor.toString());
    }));
  });
});

describe('a mapping', () => {
  const draft: TillDraft = {
    shape: { kind: 'text', encoding: 'utf-8', delimiter: ',' }, headerRow: 1, fingerprint: '', columns: { at: 'Time', amount: 'Sum' },
    currency: currency('EUR'), basis: 'gross', decimalMark: '.', dateOrder: 'ymd', lineIs: 'sale',
  };

  it('is settled only when nothing is open', () => {
    expect(settleMapping(draft).ok).toBe(true);
    const { basis: _basis, ...withoutBasis } = draft;
    expect(settleMapping(withoutBasis, [{ about: 'zone' }])).toMatchObject({ refusal: { code: 'evidence.till_unanswered', params: { about: ['zone', 'basis'] } } });
  });

  it.each([
    [{ columns: { at: 'a', date: 'b', amount: 'c' } }, 'evidence.mapping_unclear'], [{ columns: { at: 'a', amount: 'a' } }, 'evidence.mapping_unclear'],
    [{ columns: { at: 'a' } }, 'evidence.mapping_unclear'], [{ columns: { amount: 'a' } }, 'evidence.mapping_unclear'],
    [{ columns: { month: '승인년월', amount: '금액' } }, 'evidence.till_monthly'], [{ zone: 'Mars' }, 'evidence.option_invalid'],
  ])('%j is refused as %s', (part, code) => {
    const settled = settleMapping({ ...draft, ...part });
    expect(settled.ok ? undefined : settled.refusal.code).toBe(code);
  });

  it('has the fingerprint of its header, whatever blanks, capitals and form of Korean', () => {
    expect(fingerprintOf(['매출일시', 'Total  amount ', ''])).toBe(fingerprintOf(['매출일시'.normalize('NFD'), 'total Amount', 'Makegood: error', 'Makegood: column']));
    expect(fingerprintOf(['a', 'b'])).not.toBe(fingerprintOf(['b', 'a']));
  });
});

describe('the cells of a workbook', () => {
  it('are dates and times where their format says so', () => {
    expect(['0', '14', '20', '164', '165', '166'].map((id) => isDateFormat(id, new Map([['164', 'yyyy"년" m"월"'], ['165', '[h]:mm:ss'], ['166', '[Red]#,##0"day"']]))))
      .toEqual(['number', 'date', 'time', 'date', 'time', 'number']);
    expect([serialText('46024.770833333336', 'date', false), serialText('0.7708333333333334', 'time', false), serialText('44562.5', 'date', true), serialText('46024', 'date', false)])
      .toEqual(['2026-01-02 18:30:00', '18:30:00', '2026-01-02 12:00:00', '2026-01-02']);
  });

  it('keep fifteen figures of a number', () => {
    expect(['21.059999999999999', '0.1', '1240', '1.2345678901234567E+17', '1E-3', 'x'].map(tidyNumber)).toEqual(['21.06', '0.1', '1240', '1.2345678901234567E+17', '0.001', 'x']);
    expect(['A1', 'Z9', 'AA1', 'ABC12', '1A'].map(cellColumn)).toEqual([0, 25, 26, 730, -1]);
  });
});

describe('ids already seen', () => {
  it('are found again among many, with the line and whether they stood for the same', () => {
    const seen = new SeenIds();
    for (let n = 0; n < 50_000; n += 1) expect(seen.add(`id${n}`, 'x', n + 1)).toBeUndefined();
    expect([seen.add('id7', 'x', 60_000), seen.add('id49999', 'y', 60_001)]).toEqual([{ line: 8, same: true }, { line: 50_000, same: false }]);
  });
});

/** A cell with something harmless around it takes the long way. */
describe('the short way through plain cells', () => {
  const two = (n: number): string => String(n).padStart(2, '0');

  it('reads a time as the long way does', () => {
    fc.assert(fc.property(fc.nat(29), fc.nat(69), fc.option(fc.nat(69), { nil: undefined }), fc.constantFrom('2026-03-29', '2026-02-30', '2026-10-25'), (hour, minute, second, date) => {
      const [time, zone] = [[hour, minute, ...(second === undefined ? [] : [second])].map(two).join(':'), 'Europe/London'];
      const read = readTime({ date, time }, YMD, zone);
      const long = readTime({ date: `\u00a0${date}`, time: `${time} 초` }, YMD, zone);
      expect(read.ok ? read : read.refusal.code).toEqual(long.ok ? long : long.refusal.code);
      expect(shown(`${date} ${time}`, undefined, YMD, zone)).toBe(shown(date, time, YMD, zone));
    }), { numRuns: 500 });
  });

  it('reads an amount as the long way does', () => {
    const cell = fc.oneof(fc.stringMatching(/^-?\d[\d.,]{0,12}$/), fc.stringMatching(/^-?\d{1,3}(,\d{3}){0,2}(\.\d{1,3})?$/));
    fc.assert(fc.property(cell, fc.constantFrom('.' as const, ',' as const), (text, mark) => {
      expect(readAmount(text, mark, GBP)).toEqual(readAmount(`\u00a0${text}`, mark, GBP));
      expect(marksOf(text)).toEqual(marksOf(`\u00a0${text}`));
    }), { numRuns: 1_000 });
  });

  it('takes a word of a sum for one wherever a figure follows it, and no figure for a word', () => {
    expect(['Total', 'Total 31', '합계: 5', '31 Total', '5', '', '１ total'].map(isTotalWord)).toEqual([true, true, true, false, false, false, false]);
  });

  it('forgets what it remembered when there is too much of it, and says the same', () => {
    let asked = 0;
    const length = remembering((text) => {
      asked += 1;
      return text.length;
    });
    for (let n = 0; n < 5_000; n += 1) expect(length(`n${n % 1_500}`)).toBe(`n${n % 1_500}`.length);
    expect(asked).toBeGreaterThan(1_500);
    expect([length('n0'), length('x'.repeat(100)), length('x'.repeat(100))]).toEqual([2, 100, 100]);
  });
});
