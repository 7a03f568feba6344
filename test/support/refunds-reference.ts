import type { RecordKind, SalesLine } from '../../src/core/sales/index.js';
import type { Instant } from '../../src/core/time/index.js';

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

/** A sale that something may still be taken back from. */
interface OpenSale {
  readonly line: SalesLine;
  remaining: bigint;
}

/** What cannot be: an id that stands twice, more taken back than was sold, the same time totalled twice. */
export interface SalesFault {
  readonly code: 'id_repeated' | 'refund_exceeds_sale' | 'periods_overlap';
  readonly line: number;
  /** The line it clashes with. */
  readonly other: number;
  readonly id?: string;
  readonly kind?: RecordKind;
}

type Report = (fault: SalesFault) => void;

/**
 * The simple way, with all lines in memory: what the database is held against.
 *
 * Matches refunds and voids with the sales they name, wherever in the file these stand. Minor units, no rounding.
 *
 * A named refund counts at its sale and reduces it; more than the sale is a fault. A refund that names no sale of this file
 * reduces nothing and is kept apart. A void takes its sale back whole; one that names none was never a sale and adds nothing.
 * Faults are reported one by one, so that the caller bounds how many it keeps. Edge: a refund of exactly the whole sale is none.
 * Source: a year of one shop, where returns are 8.4 % of gross and one hour holds +171,679 and -168,502.
 */
export function matchRefunds(lines: readonly SalesLine[], report: Report): MatchedSales {
  const sales = new Map<string, OpenSale>();
  for (const line of lines) {
    if (line.kind !== 'sale' || line.id === undefined) continue;
    const before = sales.get(line.id);
    if (before === undefined) sales.set(line.id, { line, remaining: line.amountMinor });
    else report({ code: 'id_repeated', line: line.line, other: before.line.line, id: line.id });
  }
  checkTotalsOverlap(lines, report);
  const named = new Map<SalesLine, SalesLine>();
  for (const line of lines) {
    const sale = line.kind === 'sale' || line.refundOf === undefined ? undefined : sales.get(line.refundOf);
    if (sale === undefined) continue;
    takeBack(line, sale, report);
    named.set(line, sale.line);
  }
  return new MatchedSales(lines, named);
}

function takeBack(line: SalesLine, sale: OpenSale, report: Report): void {
  sale.remaining -= line.kind === 'void' ? sale.line.amountMinor : line.amountMinor;
  if (sale.remaining < 0n) report({ code: 'refund_exceeds_sale', line: line.line, other: sale.line.line, id: line.refundOf ?? '', kind: line.kind });
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
function checkTotalsOverlap(lines: readonly SalesLine[], report: Report): void {
  const totals = lines.filter(({ kind, periodMs }) => kind === 'sale' && periodMs > 0).sort((a, b) => a.at - b.at || a.line - b.line);
  let last: SalesLine | undefined;
  for (const line of totals) {
    if (last !== undefined && line.at < last.at + last.periodMs) {
      const [earlier, later] = line.line < last.line ? [line, last] : [last, line];
      report({ code: 'periods_overlap', line: later.line, other: earlier.line });
    }
    if (last === undefined || line.at + line.periodMs > last.at + last.periodMs) last = line;
  }
}

/** What a file comes to, shown back to whoever uploaded it. Net = gross - named; loose refunds stand beside. Edge: no records, all nought. */
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
