import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareRatio, ratio, type Ratio } from '../money/index.js';
import { parseInstant, type Instant, type OpeningHours } from '../time/index.js';
import { centreOf, comparableWeeks } from './index.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};

describe('comparable weeks', () => {
  const hours: OpeningHours = { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] };
  const ground = { hours, coverage: [{ from: at('2026-01-01T00:00Z'), to: at('2026-12-31T00:00Z') }], troubled: [], samples: 6, lookBack: 12 };
  const window = (from: string, to: string) => [{ from: at(from), to: at(to), value: 'x' }];

  it('keep the clock time, across a clock change, and the length of every piece', () => {
    const pieces = window('2026-04-07T10:00+01:00', '2026-04-07T13:00+01:00');
    const { weeks } = comparableWeeks(pieces, ground);
    expect(weeks.map(({ label }) => label)).toEqual(['2026-03-31', '2026-03-24', '2026-03-17', '2026-03-10', '2026-03-03', '2026-02-24']);
    // Before 29 March the clock stood at UTC: the same 10:00 is an hour later.
    expect(weeks[1]?.windows[0]?.from).toBe(at('2026-03-24T10:00Z'));
  });

  it('leave out closed days, trouble and time without records, and say why', () => {
    const holiday = { ...hours, exceptions: [{ date: '2026-06-02', hours: [] }] };
    const { weeks, skipped } = comparableWeeks(window('2026-06-16T10:00+01:00', '2026-06-16T13:00+01:00'), {
      ...ground, hours: holiday, lookBack: 4, coverage: [{ from: at('2026-05-20T00:00Z'), to: at('2026-12-31T00:00Z') }],
      troubled: [{ from: at('2026-06-09T11:59+01:00'), to: at('2026-06-09T12:00+01:00') }],
    });
    expect(weeks.map(({ label }) => label)).toEqual(['2026-05-26']);
    expect(skipped).toEqual([{ week: '2026-06-09', why: 'outage' }, { week: '2026-06-02', why: 'closed' }, { week: '2026-05-19', why: 'not_covered' }]);
  });

  it('a window over the hour that a clock change takes away has no comparable there', () => {
    const night: OpeningHours = { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }], exceptions: [] };
    const { skipped } = comparableWeeks(window('2026-04-05T00:30+01:00', '2026-04-05T03:30+01:00'), { ...ground, hours: night, lookBack: 1 });
    expect(skipped).toEqual([{ week: '2026-03-29', why: 'clock_change' }]);
  });
});

describe('the middle of comparables', () => {
  const amounts = fc.array(fc.tuple(fc.bigInt(-1_000n, 1_000n), fc.bigInt(1n, 12n)).map(([num, den]) => ratio(num, den)), { minLength: 1, maxLength: 9 });

  it('lies between the lowest and the highest, whatever the order and the method', () => {
    fc.assert(fc.property(amounts, fc.constantFrom('median' as const, 'mean' as const, 'max' as const), (all, method) => {
      const middle = centreOf(all, method);
      expect(all.some((one) => compareRatio(one, middle) <= 0)).toBe(true);
      expect(all.some((one) => compareRatio(one, middle) >= 0)).toBe(true);
      expect(centreOf([...all].reverse(), method)).toEqual(middle);
    }));
  });

  it('of an even number is exactly half way, never rounded', () => {
    const [one, two]: [Ratio, Ratio] = [ratio(1n), ratio(2n)];
    expect(centreOf([two, one], 'median')).toEqual(ratio(3n, 2n));
  });
});
