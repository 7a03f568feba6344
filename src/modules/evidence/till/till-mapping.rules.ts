import { createHash } from 'node:crypto';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { isCurrency, type CurrencyCode } from '../../../core/money/index.js';
import { isZone } from '../../../core/time/index.js';
import type { SalesConversion, TaxBasis } from '../tax-basis.rules.js';

/**
 * Parts a column of a till export can play. `to` ends the time that a line of totals speaks for; `refunds` is what was taken back in that time, of
 * sales nobody names; `refunded` is what was taken back of the sale on its own line, without a time of its own; `tax` is the value added tax on the
 * line, read only where amounts have to be converted by it.
 */
export const TILL_ROLES = [
  'at', 'to', 'date', 'time', 'month', 'zone', 'amount', 'tip', 'tax', 'kind', 'status', 'refunded', 'refunds', 'id', 'refundOf', 'currency',
] as const;
export type TillRole = (typeof TILL_ROLES)[number];
export type TillColumns = Readonly<Partial<Record<TillRole, string>>>;

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'cp949', 'windows-1252'] as const;
export type TillEncoding = (typeof ENCODINGS)[number];
export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];
export const DATE_ORDERS = ['ymd', 'dmy', 'mdy', 'serial'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];
export const DECIMAL_MARKS = ['.', ','] as const;
export type DecimalMark = (typeof DECIMAL_MARKS)[number];
export const COMPACT_TIMES = ['hhmm', 'hhmmss'] as const;
export type CompactTime = (typeof COMPACT_TIMES)[number];
/** What one line stands for: a sale, or everything sold in a time that begins where the line says. */
export const LINE_UNITS = ['sale', 'quarter_hour', 'half_hour', 'hour', 'day'] as const;
export type LineUnit = (typeof LINE_UNITS)[number];

/** How the bytes become rows. */
export type TillShape =
  | { readonly kind: 'text'; readonly encoding: TillEncoding; readonly delimiter: Delimiter }
  | { readonly kind: 'xlsx'; readonly sheet: string };

/** What the rows mean: remembered for every later file with the same header. */
export interface TillMeaning {
  readonly columns: TillColumns;
  readonly currency: CurrencyCode;
  /** Whether the amounts hold value added tax. */
  readonly basis: TaxBasis;
  /** The one rate of tax by which all amounts are converted, in percent of the amount without tax; only where no column says it line by line. */
  readonly taxRatePercent?: string;
  readonly decimalMark: DecimalMark;
  readonly dateOrder: DateOrder;
  /** Width of times written as figures only: `813` is 08:13 or 00:08:13. */
  readonly compactTime?: CompactTime;
  /** Times of the file say morning or afternoon: one that does not could be either. */
  readonly halfDays?: 'marked';
  /** IANA zone of times that name none. */
  readonly zone?: string;
  /** `day`: the file has dates and no times, so that a line speaks for its whole local day. A column `to` comes before it. */
  readonly lineIs: LineUnit;
  /** A line that does not say its kind is a sale: in tills that mark only what is taken back, and in files without any refund. */
  readonly blankKind?: 'sale';
}

/** Everything needed to read a file, without a guess. */
export interface TillMapping extends TillMeaning {
  readonly shape: TillShape;
  /** Row of the header, from 1, blank rows not counted. */
  readonly headerRow: number;
  /** Hash of the header: the same layout again has the same. */
  readonly fingerprint: string;
  /** How amounts come to hold what counts; left out where they do already. */
  readonly conversion?: SalesConversion;
}

/** What detection found; what it could not know is a question. */
export type TillDraft = Partial<TillMeaning> & Pick<TillMapping, 'shape' | 'headerRow' | 'fingerprint' | 'columns' | 'conversion'>;

export const TILL_QUESTIONS = ['zone', 'basis', 'taxRate', 'currency', 'dateOrder', 'decimalMark', 'lineIs', 'kind', 'headerRow', 'encoding', 'time', 'amount'] as const;
/** Asked, never guessed. `options` are the answers that fit the file; `example` a value that fits more than one. */
export interface TillQuestion {
  readonly about: (typeof TILL_QUESTIONS)[number];
  readonly options?: readonly string[];
  readonly example?: string;
}

/** A column's name as shown: one form of every character, no blanks around it, line breaks as blanks. */
export const columnName = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** A name as compared: case, blanks and underscores make no difference. */
export const nameKey = (text: string): string => text.normalize('NFC').toLowerCase().replace(/[\s_:\ufeff]+/gu, '');

/** Names of the two columns that a fault file adds; a corrected fault file has the layout of its original. */
export const FAULT_COLUMNS = { code: 'Makegood: error', column: 'Makegood: column' } as const;
const OWN = new Set(Object.values(FAULT_COLUMNS).map(nameKey));
export const isOwnColumn = (name: string): boolean => OWN.has(nameKey(name));

/** The same for every file of one layout, whatever its encoding, separator or titles. */
export function fingerprintOf(header: readonly string[]): string {
  const names = header.map(nameKey).filter((name) => !OWN.has(name));
  while (names.at(-1) === '') names.pop();
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}

/** Where each part stands. Codes: `evidence.column_missing`, `evidence.column_repeated`. */
export function columnIndex(header: readonly string[], columns: TillColumns): Result<Readonly<Partial<Record<TillRole, number>>>> {
  const keys = header.map(nameKey);
  const index: Partial<Record<TillRole, number>> = {};
  for (const [role, column] of Object.entries(columns) as [TillRole, string][]) {
    const place = keys.indexOf(nameKey(column));
    if (place < 0) {
      const names = header.map(columnName).filter((name) => name !== '');
      return refuse('evidence.column_missing', { column, role, columns: names });
    }
    if (keys.lastIndexOf(nameKey(column)) !== place) return refuse('evidence.column_repeated', { column });
    index[role] = place;
  }
  return ok(index);
}

/**
 * A draft with every question answered, or all that is still open, in words.
 * Codes: `evidence.till_unanswered` with one cause a question, `evidence.till_monthly`, `evidence.option_invalid`.
 * Edge: a file whose every time has its zone or offset needs none; the detection then asks no question about it.
 */
export function settleMapping(draft: TillDraft, open: readonly TillQuestion[] = []): Result<TillMapping> {
  const { columns, currency, basis, decimalMark, dateOrder, lineIs } = draft;
  const refused = monthly(columns) ?? invalid(draft);
  if (refused !== undefined) return { ok: false, refusal: refused };
  if (currency === undefined || basis === undefined || decimalMark === undefined || dateOrder === undefined || lineIs === undefined || open.length > 0) {
    return refuse('evidence.till_unanswered', { about: unanswered(draft, open) });
  }
  const missing = missingPart(columns);
  if (missing !== undefined) return { ok: false, refusal: missing };
  return ok({ ...draft, currency, basis, decimalMark, dateOrder, lineIs });
}

/** One line a month proves no hour, whatever else is known of the file. */
const monthly = ({ month, at, date }: TillColumns): Refusal | undefined =>
  (month !== undefined && at === undefined && date === undefined ? { code: 'evidence.till_monthly', params: { column: month } } : undefined);

function invalid({ currency, zone }: TillDraft): Refusal | undefined {
  const option = (name: string, value: string, expected: string): Refusal => ({ code: 'evidence.option_invalid', params: { option: name, value: value.slice(0, 80), expected } });
  if (currency !== undefined && !isCurrency(currency)) return option('currency', currency, 'an ISO 4217 code in capitals');
  return zone !== undefined && !isZone(zone) ? option('zone', zone, 'an IANA zone such as Europe/London') : undefined;
}

function unanswered(draft: TillDraft, open: readonly TillQuestion[]): string[] {
  const known: readonly (keyof TillDraft & TillQuestion['about'])[] = ['currency', 'basis', 'decimalMark', 'dateOrder', 'lineIs'];
  return [...new Set([...open.map(({ about }) => about), ...known.filter((about) => draft[about] === undefined)])];
}

function missingPart(columns: TillColumns): Refusal | undefined {
  const unclear = (reason: string): Refusal => ({ code: 'evidence.mapping_unclear', params: { reason } });
  if (columns.at === undefined && columns.date === undefined) return unclear('The mapping does not say which column holds the time.');
  if (columns.at !== undefined && columns.date !== undefined) return unclear('Map either one column with date and time, or a date column and a time column.');
  if (columns.amount === undefined) return unclear('The mapping does not say which column holds the amount.');
  if (columns.refunds !== undefined && (columns.kind ?? columns.status) !== undefined) return unclear('A line of totals has no kind.');
  const used = Object.values(columns).map(nameKey);
  // A payment's status often says its kind too.
  const shared = columns.kind !== undefined && columns.kind === columns.status ? 1 : 0;
  return new Set(used).size + shared < used.length ? unclear('One column cannot play two parts.') : undefined;
}
