import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatInstant, HOUR, normalise, type Instant, type Interval, type IntervalSet } from '../../core/time/index.js';
import type { SalesLine } from './sales-lines.rules.js';

/** A line with its place in the sums: where it counts, and what it adds to net sales or to loose refunds. */
export interface SalesRecord extends SalesLine {
  /** Instant at which it counts: its sale's for a refund that names one, its own otherwise. */
  readonly countsAt: Instant;
  readonly countsPeriodMs: number;
  readonly netMinor: bigint;
  readonly looseMinor: bigint;
}

export interface SalesTotals {
  readonly sales: number;
  readonly grossMinor: bigint;
  /** Refunds and voids that name a sale of the file: they reduce that sale. */
  readonly namedMinor: bigint;
  /** Refunds that name none: kept apart, they reduce nothing. */
  readonly looseMinor: bigint;
  readonly netMinor: bigint;
  /** Totals below nought: corrections booked in an hour of few sales. They count as they stand, and are shown. */
  readonly negativeLines: number;
}

/** Faults with a bounded list: a file of a million bad lines is told in a hundred. */
export class LineFaults {
  readonly first: Refusal[] = [];
  count = 0;

  add(...faults: readonly Refusal[]): void {
    this.count += faults.length;
    for (const fault of faults) if (this.first.length < MOST_FAULTS) this.first.push(fault);
  }

  /** In the order of the file. */
  get inOrder(): readonly Refusal[] {
    return [...this.first].sort((a, b) => Number(a.params['line']) - Number(b.params['line']));
  }
}

const MOST_FAULTS = 100;

/** A sale that something may still be taken back from. */
interface OpenSale {
  readonly line: SalesLine;
  remaining: bigint;
}

/**
 * Matches refunds and voids with the sales they name, wherever in the file these stand.
 *
 * A named refund counts at its sale and reduces it; more than the sale is a fault. A refund that names no sale of this file
 * reduces nothing and is kept apart. A void takes its sale back whole; one that names none was never a sale and adds nothing.
 * Faults: `evidence.id_repeated`, `evidence.refund_exceeds_sale`, `evidence.periods_overlap`.
 */
export function matchRefunds(lines: readonly SalesLine[], faults: LineFaults): MatchedSales {
  const sales = new Map<string, OpenSale>();
  for (const line of lines) {
    if (line.kind !== 'sale' || line.id === undefined) continue;
    const before = sales.get(line.id);
    if (before === undefined) sales.set(line.id, { line, remaining: line.amountMinor });
    else faults.add({ code: 'evidence.id_repeated', params: { line: line.line, id: line.id, other: before.line.line } });
  }
  checkTotalsOverlap(lines, faults);
  const named = new Map<SalesLine, SalesLine>();
  for (const line of lines) {
    const sale = line.kind === 'sale' || line.refundOf === undefined ? undefined : sales.get(line.refundOf);
    if (sale === undefined) continue;
    takeBack(line, sale, faults);
    named.set(line, sale.line);
  }
  return new MatchedSales(lines, named);
}

function takeBack(line: SalesLine, sale: OpenSale, faults: LineFaults): void {
  sale.remaining -= line.kind === 'void' ? sale.line.amountMinor : line.amountMinor;
  if (sale.remaining >= 0n) return;
  faults.add({
    code: 'evidence.refund_exceeds_sale', params: { line: line.line, value: line.kind, id: line.refundOf ?? '', other: sale.line.line },
  });
}

/** The lines of a file with their place in the sums, made one by one: a year of a busy till is a million of them. */
export class MatchedSales implements Iterable<SalesRecord> {
  constructor(readonly lines: readonly SalesLine[], private readonly named: ReadonlyMap<SalesLine, SalesLine>) {}

  *[Symbol.iterator](): Generator<SalesRecord> {
    for (const line of this.lines) yield this.#record(line);
  }

  #record(line: SalesLine): SalesRecord {
    if (line.kind === 'sale') return counted(line, line, line.amountMinor, 0n);
    const sale = this.named.get(line);
    if (line.kind === 'refund') return sale === undefined ? counted(line, line, 0n, line.amountMinor) : counted(line, sale, -line.amountMinor, 0n);
    const amountMinor = sale?.amountMinor ?? 0n;
    return counted({ ...line, amountMinor }, sale ?? line, -amountMinor, 0n);
  }
}

const counted = (line: SalesLine, place: SalesLine, netMinor: bigint, looseMinor: bigint): SalesRecord => ({
  ...line, countsAt: place.at, countsPeriodMs: place.periodMs, netMinor, looseMinor,
});

/** Totals of the same time, as in a file pasted twice, would count it twice. */
function checkTotalsOverlap(lines: readonly SalesLine[], faults: LineFaults): void {
  const totals = lines.filter(({ kind, periodMs }) => kind === 'sale' && periodMs > 0).sort((a, b) => a.at - b.at || a.line - b.line);
  let last: SalesLine | undefined;
  for (const line of totals) {
    if (last !== undefined && line.at < last.at + last.periodMs) {
      const [earlier, later] = line.line < last.line ? [line, last] : [last, line];
      faults.add({ code: 'evidence.periods_overlap', params: { line: later.line, other: earlier.line } });
    }
    if (last === undefined || line.at + line.periodMs > last.at + last.periodMs) last = line;
  }
}

export function totalsOf(records: Iterable<SalesRecord>): SalesTotals {
  let [sales, negativeLines, grossMinor, namedMinor, looseMinor] = [0, 0, 0n, 0n, 0n];
  for (const { kind, netMinor, looseMinor: loose } of records) {
    if (kind === 'sale') {
      sales += 1;
      if (netMinor < 0n) negativeLines += 1;
      grossMinor += netMinor;
    } else namedMinor -= netMinor;
    looseMinor += loose;
  }
  return { sales, grossMinor, namedMinor, looseMinor, netMinor: grossMinor - namedMinor, negativeLines };
}

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

/**
 * The time a file speaks for, as the merchant confirms it. Whether records lie outside it is asked of the records.
 *
 * Codes: `evidence.coverage_reversed`, `evidence.coverage_in_future`, `evidence.coverage_empty`.
 * Edge: gaps are fine where there is no record (a till that was broken).
 */
export function checkCoverage(intervals: readonly Interval[], uploadedAt: Instant): Result<IntervalSet> {
  for (const { from, to } of intervals) {
    if (from >= to) return refuse('evidence.coverage_reversed', { from: formatInstant(from), to: formatInstant(to) });
    if (to > uploadedAt) return refuse('evidence.coverage_in_future', { to: formatInstant(to), uploadedAt: formatInstant(uploadedAt) });
  }
  return intervals.length === 0 ? refuse('evidence.coverage_empty') : ok(normalise(intervals));
}
