import { Injectable } from '@nestjs/common';
import { addRatio, formatRatio, multiplyRatio, ONE, parseRatio, ratio, ZERO, type Ratio } from '../../core/money/index.js';
import type { SalesFacts, WindowSum } from '../../core/policy/index.js';
import type { Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { SalesSetsRepository, type EvidenceState, type HeaderRow, type SalesSetRow, type SetWindow } from './sales-sets.repository.js';
import { salesSetView, type SalesSetView } from './views/sales-set-view.js';

/** What an assessment freezes about a sales set, beside its sums. */
export interface SalesHeader extends Omit<SalesFacts, 'sums'> {
  readonly number: number;
  readonly recordsSha256: string;
  /** Until the merchant confirms, the coverage is only what the records span. */
  readonly coverageConfirmed: boolean;
}

@Injectable()
export class SalesQueries {
  constructor(private readonly sets: SalesSetsRepository) {}

  /** The set that counts for a subject, if any of its files could be read. */
  async header(reader: Reader, subjectId: string): Promise<SalesHeader | undefined> {
    const row = await this.sets.current(reader, subjectId);
    return row === undefined ? undefined : currentHeader(row);
  }

  /** As `header`, for many subjects in one statement; a subject without a set has none. */
  async headers(reader: Reader, subjectIds: readonly string[]): Promise<ReadonlyMap<string, SalesHeader>> {
    return new Map((await this.sets.currentOf(reader, subjectIds)).map((row) => [row.subjectId, currentHeader(row)]));
  }

  /** Headers by set, for many at once; a set that could not be read has none. */
  async headersOfSets(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, SalesHeader>> {
    const rows = ids.length === 0 ? [] : await this.sets.headers(reader, ids);
    return new Map(rows.map((row) => [row.id, headerOf(row)]));
  }

  /**
   * What was sold in each window, exactly, with or without tax as the set counts; in the order asked for. One statement, however many windows.
   * Edge: a window without records sums to 0, which says nothing about whether the file covers it.
   */
  sums(reader: Reader, setId: string, windows: readonly Interval[]): Promise<WindowSum[]> {
    return this.sumsOf(reader, windows.map(({ from, to }) => ({ setId, from, to })));
  }

  /** As `sums`, for windows of many sets. */
  async sumsOf(reader: Reader, windows: readonly SetWindow[]): Promise<WindowSum[]> {
    if (windows.length === 0) return [];
    const totals = windows.map(() => ({ net: ZERO, loose: ZERO, records: 0 }));
    for (const part of await this.sets.sums(reader, windows)) {
      const total = totals[part.window - 1];
      if (total === undefined) throw new TypeError('a sum for a window nobody asked for');
      const period = part.periodMs === '0' ? 1n : BigInt(part.periodMs);
      const factor = part.factor === null ? ONE : factorOf(part.factor);
      total.net = addRatio(total.net, multiplyRatio(share(part.net, period), factor));
      total.loose = addRatio(total.loose, multiplyRatio(share(part.loose, period), factor));
      total.records += part.sales;
    }
    return windows.map(({ from, to }, index) => {
      const { net, loose, records } = totals[index] as (typeof totals)[number];
      return { from, to, net: formatRatio(net), looseRefunds: formatRatio(loose), records };
    });
  }

  /** Whether the subject's sales could be read: the latest file that could counts, failed ones after it do not undo it. */
  async evidenceStates(reader: Reader, subjectIds: readonly string[]): Promise<ReadonlyMap<string, EvidenceState>> {
    return new Map((await this.sets.parsed(reader, subjectIds)).map(({ subjectId, parsed }) => [subjectId, parsed ? 'parsed' : 'failed']));
  }

  /** Every upload of a subject, oldest first. */
  async list(reader: Reader, subjectId: string): Promise<SalesSetView[]> {
    return (await this.sets.ofSubject(reader, subjectId)).map(salesSetView);
  }
}

const currentHeader = (row: SalesSetRow): SalesHeader =>
  headerOf({ ...row, isConfirmed: row.coverage.length > 0, coverage: row.coverage.length > 0 ? row.coverage : row.proposedCoverage });

const headerOf = (row: HeaderRow): SalesHeader => ({
  setId: row.id,
  number: row.number,
  fileSha256: row.fileSha256,
  recordsSha256: row.recordsSha256,
  currency: row.currency,
  basis: row.basis,
  ...(row.conversion === null ? {} : { conversion: row.conversion }),
  coverage: row.coverage,
  coverageConfirmed: row.isConfirmed,
  granularityMs: row.granularityMs,
});

function factorOf(text: string): Ratio {
  const read = parseRatio(text);
  if (!read.ok) throw new TypeError(`tax factor ${text} is not a ratio`);
  return read.value;
}

/** numeric sums come without a fraction: whole minor units times whole milliseconds. */
const share = (sum: string, period: bigint): Ratio => ratio(BigInt(sum), period);
