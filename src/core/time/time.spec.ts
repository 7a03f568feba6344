import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addLocalDays, clipTimeline, contains, durationMs, formatInstant, instantsOf, intersect, interval, isZone, localToInstant, normalise, openIntervals,
  overlay, parseInstant, subtract, support, toLocal, union, validateOpeningHours, type Instant, type Interval, type IntervalSet, type OpeningHours,
} from './index.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(`${text}: ${read.refusal.code}`);
  return read.value;
};
const span = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });
const minutes = (set: IntervalSet): number => durationMs(set) / 60_000;

const pieces = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 15 })), { maxLength: 12 })
  .map((list) => list.map(([from, length]) => ({ from: from as Instant, to: (from + length) as Instant })));
const sets = pieces.map(normalise);
const members = (set: readonly Interval[]): Set<number> => new Set(set.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
const same = (set: IntervalSet, expected: Set<number>): void => {
  expect([...members(set)].sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b));
  expect(set).toEqual(normalise(set));
};

describe('instants', () => {
  it('carry their offset: half past three in Seoul', () => {
    expect(formatInstant(at('2022-10-15T15:30+09:00'))).toBe('2022-10-15T06:30:00.000Z');
  });

  it.each([
    ['2022-10-15T15:30', 'time.zone_missing'], ['2022-02-30T00:00Z', 'time.malformed'], ['2022-10-15T24:00Z', 'time.malformed'],
    ['2022-10-15 15:30Z', 'time.malformed'], ['2022-10-15T15:30:00.0001Z', 'time.too_fine'], ['1222-10-15T15:30Z', 'time.out_of_range'],
    ['2022-10-15T15:30+25:00', 'time.malformed'], ['yesterday', 'time.malformed'],
  ])('%s is refused with %s', (text, code) => {
    const read = parseInstant(text);
    expect(read.ok ? 'read' : read.refusal.code).toBe(code);
  });

  it('are read back as written', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
      expect(at(formatInstant(ms as Instant))).toBe(ms);
    }));
  });
});

describe('intervals', () => {
  it('are refused reversed or empty, never swapped', () => {
    const [a, b] = [at('2026-01-01T00:00Z'), at('2026-01-02T00:00Z')];
    expect(interval(b, a)).toMatchObject({ refusal: { code: 'time.reversed' } });
    expect(interval(a, a)).toMatchObject({ refusal: { code: 'time.empty' } });
  });

  it('union, intersection and difference are those of their instants', () => {
    fc.assert(fc.property(sets, sets, (a, b) => {
      const [x, y] = [members(a), members(b)];
      same(union(a, b), x.union(y));
      same(intersect(a, b), x.intersection(y));
      same(subtract(a, b), x.difference(y));
      expect(contains(a, b)).toBe(y.isSubsetOf(x));
    }));
  });
});

describe('laying timelines over each other', () => {
  it('keeps the strongest at each instant, whatever the order', () => {
    const valued = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 })), { maxLength: 10 })
      .map((list) => list.map(([from, length, value]) => ({ from: from as Instant, to: (from + length) as Instant, value })));
    fc.assert(fc.property(valued, fc.nat(), (list, turn) => {
      const laid = overlay(list, (a, b) => a - b);
      for (let t = 0; t < 60; t += 1) {
        const strongest = list.filter(({ from, to }) => from <= t && t < to).map(({ value }) => value).sort((a, b) => b - a)[0];
        expect(laid.filter(({ from, to }) => from <= t && t < to).map(({ value }) => value)).toEqual(strongest === undefined ? [] : [strongest]);
      }
      const k = list.length === 0 ? 0 : turn % list.length;
      expect(overlay([...list.slice(k), ...list.slice(0, k)], (a, b) => a - b)).toEqual(laid);
      expect(durationMs(clipTimeline(laid, support(laid)))).toBe(durationMs(support(laid)));
    }));
  });
});

describe('zones', () => {
  it('are IANA names', () => {
    expect(['Asia/Seoul', 'UTC', '+09:00', 'Mars/Base', ''].map(isZone)).toEqual([true, true, false, false, false]);
  });

  it.each([
    ['2026-03-29 02:30', 'Europe/Paris', 'time.gap'], ['2026-10-25 02:30', 'Europe/Paris', 'time.fold'],
    ['2026-03-08 02:30', 'America/New_York', 'time.gap'], ['2026-11-01 01:30', 'America/New_York', 'time.fold'],
    ['2011-12-30 12:00', 'Pacific/Apia', 'time.gap'], ['2018-11-04 00:30', 'America/Sao_Paulo', 'time.gap'],
    ['2026-02-30 10:00', 'Europe/Paris', 'time.malformed'], ['2026-01-01 10:00', 'Nowhere/At', 'time.zone_unknown'],
  ])('%s in %s is refused with %s', (text, zone, code) => {
    const read = localToInstant(text, zone);
    expect(read.ok ? 'read' : read.refusal.code).toBe(code);
  });

  it('agree with Temporal at random instants and wall times', () => {
    const zones = ['Europe/London', 'Europe/Paris', 'America/New_York', 'Asia/Seoul', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Beirut', 'Australia/Lord_Howe'];
    const instants = fc.integer({ min: Date.UTC(1986, 0), max: Date.UTC(2034, 0) }).map((ms) => (ms - (ms % 60_000)) as Instant);
    fc.assert(fc.property(instants, fc.constantFrom(...zones), (ms, zone) => {
      const plain = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
      const local = toLocal(ms, zone);
      expect(local).toBe(plain.toZonedDateTime('UTC').epochMilliseconds);
      const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
      const later = plain.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
      expect(instantsOf(local, zone)).toEqual([...new Set([earlier, later])]);
    }), { numRuns: 400 });
  });

  it('the same clock time a week earlier is 167 or 169 hours away across a change', () => {
    const after = at('2026-03-31T10:00+02:00');
    expect(after - addLocalDays(after, 'Europe/Paris', -7)).toBe(167 * 3_600_000);
  });
});

describe('opening hours', () => {
  const paris = (opens: string, closes: string, days: number[]): OpeningHours => ({ zone: 'Europe/Paris', rows: [{ days, opens, closes }], exceptions: [] });

  it('Saturday 22:00–06:00 lasts 420 minutes in the spring night and 540 in the autumn one', () => {
    const bar = paris('22:00', '06:00', [6]);
    expect(minutes(openIntervals(bar, span('2026-03-28T00:00Z', '2026-03-30T00:00Z')))).toBe(420);
    expect(minutes(openIntervals(bar, span('2026-10-24T00:00Z', '2026-10-26T00:00Z')))).toBe(540);
  });

  it('a day round the clock has 1380 or 1500 minutes when the clock changes', () => {
    const shop = paris('00:00', '24:00', [7]);
    expect(minutes(openIntervals(shop, span('2026-03-28T00:00Z', '2026-03-30T22:00Z')))).toBe(1380);
    expect(minutes(openIntervals(shop, span('2026-10-24T00:00Z', '2026-10-26T22:00Z')))).toBe(1500);
  });

  it('54.5 hours of a shop Monday to Saturday 10–22 in the Kakao window (worked example A2)', () => {
    const shop: OpeningHours = { zone: 'Asia/Seoul', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '10:00', closes: '22:00' }], exceptions: [] };
    expect(minutes(openIntervals(shop, span('2022-10-15T15:30+09:00', '2022-10-20T23:00+09:00'))) / 60).toBe(54.5);
  });

  it('an exception replaces what begins on its date; the night before runs into it', () => {
    const bar: OpeningHours = {
      zone: 'Asia/Seoul', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '18:00', closes: '02:00' }],
      exceptions: [{ date: '2026-03-04', hours: [] }],
    };
    expect(openIntervals(bar, span('2026-03-04T00:00+09:00', '2026-03-05T12:00+09:00'))).toEqual([span('2026-03-04T00:00+09:00', '2026-03-04T02:00+09:00')]);
  });

  it('is the set of minutes at which a clock in the zone shows an opening time', () => {
    const zones = fc.constantFrom('Europe/Paris', 'America/Sao_Paulo', 'Asia/Seoul', 'America/New_York');
    const time = fc.tuple(fc.integer({ min: 3, max: 22 }), fc.constantFrom('00', '30')).map(([h, m]) => `${String(h).padStart(2, '0')}:${m}`);
    const rows = fc.array(fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), opens: time, closes: time }), { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(zones, rows, fc.integer({ min: 0, max: 700 }), (zone, list, day) => {
      const hours: OpeningHours = { zone, rows: list, exceptions: [] };
      const from = (Date.UTC(2017, 8, 1) + day * 86_400_000) as Instant;
      const within = { from, to: (from + 36 * 3_600_000) as Instant };
      const open = openIntervals(hours, within);
      for (let t: number = within.from; t < within.to; t += 1_800_000) {
        const clock = Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO(zone);
        const minute = clock.hour * 60 + clock.minute;
        const expected = list.some(({ days, opens, closes }) => {
          const [o, c] = [opens, closes].map((text) => { const [h = 0, m = 0] = text.split(':').map(Number); return h * 60 + m; }) as [number, number];
          const today = days.includes(clock.dayOfWeek);
          const yesterday = days.includes(((clock.dayOfWeek + 5) % 7) + 1);
          return c > o ? today && minute >= o && minute < c : (today && minute >= o) || (yesterday && minute < c);
        });
        expect(open.some((piece) => piece.from <= t && t < piece.to)).toBe(expected);
      }
    }), { numRuns: 60 });
  });

  it('names every fault in one pass', () => {
    const faulty: OpeningHours = {
      zone: 'Nowhere', rows: [{ days: [8], opens: '9:00', closes: '25:00', validFrom: '2026-02-30' }],
      exceptions: [{ date: '2026-01-01', hours: [] }, { date: '2026-01-01', hours: [] }],
    };
    const verdict = validateOpeningHours(faulty);
    expect(verdict.ok ? [] : verdict.refusal.causes?.map(({ code }) => code).sort()).toEqual(
      ['time.date_invalid', 'time.date_repeated', 'time.day_invalid', 'time.hours_invalid', 'time.hours_invalid', 'time.zone_unknown']);
  });
});
