import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HISTOGRAM_BINS } from '../../modules/changes/index.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { layHistogram, PLOT, TOP } from './histogram.rules.js';

const f = new Formatting('en');
const lay = (first: bigint, width: bigint, counts: readonly number[]) =>
  layHistogram({ edgesMinor: Array.from({ length: counts.length + 1 }, (_, index) => String(first + BigInt(index) * width)), counts }, 'GBP', f, (count) => `${count} claims`);
const only = (at: number, count = 1): number[] => Array.from({ length: HISTOGRAM_BINS }, (_, index) => (index === at ? count : 0));

describe('the histogram of a run', () => {
  it('is not drawn where no claim changes', () => {
    expect(lay(0n, 1n, Array<number>(HISTOGRAM_BINS).fill(0))).toBeUndefined();
  });

  it('says of every bin from where to where, signed and in money, and which way its claims go', () => {
    const drawn = lay(-1_000n, 101n, [...only(0, 4).slice(0, 19), 2]);
    expect(drawn?.rows[0]).toEqual({ from: '-£10.00', below: '-£8.99', claims: '4', kind: 'loss' });
    expect(drawn?.rows[9]).toMatchObject({ from: '-£0.91', below: '+£0.10', kind: 'mixed' });
    expect(drawn?.rows[19]).toEqual({ from: '+£9.19', below: '+£10.20', claims: '2', kind: 'gain' });
    expect(drawn?.bars.map(({ x, height, title }) => [x, height, title])).toEqual([['0.416%', PLOT, '-£10.00 … -£8.99: 4 claims'], ['95.416%', PLOT / 2, '+£9.19 … +£10.20: 2 claims']]);
    expect([drawn?.kinds, drawn?.zero, drawn?.most]).toEqual([['loss', 'gain'], { x: '49.504%', anchor: 'middle' }, '4 claims']);
  });

  it('a bin that holds nought and less is a loss, for nought is no difference', () => {
    expect(lay(-19n, 1n, only(19))?.rows.at(-1)).toMatchObject({ from: '£0.00', below: '+£0.01', kind: 'loss' });
    expect(lay(0n, 100n, only(0))).toMatchObject({ zero: undefined, rows: expect.arrayContaining([expect.objectContaining({ from: '£0.00', kind: 'gain' })]) as unknown });
  });

  it('one claim among a million is still seen', () => {
    expect(lay(0n, 1n, [1_000_000, ...only(0).slice(1, 19), 1])?.bars.at(-1)).toMatchObject({ height: 3, y: TOP + PLOT - 3 });
  });

  it('draws what the table says, inside its frame, whatever the numbers', () => {
    fc.assert(fc.property(fc.array(fc.nat(100_000), { minLength: HISTOGRAM_BINS, maxLength: HISTOGRAM_BINS }), fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.bigInt(1n, 10n ** 13n), (counts, first, width) => {
      const drawn = lay(first, width, counts);
      const filled = counts.filter((count) => count > 0);
      expect(drawn?.bars.length ?? 0).toBe(filled.length);
      expect((drawn?.rows ?? []).map(({ claims }) => claims)).toEqual(drawn === undefined ? [] : counts.map((count) => f.number(count)));
      for (const { y, height, x, width: wide } of drawn?.bars ?? []) {
        expect([y >= TOP, y + height === TOP + PLOT, Number.parseFloat(x) + Number.parseFloat(wide) <= 100]).toEqual([true, true, true]);
      }
    }));
  });
});
