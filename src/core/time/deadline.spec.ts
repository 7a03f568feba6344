import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extendedDeadline } from './deadline.js';
import type { Instant } from './instant.js';
import { durationMs, normalise, subtract, type Interval } from './interval.js';

const span = (from: number, to: number): Interval => ({ from: from as Instant, to: to as Instant });
const promise = (from: number, promisedAt: number) => ({ from: from as Instant, promisedAt: promisedAt as Instant });

describe('a deadline moved by our own outages', () => {
  it.each([
    ['no downtime', [], 100, []],
    ['an outage it runs through', [span(20, 30)], 110, [span(20, 30)]],
    ['an outage it falls into', [span(90, 120)], 130, [span(90, 120)]],
    ['an outage that begins exactly at it', [span(100, 120)], 100, []],
    ['an outage before the clock began', [span(-20, 0)], 100, []],
    ['an outage that the clock began in', [span(-20, 5)], 105, [span(0, 5)]],
    ['an outage in the time won', [span(90, 110), span(115, 118)], 123, [span(90, 110), span(115, 118)]],
    ['one outage recorded twice', [span(10, 30), span(20, 30), span(10, 20)], 120, [span(10, 30)]],
    ['pieces out of order', [span(50, 60), span(10, 20)], 120, [span(10, 20), span(50, 60)]],
  ])('%s', (_what, down, at, because) => {
    expect(extendedDeadline(promise(0, 100), down)).toEqual({ from: 0, promisedAt: 100, at, movedMs: at - 100, because });
  });

  it('that was promised before its clock began still holds', () => {
    expect(extendedDeadline(promise(100, 50), [span(0, 200)]).at).toBe(50);
  });
});

const pieces = fc.array(fc.tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: 1, max: 80 })).map(([from, length]) => span(from, from + length)), { maxLength: 12 });
const promises = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 200 })).map(([from, length]) => promise(from, from + length));

describe('for any promise and any downtime', () => {
  it('a deadline is never earlier, and nothing moves it without downtime', () => {
    fc.assert(fc.property(promises, pieces, (promised, down) => {
      const { at, movedMs, because } = extendedDeadline(promised, down);
      expect([at >= promised.promisedAt, at - promised.promisedAt, durationMs(because)]).toEqual([true, movedMs, movedMs]);
      expect(extendedDeadline(promised, []).at).toBe(promised.promisedAt);
    }));
  });

  it('it leaves exactly as much usable time as was promised, and ends on a usable instant', () => {
    fc.assert(fc.property(promises, pieces, (promised, down) => {
      const { from, at } = extendedDeadline(promised, down);
      const usable = durationMs(subtract(at > from ? [span(from, at)] : [], normalise(down)));
      expect(usable).toBe(promised.promisedAt - from);
    }));
  });

  it('more downtime never makes it earlier, and the order of the downtime does not matter', () => {
    fc.assert(fc.property(promises, pieces, pieces, (promised, down, more) => {
      const { at } = extendedDeadline(promised, down);
      expect(extendedDeadline(promised, [...down, ...more]).at).toBeGreaterThanOrEqual(at);
      expect(extendedDeadline(promised, [...down].reverse()).at).toBe(at);
    }));
  });

  it('a later promise never ends earlier', () => {
    fc.assert(fc.property(promises, pieces, fc.integer({ min: 0, max: 50 }), (promised, down, later) => {
      const moved = extendedDeadline({ ...promised, promisedAt: (promised.promisedAt + later) as Instant }, down);
      expect(moved.at).toBeGreaterThanOrEqual(extendedDeadline(promised, down).at);
    }));
  });

  it('moving it again changes nothing', () => {
    fc.assert(fc.property(promises, pieces, (promised, down) => {
      const once = extendedDeadline(promised, down);
      expect(extendedDeadline(once, down)).toEqual(once);
    }));
  });
});
