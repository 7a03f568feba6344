import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { addRatio, formatRatio, parseMoney, parseRatio, ratio, ZERO, type Ratio } from '../../src/core/money/index.js';
import { HOUR, instant, MINUTE, type Instant, type Interval } from '../../src/core/time/index.js';
import { at } from '../support/lower-floors.js';
import { closed, floors, opened, subject, upload, value } from '../support/sales-floor.js';

beforeAll(opened);
afterAll(closed);

/** One line of a made-up till: minutes from the start, so that edges of lines and windows meet often. */
interface Row {
  readonly start: number;
  readonly length: number;
  readonly minor: number;
  readonly kind: 'sale' | 'refund' | 'void';
  readonly names: number | undefined;
}

const ORIGIN = at('2026-07-01T00:00Z');
const minute = (n: number): Instant => instant(ORIGIN + n * MINUTE);
const rows = fc.array(fc.record({
  start: fc.nat(600), length: fc.constantFrom(0, 0, 7, 60), minor: fc.integer({ min: 0, max: 99_999 }), kind: fc.constantFrom('sale', 'sale', 'sale', 'refund', 'void'),
  names: fc.option(fc.nat(20), { nil: undefined }),
}), { minLength: 1, maxLength: 40 }).map((made): Row[] => {
  let busy = -1;
  const sound = made.map((row): Row => ({ ...row, names: row.names })).sort((a, b) => a.start - b.start).filter((row) => {
    if (row.kind !== 'sale' || row.length === 0) return true;
    if (row.start < busy) return false;
    busy = row.start + row.length;
    return true;
  });
  const left = new Map(sound.flatMap((row, index) => (row.kind === 'sale' ? [[index, row.minor] as const] : [])));
  return sound.map((row) => {
    if (row.kind === 'sale' || row.names === undefined) return row;
    const rest = left.get(row.names);
    const taken = row.kind === 'void' ? sound[row.names]?.minor ?? 0 : row.minor;
    if (rest !== undefined && rest < taken) return { ...row, names: undefined };
    if (rest !== undefined) left.set(row.names, rest - taken);
    return row;
  });
});

const csvOf = (till: readonly Row[]): string => ['from,to,kind,amount,id,refund_of', ...till.map((row, index) => {
  const [from, to] = [new Date(minute(row.start)).toISOString(), row.length === 0 ? '' : new Date(minute(row.start + row.length)).toISOString()];
  const amount = row.kind === 'refund' ? -row.minor : row.minor;
  return [from, to, row.kind, `${amount < 0 ? '-' : ''}${Math.floor(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, '0')}`, row.kind === 'sale' ? index : '', row.names ?? ''].join(',');
})].join('\n');

/** Line by line, straight from the words: what a window holds of net sales and of loose refunds. */
function naive(till: readonly Row[], window: Interval): { net: Ratio; loose: Ratio } {
  let [net, loose] = [ZERO, ZERO];
  const share = (row: Row): Ratio => {
    const [from, length] = [minute(row.start), row.length * MINUTE];
    if (length === 0) return window.from <= from && from < window.to ? ratio(1n) : ZERO;
    const overlap = Math.min(from + length, window.to) - Math.max(from, window.from);
    return overlap > 0 ? ratio(BigInt(overlap), BigInt(length)) : ZERO;
  };
  const of = (minor: number, row: Row): Ratio => ratio(BigInt(minor) * share(row).num, share(row).den);
  for (const row of till) {
    const named = row.names === undefined ? undefined : till[row.names];
    const sale = named?.kind === 'sale' ? named : undefined;
    if (row.kind === 'sale') net = addRatio(net, of(row.minor, row));
    else if (row.kind === 'refund' && sale !== undefined) net = addRatio(net, of(-row.minor, sale));
    else if (row.kind === 'refund') loose = addRatio(loose, of(row.minor, row));
    else if (sale !== undefined) net = addRatio(net, of(-sale.minor, sale));
  }
  return { net, loose };
}

const exact = (text: string): Ratio => value(parseRatio(text));

describe('sums', () => {
  it('equal a count by hand, for any file and any windows', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.array(fc.tuple(fc.integer({ min: -30, max: 660 }), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 8 }), async (till, cuts) => {
      const { id } = value(await upload(csvOf(till)));
      const windows = cuts.map(([from, length]) => ({ from: minute(from), to: minute(from + length) }));
      const sums = await floors.salesQueries.sums(floors.reader, id, windows);
      expect(sums.map(({ net, looseRefunds }) => [net, looseRefunds])).toEqual(windows.map((window) => {
        const { net, loose } = naive(till, window);
        return [formatRatio(net), formatRatio(loose)];
      }));
    }), { numRuns: 60 });
  });

  it('over any partition of the coverage add up to the total of the file', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.uniqueArray(fc.integer({ min: 1, max: 700 * 60_000 }), { maxLength: 12 }), async (till, cuts) => {
      const set = value(await upload(csvOf(till)));
      const edges = [minute(0), ...cuts.sort((a, b) => a - b).map((ms) => instant(ORIGIN + ms)), minute(720)];
      const windows = edges.slice(1).flatMap((to, index): Interval[] => ((edges[index] as Instant) < to ? [{ from: edges[index] as Instant, to }] : []));
      const sums = await floors.salesQueries.sums(floors.reader, set.id, windows);
      const total = (pick: (sum: (typeof sums)[number]) => string): string => formatRatio(sums.reduce((sum, part) => addRatio(sum, exact(pick(part))), ZERO));
      const minor = (amount = ''): string => value(parseMoney(amount, 'GBP')).minor.toString();
      expect([total(({ net }) => net), total(({ looseRefunds }) => looseRefunds)]).toEqual([minor(set.totals?.net.amount), minor(set.totals?.looseRefunds.amount)]);
    }), { numRuns: 40 });
  });

  it('a total that straddles an edge counts by its exact share, once', async () => {
    const { id } = value(await upload('from,to,amount\n2026-07-01T10:00Z,2026-07-01T11:00Z,1.00\n'));
    const sums = await floors.salesQueries.sums(floors.reader, id, [
      { from: at('2026-07-01T10:00Z'), to: at('2026-07-01T10:20Z') }, { from: at('2026-07-01T10:20Z'), to: at('2026-07-01T12:00Z') }, { from: at('2026-07-01T11:00Z'), to: at('2026-07-01T12:00Z') },
    ]);
    expect(sums.map(({ net, records }) => [net, records])).toEqual([['100/3', 1], ['200/3', 1], ['0', 0]]);
  });

  it('of no windows ask nothing', async () => {
    expect(await floors.salesQueries.sums(floors.reader, subject(), [])).toEqual([]);
  });
});

const SHARED = process.env['MAKEGOOD_TEST_DATA'] ?? '../shared';
const REAL = join(SHARED, 'data/sales/uci-online-retail-hourly.csv');
const whenThere = existsSync(REAL) || process.env['TEST_DATA_REQUIRED'] === '1' ? describe : describe.skip;

whenThere('a real year of one shop', () => {
  const mapping = JSON.stringify({ at: 'hour_local_europe_london', gross: 'gross_sales_gbp', refunds: 'returns_gbp', zone: 'Europe/London', period: 'PT1H' });

  it('is read whole, its returns kept apart, and adds up week by week', async () => {
    const set = value(await upload(createReadStream(REAL), { mapping }));
    expect([set.lineCount, set.granularityMs, set.totals?.gross.amount, set.totals?.looseRefunds.amount, set.totals?.negativeLines])
      .toEqual([2_938, HOUR, '10644560.42', '896812.49', 1]);
    expect(set.proposedCoverage).toEqual([{ from: '2010-12-01T08:00:00.000Z', to: '2011-12-09T13:00:00.000Z' }]);
    const first = at('2010-11-29T00:00Z');
    const weeks = Array.from({ length: 54 }, (_, week) => ({ from: instant(first + week * 168 * HOUR), to: instant(first + (week + 1) * 168 * HOUR) }));
    const sums = await floors.salesQueries.sums(floors.reader, set.id, weeks);
    expect(formatRatio(sums.reduce((sum, { net }) => addRatio(sum, exact(net)), ZERO))).toBe('1064456042');
    const [summer] = await floors.salesQueries.sums(floors.reader, set.id, [{ from: at('2011-07-05T09:00Z'), to: at('2011-07-05T10:00Z') }]);
    const [line] = await floors.reader.query<{ minor: string }>(`SELECT net_minor::text AS minor FROM sales_record WHERE set_id = $1 AND kind = 'sale' AND at = '2011-07-05 10:00 Europe/London'`, [set.id]);
    expect(summer?.net).toBe(line?.minor);
  });
});
