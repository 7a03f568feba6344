import { HOUR, type Instant, type IntervalSet } from '../time/index.js';
import type { SalesLine } from './sales-line.js';

/** The coarsest line decides: a file is as fine as its longest total. 0 when every line is one sale. */
export const granularityOf = (records: readonly SalesLine[]): number =>
  records.reduce((longest, { periodMs }) => (periodMs > longest ? periodMs : longest), 0);

/** From the first record to the end of the last. Edge: a sale at an instant occupies one millisecond. */
export function proposedCoverage(records: readonly SalesLine[]): IntervalSet {
  let [from, to] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (const { at, periodMs } of records) {
    if (at < from) from = at;
    if (at + Math.max(periodMs, 1) > to) to = at + Math.max(periodMs, 1);
  }
  return records.length === 0 ? [] : [{ from: from as Instant, to: to as Instant }];
}

/** Below this a few sales on the hour are chance. */
const LINES_THAT_LOOK_LIKE_TOTALS = 24;

/**
 * Whether lines without a stated period look like hourly totals. Then we ask instead of guessing: read as single sales, a whole
 * hour would count in the window its first instant lies in.
 */
export function looksLikeTotals(lines: readonly SalesLine[]): boolean {
  const sales = lines.filter(({ kind }) => kind === 'sale');
  return sales.length >= LINES_THAT_LOOK_LIKE_TOTALS
    && sales.every(({ at, periodMs }) => periodMs === 0 && at % (HOUR / 4) === 0)
    && new Set(sales.map(({ at }) => at)).size === sales.length;
}
