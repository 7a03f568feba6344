import type { Refusal } from '../../../core/errors/index.js';
import type { RecordKind } from '../../../core/sales/index.js';
import type { Instant, IntervalSet } from '../../../core/time/index.js';
import { LineFaults } from '../line-faults.rules.js';
import type { DropReason, TillItem } from './till-row.rules.js';

export interface KindTotal {
  readonly count: number;
  readonly minor: bigint;
}

export interface DroppedRows {
  readonly reason: DropReason;
  readonly count: number;
  /** The first of them. */
  readonly lines: readonly number[];
}

/** What a file came to: shown back before anything is used. */
export interface TillSummary {
  readonly records: number;
  readonly totals: Readonly<Record<RecordKind, KindTotal>>;
  /** Left out of the amounts. */
  readonly tipsMinor: bigint;
  /** Tax of sales that was taken off the amounts or put on them, line by line. */
  readonly taxMinor: bigint;
  readonly first?: Instant;
  readonly last?: Instant;
  readonly proposedCoverage: IntervalSet;
  readonly dropped: readonly DroppedRows[];
  readonly faultCount: number;
  /** In the order of the file; not all of them when there are many. */
  readonly faults: readonly Refusal[];
}

const MOST_LINES_SHOWN = 20;

/** Adds up what a reading yields, item by item, in constant memory. */
export class TillTally {
  readonly #totals: Record<RecordKind, { count: number; minor: bigint }> = { sale: { count: 0, minor: 0n }, refund: { count: 0, minor: 0n }, void: { count: 0, minor: 0n } };
  readonly #dropped = new Map<DropReason, { count: number; lines: number[] }>();
  readonly faults = new LineFaults();
  #records = 0;
  #tips = 0n;
  #tax = 0n;
  #first = Number.MAX_SAFE_INTEGER;
  #last = Number.MIN_SAFE_INTEGER;
  #end = Number.MIN_SAFE_INTEGER;

  take(item: TillItem): void {
    if (item.type === 'fault') {
      this.faults.add(item.fault);
    } else if (item.type === 'dropped') {
      const before = this.#dropped.get(item.reason) ?? { count: 0, lines: [] };
      before.count += 1;
      if (before.lines.length < MOST_LINES_SHOWN) before.lines.push(item.line);
      this.#dropped.set(item.reason, before);
    } else {
      const { kind, at, periodMs, amountMinor, tipMinor, taxMinor } = item.record;
      this.#records += 1;
      this.#totals[kind].count += 1;
      this.#totals[kind].minor += amountMinor;
      this.#tips += tipMinor;
      if (kind === 'sale') this.#tax += taxMinor;
      this.#first = Math.min(this.#first, at);
      this.#last = Math.max(this.#last, at);
      this.#end = Math.max(this.#end, at + Math.max(periodMs, 1));
    }
  }

  get summary(): TillSummary {
    const hasRecords = this.#records > 0;
    return {
      records: this.#records, totals: this.#totals, tipsMinor: this.#tips, taxMinor: this.#tax,
      ...(hasRecords ? { first: this.#first as Instant, last: this.#last as Instant } : {}),
      proposedCoverage: hasRecords ? [{ from: this.#first as Instant, to: this.#end as Instant }] : [],
      dropped: [...this.#dropped].map(([reason, { count, lines }]) => ({ reason, count, lines })),
      faultCount: this.faults.count, faults: this.faults.inOrder,
    };
  }
}
