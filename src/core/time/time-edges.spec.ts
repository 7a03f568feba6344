import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addLocalDays, atMinutes, clipTimeline, constant, dateOf, formatLocal, hull, instant, instantsOf, intersect, interval, isInRange, isZone, localToInstant, localToInstantBy, minutesOfDay, normalise,
  openIntervals, overlaps, overlay, parseInstant, parseLocal, subtract, timeline, toLocal, union, validateOpeningHours, weekdayOf, where, WindowMap,
  type Instant, type Interval, type LocalMs, type OpeningHours, type OpeningRow, type Piece,
} from './index.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(`${text}: ${read.refusal.code}`);
  return read.value;
};
const span = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });
const i = (from: number, to: number): Interval => ({ from: from as Instant, to: to as Instant });
const p = <T>(from: number, to: number, value: T): Piece<T> => ({ ...i(from, to), value });

describe('instants at their edges', () => {
  it.each([
    ['2026-01-01T00:00:59.120000z', Date.UTC(2026, 0, 1, 0, 0, 59, 120)], ['2026-01-01t00:00:01.5Z', Date.UTC(2026, 0, 1, 0, 0, 1, 500)], ['2026-01-01T23:59-23:59', Date.UTC(2026, 0, 2, 23, 58)],
    ['2026-01-01T12:30+00:30', Date.UTC(2026, 0, 1, 12)], ['1900-01-01T00:00Z', Date.UTC(1900, 0)], ['2199-12-31T23:59Z', Date.UTC(2199, 11, 31, 23, 59)],
    ['2026-01-01T00:00:07Z', Date.UTC(2026, 0, 1, 0, 0, 7)],
  ])('%s is read', (text, ms) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: ms });
  });

  it.each([
    ['x2026-01-01T00:00Z', 'time.malformed'], ['2026-01-01T00:00Zx', 'time.malformed'], ['2026-01-01T00:00+01:00x', 'time.malformed'], ['2026-01-01T00:00+24:00', 'time.malformed'],
    ['2026-01-01T00:00+01:60', 'time.malformed'], ['2026-01-01T00:60Z', 'time.malformed'], ['2026-01-01T00:00:60Z', 'time.malformed'], ['2026-13-01T00:00Z', 'time.malformed'],
    ['2200-01-01T00:00Z', 'time.out_of_range'], ['1899-12-31T23:59Z', 'time.out_of_range'], ['2026-01-01T00:00:00.1234Z', 'time.too_fine'], ['2026-01-01T00:00', 'time.zone_missing'],
  ])('%s is refused with %s and what was written', (text, code) => {
    expect(parseInstant(text)).toEqual({ ok: false, refusal: { code, params: { text } } });
  });

  it('a long text is cut', () => {
    expect(parseInstant('x'.repeat(99))).toMatchObject({ refusal: { params: { text: 'x'.repeat(40) } } });
  });

  it('lie in the years that are read: from 1900 until the end of 2199', () => {
    const [from, to] = [Date.UTC(1900, 0, 1), Date.UTC(2200, 0, 1)];
    expect([from - 1, from, 0, to - 1, to].map((ms) => isInRange(ms as Instant))).toEqual([false, true, true, true, false]);
  });

  it('a part of a millisecond is a bug', () => {
    expect(instant(5)).toBe(5);
    expect(() => instant(0.5)).toThrow(new RangeError('an instant is a whole number of milliseconds'));
  });
});

describe('intervals at their edges', () => {
  it('one millisecond is one; a refusal names both ends', () => {
    const [a, b] = [at('2026-01-01T00:00Z'), at('2026-01-01T00:00:00.001Z')];
    expect(interval(a, b)).toEqual({ ok: true, value: { from: a, to: b } });
    expect(interval(b, a)).toEqual({ ok: false, refusal: { code: 'time.reversed', params: { from: '2026-01-01T00:00:00.001Z', to: '2026-01-01T00:00:00.000Z' } } });
    expect(interval(a, a)).toEqual({ ok: false, refusal: { code: 'time.empty', params: { at: '2026-01-01T00:00:00.000Z' } } });
  });

  it('those that touch become one, share nothing, and take nothing from each other', () => {
    expect(normalise([i(2, 3), i(1, 2)])).toEqual([i(1, 3)]);
    expect(union([i(1, 2)], [i(2, 3)])).toEqual([i(1, 3)]);
    expect(intersect([i(1, 2)], [i(2, 3)])).toEqual([]);
    expect(subtract([i(1, 3)], [i(0, 1), i(3, 4)])).toEqual([i(1, 3)]);
    expect(subtract([i(1, 3), i(5, 9)], [i(1, 3), i(6, 9)])).toEqual([i(5, 6)]);
    expect([overlaps([i(1, 2)], [i(2, 3)]), overlaps([i(1, 3)], [i(2, 4)])]).toEqual([false, true]);
  });

  it('the union with nothing is the set itself', () => {
    const set = [i(1, 2)];
    expect([union(set, []) === set, union([], set) === set]).toEqual([true, true]);
  });

  it('the hull goes from the first beginning to the last end, whatever the order', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 }), (list) => {
      const set = list.map(([from, length]) => i(from, from + length));
      expect(hull(set)).toEqual(i(Math.min(...set.map(({ from }) => from)), Math.max(...set.map(({ to }) => to))));
    }));
    expect(hull([])).toBeUndefined();
  });
});

describe('values by window', () => {
  it('are found by both bounds, the last that was set, until they are cleared', () => {
    const windows = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat()), { maxLength: 20 });
    fc.assert(fc.property(windows, (list) => {
      const [map, model] = [new WindowMap<number>(), new Map<string, number>()];
      for (const [from, length, value] of list) {
        map.set(i(from, from + length), value);
        model.set(`${from}/${from + length}`, value);
      }
      for (let from = 0; from < 6; from += 1) for (let to = from + 1; to < 12; to += 1) expect(map.get(i(from, to))).toBe(model.get(`${from}/${to}`));
      expect(map.starts).toBe(new Set(list.map(([from]) => from)).size);
      map.clear();
      expect([map.starts, ...list.map(([from, length]) => map.get(i(from, from + length)))]).toEqual([0, ...list.map(() => undefined)]);
    }));
  });
});

describe('timelines at their edges', () => {
  it('are put in order, and refuse pieces that overlap', () => {
    expect(timeline([p(2, 3, 'b'), p(1, 2, 'a')])).toEqual([p(1, 2, 'a'), p(2, 3, 'b')]);
    expect(() => timeline([p(1, 3, 'a'), p(2, 4, 'b')])).toThrow(new RangeError('pieces of a timeline do not overlap'));
    expect(timeline([])).toEqual([]);
  });

  it('neighbours of one value become one piece, of two values stay two', () => {
    expect(overlay([p(1, 2, 5), p(2, 3, 5)], (a, b) => a - b)).toEqual([p(1, 3, 5)]);
    expect(overlay([p(1, 2, 5), p(2, 3, 6)], (a, b) => a - b)).toEqual([p(1, 2, 5), p(2, 3, 6)]);
    expect(overlay([p(1, 2, 5), p(3, 4, 5)], (a, b) => a - b)).toEqual([p(1, 2, 5), p(3, 4, 5)]);
    expect(overlay([p(1, 2, { is: 1 }), p(2, 3, { is: 1 })], (a, b) => a.is - b.is)).toEqual([p(1, 3, { is: 1 })]);
    expect(overlay([], (a: number, b) => a - b)).toEqual([]);
  });

  it('of two that mean the same, the one that was there stays', () => {
    const [first, second] = [{ is: 1 }, { is: 1 }];
    expect(overlay([p(1, 5, first), p(2, 3, second)], (a, b) => a.is - b.is)[0]?.value).toBe(first);
    expect(overlay([p(1, 5, first), p(2, 3, second)], (a, b) => a.is - b.is)).toHaveLength(1);
  });

  it('of two that mean the same and begin together, the shorter one is named, whatever the order', () => {
    const [long, short] = [p(1, 5, { is: 1 }), p(1, 3, { is: 1 })];
    for (const pieces of [[long, short], [short, long]]) expect(overlay(pieces, (a, b) => a.is - b.is)[0]?.value).toBe(short.value);
  });

  it('are clipped to exactly what a set shares with them', () => {
    const pieces = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }).map((edges) => [...edges].sort((a, b) => a - b))
      .map((edges) => edges.slice(1).flatMap((to, index) => (index % 3 === 2 ? [] : [p(edges[index] as number, to, index % 2)])));
    const sets = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 })), { maxLength: 5 }).map((list) => normalise(list.map(([from, length]) => i(from, from + length))));
    fc.assert(fc.property(pieces, sets, (line, within) => {
      const clipped = clipTimeline(line, within);
      for (let t = 0; t < 50; t += 1) {
        const holds = ({ from, to }: Interval): boolean => from <= t && t < to;
        expect(clipped.filter(holds).map(({ value }) => value)).toEqual(within.some(holds) ? line.filter(holds).map(({ value }) => value) : []);
      }
      expect(clipped.every(({ from, to }) => from < to)).toBe(true);
    }));
  });

  it('say where a value holds, and a set is a timeline of one value', () => {
    expect(where([p(1, 2, 5), p(2, 3, 6), p(3, 4, 7)], (value) => value > 5)).toEqual([i(2, 4)]);
    expect(constant([i(1, 2), i(4, 5)], 'x')).toEqual([p(1, 2, 'x'), p(4, 5, 'x')]);
  });
});

describe('wall clocks at their edges', () => {
  it.each([
    ['2026-01-01', 0], ['2026-01-01T10:00', 36_000_000], ['2026-01-01 23:59:59', 86_399_000], ['2026-01-01 00:00:00.5', 500], ['2026-01-01 00:00:12.123', 12_123],
  ])('%s', (text, ms) => {
    expect(parseLocal(text)).toEqual({ ok: true, value: Date.UTC(2026, 0, 1) + ms });
  });

  it.each([['x2026-01-01'], ['2026-01-01x'], ['2026-02-30'], ['2026-13-01'], ['2026-00-01'], ['2026-01-00'], ['2026-01-01 24:00'], ['2026-01-01 10:60'], ['2026-01-01 10:00:60'], ['2026-01-01 10:00:1'], ['0050-01-01']])(
    '%s is refused', (text) => {
      expect(parseLocal(text)).toEqual({ ok: false, refusal: { code: 'time.malformed', params: { text } } });
    });

  it('a refusal carries the text, the zone and, in a fold, both moments', () => {
    expect(parseLocal('x'.repeat(99))).toMatchObject({ refusal: { params: { text: 'x'.repeat(40) } } });
    expect(localToInstant('2026-01-01', `X${'y'.repeat(99)}`)).toMatchObject({ refusal: { code: 'time.zone_unknown', params: { zone: `X${'y'.repeat(59)}` } } });
    expect(localToInstant('2026-03-29 02:30', 'Europe/Paris')).toMatchObject({ refusal: { params: { text: '2026-03-29 02:30', zone: 'Europe/Paris' } } });
    expect(localToInstant('2026-10-25 02:30', 'Europe/Paris')).toEqual({ ok: false, refusal: { code: 'time.fold', params: {
      text: '2026-10-25 02:30', zone: 'Europe/Paris', first: '2026-10-25T00:30:00.000Z', second: '2026-10-25T01:30:00.000Z' } } });
    expect(localToInstant('2026-10-25 12:30', 'Europe/Paris')).toEqual({ ok: true, value: at('2026-10-25T11:30Z') });
  });

  const local = (text: string): LocalMs => {
    const read = parseLocal(text);
    if (!read.ok) throw new Error(text);
    return read.value;
  };

  it.each([
    ['2026-03-29 02:00', 'Europe/Paris', '2026-03-29T01:00Z'], ['2026-03-29 02:30', 'Europe/Paris', '2026-03-29T01:00Z'], ['2026-03-29 02:59:59.999', 'Europe/Paris', '2026-03-29T01:00Z'],
    ['2026-03-08 02:30', 'America/New_York', '2026-03-08T07:00Z'], ['2011-12-30 12:00', 'Pacific/Apia', '2011-12-30T10:00Z'], ['2018-11-04 00:30', 'America/Sao_Paulo', '2018-11-04T03:00Z'],
  ])('%s in %s, which no clock shows, is the moment of the jump', (text, zone, moment) => {
    expect([localToInstantBy(local(text), zone, 'first'), localToInstantBy(local(text), zone, 'last')]).toEqual([at(moment), at(moment)]);
    expect(instantsOf(local(text), zone)).toEqual([]);
  });

  it('of a time that came twice, first and last differ by the hour', () => {
    expect([localToInstantBy(local('2026-10-25 02:30'), 'Europe/Paris', 'first'), localToInstantBy(local('2026-10-25 02:30'), 'Europe/Paris', 'last')])
      .toEqual([at('2026-10-25T00:30Z'), at('2026-10-25T01:30Z')]);
  });

  it('the same clock time a day later is the first of the two, where it came twice', () => {
    expect(addLocalDays(at('2026-10-24T00:30Z'), 'Europe/Paris', 1)).toBe(at('2026-10-25T00:30Z'));
  });

  it.each([['2026-00-10'], ['2026-99-10'], ['2026-01-00'], ['2026-01-32'], ['2026-01-99'], ['2026-04-31'], ['2023-02-29'], ['2026-01-01 25:00'], ['2026-12-31 99:00'], ['2026-01-01 23:99'], ['2026-01-01 23:59:99']])(
    '%s is no time of a calendar and a clock', (text) => {
      expect(parseLocal(text).ok).toBe(false);
    });

  it('are written as they were read', () => {
    expect([formatLocal(local('2026-01-09 08:07:06')), dateOf(local('2026-01-09 08:07:06')), dateOf(local('2026-10-10')), dateOf(local('2026-12-31 23:59:59'))])
      .toEqual(['2026-01-09T08:07:06', '2026-01-09', '2026-10-10', '2026-12-31']);
    expect([dateOf(Date.UTC(1000, 0, 1) as LocalMs), dateOf(Date.UTC(999, 0, 1) as LocalMs), dateOf(Date.UTC(9999, 11, 31) as LocalMs), dateOf(Date.UTC(10_000, 0, 1) as LocalMs)])
      .toEqual(['1000-01-01', '0999-01-01', '9999-12-31', '+010000-01']);
  });

  it('weekdays repeat every seven days, before 1970 too', () => {
    expect(['2026-03-02', '2026-03-08', '1969-12-29', '1970-01-01'].map((text) => weekdayOf(local(text)))).toEqual([1, 7, 1, 4]);
  });

  it.each([['00:00', 0], ['23:59', 1_439], ['24:00', 1_440], ['09:05', 545], ['24:01', undefined], ['25:00', undefined], ['10:60', undefined], ['9:00', undefined], ['x09:00', undefined], ['09:00x', undefined]])(
    '%s is minute %s of the day', (text, expected) => {
      expect(minutesOfDay(text)).toBe(expected);
    });

  it('zones are names that begin with a letter, asked again and again', () => {
    expect(['Europe/Paris', 'Europe/Paris', 'Not/AZone', 'Not/AZone', '+09:00', '+09:00'].map(isZone)).toEqual([true, true, false, false, false, false]);
    expect(['2026-01-01T00:00+09:00[Asia/Seoul]', '2026-01-01T00:00Z'].map(isZone)).toEqual([false, false]);
    expect(toLocal(at('2026-03-03T00:00Z'), 'Asia/Seoul')).toBe(Date.UTC(2026, 2, 3, 9));
    expect(atMinutes(0 as LocalMs, 90)).toBe(5_400_000);
  });
});

describe('opening hours at their edges', () => {
  const week = (row: Partial<OpeningRow>, more: Partial<OpeningHours> = {}): OpeningHours =>
    ({ zone: 'UTC', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '09:00', closes: '17:00', ...row }], exceptions: [], ...more });
  const faults = (hours: OpeningHours): unknown => {
    const verdict = validateOpeningHours(hours);
    return verdict.ok ? [] : verdict.refusal;
  };
  const days = (hours: OpeningHours): string[] => openIntervals(hours, span('2026-03-02T00:00Z', '2026-03-09T00:00Z')).map(({ from }) => new Date(from).toISOString().slice(8, 10));

  it.each([
    ['no weekday', { days: [] }, 'time.day_invalid', '', 'days'], ['a weekday before Monday', { days: [1, 0] }, 'time.day_invalid', '1 0', 'days'], ['one after Sunday', { days: [7, 8] }, 'time.day_invalid', '7 8', 'days'],
    ['half a weekday', { days: [1.5] }, 'time.day_invalid', '1.5', 'days'], ['opening at 24:00', { opens: '24:00' }, 'time.hours_invalid', '24:00', 'opens'], ['closing at 25:00', { closes: '25:00' }, 'time.hours_invalid', '25:00', 'closes'],
    ['a first date that is none', { validFrom: '2026-02-30' }, 'time.date_invalid', '2026-02-30', 'validFrom'], ['a last date with a time', { validTo: '2026-03-01 10:00' }, 'time.date_invalid', '2026-03-01 10:00', 'validTo'],
    ['dates turned round', { validFrom: '2026-03-02', validTo: '2026-03-01' }, 'time.validity_reversed', '2026-03-02 – 2026-03-01', 'validTo'], ['no date at all', { validFrom: '2026-03-02', validTo: '2026-03-02' }, 'time.validity_reversed', '2026-03-02 – 2026-03-02', 'validTo'],
  ])('%s', (_what, row, code, value, field) => {
    expect(faults(week(row))).toEqual({ code: 'time.hours_faulty', params: { count: 1 }, causes: [{ code, params: { value, row: 1 }, pointer: `/rows/0/${field}` }] });
  });

  it.each([[{ days: [1, 7] }], [{ opens: '22:00', closes: '02:00' }], [{ closes: '24:00' }], [{ validFrom: '2026-03-01' }], [{ validTo: '2026-03-01' }], [{ validFrom: '2026-03-01', validTo: '2026-03-02' }]])('%j is in order', (row) => {
    const hours = week(row, { exceptions: [{ date: '2026-03-04', hours: [{ opens: '10:00', closes: '11:00' }] }] });
    expect(validateOpeningHours(hours)).toEqual({ ok: true, value: hours });
  });

  it('faults of zone and exceptions point at the place', () => {
    const hours = week({}, { zone: 'Nowhere', exceptions: [{ date: '2026-3-4', hours: [] }, { date: '2026-03-05', hours: [{ opens: '10:00', closes: '11:00' }, { opens: 'ten', closes: '11:00' }] }, { date: '2026-03-05', hours: [] }] });
    expect(faults(hours)).toEqual({ code: 'time.hours_faulty', params: { count: 4 }, causes: [
      { code: 'time.zone_unknown', params: { zone: 'Nowhere' }, pointer: '/zone' },
      { code: 'time.date_invalid', params: { value: '2026-3-4' }, pointer: '/exceptions/0/date' },
      { code: 'time.hours_invalid', params: { value: 'ten' }, pointer: '/exceptions/1/hours/1/opens' },
      { code: 'time.date_repeated', params: { value: '2026-03-05' }, pointer: '/exceptions/2/date' },
    ] });
  });

  it('a row holds from its first date, and no longer on its last', () => {
    expect(days(week({ validFrom: '2026-03-04' }))).toEqual(['04', '05', '06', '07', '08']);
    expect(days(week({ validTo: '2026-03-04' }))).toEqual(['02', '03']);
    expect(days(week({ validFrom: '2026-03-03', validTo: '2026-03-05' }))).toEqual(['03', '04']);
  });

  it('rows with dates and rows without stand beside each other', () => {
    const { rows: [plain] } = week({ days: [1] });
    const { rows: [dated] } = week({ days: [5], validFrom: '2026-03-03' });
    expect(days({ zone: 'UTC', rows: [plain as OpeningRow, dated as OpeningRow], exceptions: [] })).toEqual(['02', '06']);
  });

  it('an exception has hours of its own', () => {
    const hours = week({}, { exceptions: [{ date: '2026-03-03', hours: [{ opens: '10:00', closes: '11:00' }, { opens: '22:00', closes: '01:00' }] }] });
    expect(openIntervals(hours, span('2026-03-03T00:00Z', '2026-03-04T08:00Z'))).toEqual([span('2026-03-03T10:00Z', '2026-03-03T11:00Z'), span('2026-03-03T22:00Z', '2026-03-04T01:00Z')]);
  });

  it('a night that began two days before, by a clock far from UTC, is still counted', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
      const always = week({ opens: '00:00', closes: '24:00' }, { zone });
      expect(openIntervals(always, span('2026-03-03T00:00Z', '2026-03-05T00:00Z'))).toEqual([span('2026-03-03T00:00Z', '2026-03-05T00:00Z')]);
    }
  });

  it('a clock that goes back over midnight had begun the next day once already, and its hours with it', () => {
    const night = week({ opens: '00:00', closes: '06:00' }, { zone: 'America/St_Johns' });
    const again = span('2006-10-29T02:40Z', '2006-10-29T03:00Z');
    expect(formatLocal(toLocal(again.from, night.zone))).toBe('2006-10-28T23:10:00');
    expect(openIntervals(night, again)).toEqual([again]);
  });

  it('hours that a clock change swallows are none; of a repeated hour all is open', () => {
    const paris = (opens: string, closes: string) => week({ opens, closes }, { zone: 'Europe/Paris' });
    expect(openIntervals(paris('02:10', '02:50'), span('2026-03-29T00:00Z', '2026-03-29T12:00Z'))).toEqual([]);
    expect(openIntervals(paris('02:10', '02:50'), span('2026-10-25T00:00Z', '2026-10-25T12:00Z'))).toEqual([span('2026-10-25T00:10Z', '2026-10-25T01:50Z')]);
  });
});
