import type { Refusal } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money } from '../../../core/money/index.js';
import { formatInstant, type IntervalSet } from '../../../core/time/index.js';
import type { EvidenceState, SalesSetRow, SalesSource } from '../sales-sets.repository.js';
import type { DroppedRows } from '../till/till-summary.rules.js';
import type { TaxBasis } from '../tax-basis.rules.js';

export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

export interface SalesSetView {
  readonly id: string;
  readonly subjectId: string;
  readonly number: number;
  readonly state: EvidenceState;
  readonly fileName?: string;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly recordsSha256: string;
  readonly lineCount: number;
  readonly currency: string;
  readonly basis: TaxBasis;
  /** Length of the longest time one line stands for; 0 when every line is one sale. */
  readonly granularityMs: number;
  readonly totals?: {
    readonly sales: number;
    readonly gross: MoneyText;
    readonly refundsOfNamedSales: MoneyText;
    readonly looseRefunds: MoneyText;
    readonly net: MoneyText;
    /** Lines of totals below nought: they count as they stand. */
    readonly negativeLines: number;
    /** Tips and the like, left out of the amounts above. */
    readonly leftOut: MoneyText;
  };
  /** Rows that counted for nothing, such as sums and repeated headers, with the first of their lines. */
  readonly dropped: readonly DroppedRows[];
  /** Totals of days typed by hand, or a file; a file may have come from another device. */
  readonly source: SalesSource;
  readonly handedOver: boolean;
  readonly proposedCoverage: readonly { readonly from: string; readonly to: string }[];
  readonly coverage: readonly { readonly from: string; readonly to: string }[];
  readonly coverageConfirmed: boolean;
  /** Part of a filed claim: it does not change any more. */
  readonly frozen: boolean;
  readonly faultCount: number;
  readonly faults: readonly Refusal[];
  readonly uploadedAt: string;
  readonly version: number;
}

const intervalsView = (set: IntervalSet): { from: string; to: string }[] =>
  set.map(({ from, to }) => ({ from: formatInstant(from), to: formatInstant(to) }));

export function salesSetView(row: SalesSetRow): SalesSetView {
  const text = (minor: string): MoneyText => ({ amount: formatMoney(money(BigInt(minor), currencyOf(row.currency))), currency: row.currency });
  const { totals } = row;
  return {
    id: row.id,
    subjectId: row.subjectId,
    number: row.number,
    state: row.state,
    ...(row.fileName === null ? {} : { fileName: row.fileName }),
    fileBytes: row.fileBytes,
    fileSha256: row.fileSha256,
    recordsSha256: row.recordsSha256,
    lineCount: row.lineCount,
    currency: row.currency,
    basis: row.basis,
    granularityMs: row.granularityMs,
    ...(totals === null ? {} : {
      totals: {
        sales: totals.sales, gross: text(totals.grossMinor), refundsOfNamedSales: text(totals.namedMinor),
        looseRefunds: text(totals.looseMinor), net: text(totals.netMinor), negativeLines: totals.negativeLines, leftOut: text(totals.tipsMinor),
      },
    }),
    dropped: totals?.dropped ?? [],
    source: row.source,
    handedOver: row.isHandedOver,
    proposedCoverage: intervalsView(row.proposedCoverage),
    coverage: intervalsView(row.coverage),
    coverageConfirmed: row.coverage.length > 0,
    frozen: row.isUsed,
    faultCount: row.faultCount,
    faults: row.faults,
    uploadedAt: formatInstant(row.uploadedAt),
    version: row.version,
  };
}
