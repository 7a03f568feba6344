import type { Refusal } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money, multiplyRatio, ratio, roundRatio } from '../../../core/money/index.js';
import { formatInstant, type IntervalSet } from '../../../core/time/index.js';
import type { EvidenceState, SalesSetRow, SalesSource, StoredTotals } from '../sales-sets.repository.js';
import type { DroppedRows } from '../till/till-summary.rules.js';
import { taxFactor, type SalesConversion, type TaxBasis } from '../tax-basis.rules.js';

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
  /** Whether what counts holds tax. */
  readonly basis: TaxBasis;
  /** How the file's amounts come to hold what counts; left out where they do. */
  readonly conversion?: SalesConversionView;
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

export type SalesConversionView = SalesConversion & {
  /** By a rate: what was sold in the end as it counts. Totals stay as the file states them; sums of a window are converted exactly, and only this is rounded, to be shown. */
  readonly counted?: MoneyText;
  readonly rounding?: 'half_up';
  /** By a column: the tax of these sales, which the totals leave out or hold. */
  readonly tax?: MoneyText;
};

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
    ...(row.conversion === null ? {} : { conversion: conversionView(row.conversion, totals, text) }),
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

function conversionView(conversion: SalesConversion, totals: StoredTotals | null, text: (minor: string) => MoneyText): SalesConversionView {
  if (totals === null) return conversion;
  const factor = taxFactor(conversion);
  if (factor === undefined) return { ...conversion, tax: text(totals.taxMinor) };
  return { ...conversion, counted: text(roundRatio(multiplyRatio(ratio(BigInt(totals.netMinor)), factor), 'half_up').toString()), rounding: 'half_up' };
}
