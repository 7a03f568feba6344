import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { currency } from '../../src/core/money/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { nameKey, settleMapping, type TillMapping } from '../../src/modules/evidence/till/till-mapping.rules.js';
import type { TillRecord } from '../../src/modules/evidence/till/till-row.rules.js';
import { bufferSource } from '../../src/modules/evidence/till/till-source.importer.js';
import { readTill, surveyTill } from '../../src/modules/evidence/till/till.importer.js';
import { sharedBytes } from './shared-data.js';

/** A real layout, what it is known to hold (added up by hand from the file), and how it stands on disk. */
export interface KnownFile {
  readonly name: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly titles: number;
  readonly currency: string;
  readonly expected: { readonly sales: number; readonly saleMinor: bigint; readonly refunds: number; readonly refundMinor: bigint };
  /** Columns whose values count. */
  readonly mapped: readonly string[];
  readonly dates: readonly string[];
  readonly amounts: readonly string[];
  readonly id?: string;
}

const file = (name: string, encoding: string, delimiter: string, titles: number, code: string, expected: readonly [number, bigint, number, bigint],
  columns: Pick<KnownFile, 'mapped' | 'dates' | 'amounts'> & { id?: string }): KnownFile => ({
  name, encoding, delimiter, titles, currency: code, expected: { sales: expected[0], saleMinor: expected[1], refunds: expected[2], refundMinor: expected[3] }, ...columns,
});

export const KNOWN_FILES: readonly KnownFile[] = [
  file('eu-pos.semicolon.cp1252.csv', 'windows-1252', ';', 0, 'EUR', [21, 180_270n, 0, 0n], { mapped: ['Datum', 'Uhrzeit', 'Brutto', 'Währung'], dates: ['Datum'], amounts: ['Brutto'], id: 'Belegnummer' }),
  file('excel-unicode-text.utf16le.tsv', 'utf-16le', '\t', 0, 'KRW', [15, 409_000n, 0, 0n], { mapped: ['날짜', '시간', '매출'], dates: ['날짜'], amounts: ['매출'] }),
  file('hometax-cash-receipts.cp949.csv', 'cp949', ',', 2, 'KRW', [30, 876_800n, 1, 22_000n], { mapped: ['매출일시', '총금액', '거래구분'], dates: [], amounts: ['총금액'], id: '승인번호' }),
  file('kr-card-approvals.utf8bom.csv', 'utf-8', ',', 0, 'KRW', [27, 798_920n, 3, 77_880n], { mapped: ['거래일자', '거래시간', '승인금액', '승인구분'], dates: ['거래일자'], amounts: ['승인금액'], id: '승인번호' }),
  file('shopify-orders_export.csv', 'utf-8', ',', 0, 'USD', [10, 56_820n, 0, 0n], { mapped: ['Created at', 'Total', 'Financial Status', 'Currency'], dates: [], amounts: ['Total'], id: 'Name' }),
  file('square-transactions.csv', 'utf-8', ',', 0, 'USD', [60, 184_670n, 1, 3_576n], { mapped: ['Date', 'Time', 'Time Zone', 'Net Sales', 'Event Type'], dates: ['Date'], amounts: ['Net Sales'], id: 'Transaction ID' }),
  file('stripe-unified-payments.csv', 'utf-8', ',', 0, 'USD', [17, 49_522n, 0, 0n], { mapped: ['Created (UTC)', 'Amount', 'Status', 'Currency'], dates: [], amounts: ['Amount'], id: 'id' }),
];
export const MONTHLY_FILE = 'hometax-card-monthly.cp949.csv';

/** A file taken apart: what stands above the header, the header, the lines. */
export interface Table {
  readonly titles: string[][];
  header: string[];
  lines: string[][];
}

export const layoutBytes = (name: string): Buffer | undefined => sharedBytes('data', 'sales', 'layouts', name);

export function tableOf(known: KnownFile, bytes: Buffer): Table {
  const rows: string[][] = parse(iconv.decode(bytes, known.encoding), { delimiter: known.delimiter, relax_column_count: true, skip_empty_lines: true });
  return { titles: rows.slice(0, known.titles), header: rows[known.titles] ?? [], lines: rows.slice(known.titles + 1) };
}

export const placeOf = (table: Table, column: string): number => table.header.findIndex((name) => nameKey(name) === nameKey(column));

export interface Writing {
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly isQuoted: boolean;
}

export function written({ titles, header, lines }: Table, { delimiter, lineEnd, isQuoted }: Writing): string {
  const cell = (text: string): string => (isQuoted || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [...titles, header, ...lines].map((row) => row.map(cell).join(delimiter)).join(lineEnd) + lineEnd;
}

export const TILL_ENCODINGS = ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'cp949', 'windows-1252'] as const;
export type WrittenEncoding = (typeof TILL_ENCODINGS)[number];

export const encode = (text: string, encoding: WrittenEncoding): Buffer =>
  iconv.encode(text, encoding === 'utf-8 with BOM' ? 'utf-8' : encoding, { addBOM: encoding.includes('BOM') || encoding.startsWith('utf-16') });

export const canEncode = (text: string, encoding: WrittenEncoding): boolean =>
  encoding.startsWith('utf') || iconv.decode(iconv.encode(text, encoding), encoding) === text;

export type Outcome = { readonly told: string; readonly records?: never } | { readonly records: readonly TillRecord[]; readonly mapping: TillMapping; readonly told?: never };

export const AFTER = Date.UTC(2027, 0, 1) as Instant;

/** Reads as a person would who answers the zone and the tax basis, and nothing else. */
export async function outcomeOf(bytes: Buffer, code: string, zone: string): Promise<Outcome> {
  const source = bufferSource(bytes);
  const survey = await surveyTill(source, { currency: currency(code) });
  if (!survey.ok) return { told: survey.refusal.code };
  const { draft, questions } = survey.value;
  const mapping = settleMapping({ zone, basis: 'gross', ...draft }, questions.filter(({ about }) => about !== 'zone' && about !== 'basis'));
  if (!mapping.ok) return { told: `${mapping.refusal.code} ${JSON.stringify(mapping.refusal.params)}` };
  const records: TillRecord[] = [];
  const read = await readTill(source, mapping.value, AFTER, (item) => {
    if (item.type === 'record') records.push(item.record);
  });
  if (!read.ok) return { told: read.refusal.code };
  const [fault] = read.value.faults;
  return fault === undefined ? { records, mapping: mapping.value } : { told: `${fault.code} ${JSON.stringify(fault.params)}` };
}

/** What counts of records, whatever order they stand in. */
export const essence = (records: readonly TillRecord[]): string[] => records.map(({ kind, at, amountMinor }) => `${kind} ${new Date(at).toISOString()} ${amountMinor}`).sort();
