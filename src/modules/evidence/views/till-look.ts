import type { Refusal } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money } from '../../../core/money/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { TillUploadRow, TillUploadState } from './till-upload-row.js';
import type { TillColumns, TillMapping, TillMeaning, TillQuestion, TillShape } from '../till/till-mapping.rules.js';
import type { TillItem } from '../till/till-row.rules.js';
import type { TillReading, TillSurvey } from '../till/till.importer.js';
import type { SalesConversion } from '../tax-basis.rules.js';
import type { MoneyText } from './sales-set-view.js';

/** A line as it stands in the file beside what it is read as. */
export interface PreviewLine {
  readonly line: number;
  readonly raw: readonly string[];
  readonly read: readonly { readonly kind: string; readonly at: string; readonly periodMs: number; readonly amount: MoneyText; readonly id?: string; readonly refundOf?: string }[];
  readonly faults: readonly Refusal[];
  /** Why it counts for nothing, when it does not. */
  readonly dropped?: string;
}

/** What was found out about a file. */
export interface TillFound {
  readonly shape: TillShape;
  readonly sheets: readonly string[];
  readonly headerRow: number;
  readonly header: readonly string[];
  /** The till it seems to come from. */
  readonly layout?: string;
  /** Somebody of this business said before how such a file is to be read. */
  readonly isRemembered: boolean;
  readonly columns: TillColumns;
  readonly meaning: Partial<Omit<TillMeaning, 'columns'>>;
  /** How amounts come to hold what counts; the lines shown stay as the file states them where one rate converts. */
  readonly conversion?: SalesConversion;
}

/** An upload as it is looked at: what was found, what is open, and what its first lines are read as. */
export interface TillLook {
  readonly id: string;
  readonly fileName?: string;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly uploadedAt: string;
  readonly state: TillUploadState;
  readonly doneBytes: number;
  readonly setId?: string;
  readonly found?: TillFound;
  readonly questions: readonly TillQuestion[];
  readonly preview: readonly PreviewLine[];
  /** Nothing is open: it can be read as it is. */
  readonly isReady: boolean;
  /** Why it cannot be used, where that is known. */
  readonly refusal?: Refusal;
}

export const foundIn = ({ draft, header, sheets = [], layout, isRemembered }: TillSurvey): TillFound => {
  const { shape, headerRow, fingerprint: _fingerprint, columns, conversion, ...meaning } = draft;
  return { shape, sheets, headerRow, header, columns, meaning, isRemembered, ...(conversion === undefined ? {} : { conversion }), ...(layout === undefined ? {} : { layout: layout.code }) };
};

export function previewLine({ row, items }: TillReading, { currency }: Pick<TillMapping, 'currency'>): PreviewLine {
  const dropped = items.find((item) => item.type === 'dropped');
  return {
    line: row.line, raw: row.fields,
    read: items.flatMap((item) => (item.type === 'record' ? [recordView(item, currency)] : [])),
    faults: items.flatMap((item) => (item.type === 'fault' ? [item.fault] : [])),
    ...(dropped === undefined ? {} : { dropped: dropped.reason }),
  };
}

function recordView({ record }: Extract<TillItem, { type: 'record' }>, currency: string): PreviewLine['read'][number] {
  const { kind, at, periodMs, amountMinor, id, refundOf } = record;
  return {
    kind, at: formatInstant(at), periodMs, amount: { amount: formatMoney(money(amountMinor, currencyOf(currency))), currency },
    ...(id === undefined ? {} : { id }), ...(refundOf === undefined ? {} : { refundOf }),
  };
}

export const uploadHead = (row: Pick<TillUploadRow, 'id' | 'fileName' | 'fileBytes' | 'fileSha256' | 'uploadedAt' | 'state' | 'doneBytes' | 'setId'>) => ({
  id: row.id, fileBytes: row.fileBytes, fileSha256: row.fileSha256, uploadedAt: formatInstant(row.uploadedAt), state: row.state, doneBytes: row.doneBytes,
  ...(row.fileName === null ? {} : { fileName: row.fileName }), ...(row.setId === null ? {} : { setId: row.setId }),
});
