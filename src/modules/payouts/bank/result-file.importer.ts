import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { BankReport, BookingReport, Direction, StatusReport } from '../../../core/payments/reconcile-reports.js';
import type { CurrencyCode, Money } from '../../../core/money/index.js';
import { RESULT_COLUMNS, type ResultLayout, type ResultWord } from '../../../core/payments/index.js';
import { sheetRows, WorkbookStopped, zipInMemory, zipOnDisk, type ZipSource } from '../../../platform/workbooks/workbook-reader.js';
import { BankFileStopped, faultAt, LONGEST_RAW } from './bank-fault.rules.js';
import type { BankFileEnd } from './bank-file.importer.js';
import { dayIn, given, readAmount, type AmountRead } from './bank-node.rules.js';
import { decoded, tableEncoding, type BankSource } from './bank-text.importer.js';
import { rowKey, type RowsByKey, type RowsOfOurs, type RowsSaid } from './result-rows.rules.js';

/** Titles may stand above the headings. */
const HEADING_ROWS = 20;
const LONGEST_ROW = 64 * 1_024;

type Column = (typeof RESULT_COLUMNS)[number];
type Places = ReadonlyMap<Column, number>;

/** A row with the line or row of its file, from 1. */
interface TableRow {
  readonly line: number;
  readonly fields: readonly string[];
  /** Of a workbook: cells that are numbers there. */
  readonly numbers?: ReadonlySet<number>;
}

/** A table as it came, read as often as it takes. */
export interface TableFile {
  readonly head: Uint8Array;
  bytes(): BankSource;
  readonly zip: ZipSource;
}

export const tableInMemory = (content: Uint8Array): TableFile => ({ head: content.subarray(0, 8), bytes: () => Readable.from([content]), zip: zipInMemory(content) });

export async function tableOnDisk(path: string): Promise<TableFile> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return { head: buffer.subarray(0, bytesRead), bytes: () => createReadStream(path), zip: zipOnDisk(path) };
  } finally {
    await file.close();
  }
}

/** How a table is read, and what finds its payments where it does not name them. */
export interface ResultReading {
  readonly layout: ResultLayout;
  readonly currency: CurrencyCode;
  readonly rows?: RowsOfOurs;
}

export const tidyCell = (cell: string | undefined): string => (cell ?? '').normalize('NFC').trim().slice(0, LONGEST_RAW);

/** Where the columns stand, if a row is the headings; else those that it lacks. */
function placesIn(fields: readonly string[], { columns }: ResultLayout): Places | readonly string[] {
  const headings = fields.map(tidyCell);
  const at = (names: readonly string[] = []): number => headings.findIndex((heading) => names.includes(heading));
  const required = (['reference', 'status', 'amount', ...(columns.reference === undefined ? ['account', 'name'] as const : [])] as const).flatMap((column) => { const names = columns[column]; return names === undefined ? [] : [names]; });
  const missing = required.filter((names) => at(names) < 0).map((names) => names.join(' / '));
  return missing.length > 0 ? missing : new Map(RESULT_COLUMNS.map((column) => [column, at(columns[column])] as const).filter(([, place]) => place >= 0));
}

/** Statuses that are no booking, in the words of ISO 20022. */
const STATUS_OF: Readonly<Record<Exclude<ResultWord, 'paid' | 'returned'>, string>> = { received: 'RCVD', accepted: 'ACSP', rejected: 'RJCT' };

/** A day written with or without separators, year first. */
const dayOf = (text: string): string | undefined => dayIn(/^(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?!\d)/u.exec(text)?.slice(1, 4).join('-'));

function amountIn({ fields, numbers }: TableRow, at: Places, { currency, layout: { thousands } }: ResultReading): AmountRead {
  const place = at.get('amount') ?? -1;
  const text = tidyCell(fields[place]);
  const groups = thousands === undefined ? undefined : new RegExp(`^\\d{1,3}(?:[${thousands}]\\d{3})+(?:[.,]\\d+)?$`, 'u');
  const plain = groups?.test(text) === true ? text.replaceAll(thousands ?? '', '') : text;
  // A number of a workbook has no zeros at its end to tell it by.
  return readAmount(plain, currency, numbers?.has(place) === true ? 'short' : 'exact');
}

interface Result {
  readonly row: number;
  readonly reference: string;
  readonly amount: Money;
  readonly word: ResultWord;
  readonly reason: string;
  readonly on: string | undefined;
}

function reportOf({ row, reference, amount, word, reason, on }: Result, { reasonCodes = {} }: ResultLayout): StatusReport | BookingReport {
  const code = Object.hasOwn(reasonCodes, reason) ? reasonCodes[reason] : undefined;
  const reasons = reason === '' ? [] : [{ ...given('code', code), ...(code === undefined ? { proprietary: reason.slice(0, 35) } : {}), texts: [reason] }];
  if (word !== 'paid' && word !== 'returned') {
    return { report: 'status', level: 'transaction', statedAt: 'transaction', status: STATUS_OF[word], reasons, endToEndId: reference, amount };
  }
  const direction: Direction = word === 'paid' ? 'debit' : 'credit';
  return {
    report: 'booking', covers: 'transaction', statement: 1, entry: row, transaction: 1, status: 'BOOK', direction, entryDirection: direction, isReversal: false, amount,
    references: { endToEndId: reference }, charges: [], isFee: false, texts: [], ...given('bookedOn', on), ...(word === 'returned' ? { returnReasons: reasons } : {}),
  };
}

/** What a row says before it is known whose it is; nothing for one of totals or notes, which has neither a name of its own nor a result. */
function saidIn(row: TableRow, at: Places, reading: ResultReading): (Omit<Result, 'reference'> & { readonly key: string; readonly reference: string }) | BankReport | undefined {
  const { line, fields } = row;
  const cell = (column: Column): string => tidyCell(fields[at.get(column) ?? -1]);
  const [reference, status, isKeyed] = [cell('reference'), cell('status'), at.has('reference')];
  if (status === '' && (isKeyed ? reference : cell('account')) === '') return undefined;
  const [place, raw] = [{ row: line }, fields.join(reading.layout.delimiter ?? ',')];
  if (isKeyed && reference === '') return faultAt(place, 'payouts.bank_reference_missing', {}, raw);
  const { words } = reading.layout;
  const word = Object.hasOwn(words, status) ? words[status] : undefined;
  if (word === undefined) return faultAt(place, 'payouts.bank_word_unknown', { word: status }, raw);
  const amount = amountIn(row, at, reading);
  if (!amount.ok) return faultAt(place, amount.refusal.code, amount.refusal.params, raw);
  return { row: line, key: rowKey(cell('account'), amount.amount.minor, cell('name')), reference, amount: amount.amount, word, reason: cell('reason'), on: dayOf(cell('on')) };
}

function resultOf(row: TableRow, at: Places, reading: ResultReading): BankReport | undefined {
  const said = saidIn(row, at, reading);
  if (said === undefined || 'report' in said) return said;
  if (at.has('reference')) return reportOf(said, reading.layout);
  const found = reading.rows?.referenceOf(said.key, said.on) ?? 'none';
  if (typeof found === 'object') return reportOf({ ...said, ...found }, reading.layout);
  return faultAt({ row: row.line }, found === 'none' ? 'payouts.bank_row_unknown' : 'payouts.bank_row_several', {}, row.fields.join(reading.layout.delimiter ?? ','));
}

/** The rows of a text with the line each stands on. Throws BankFileStopped. */
export async function* textRows(source: BankSource, { encoding = 'utf-8', delimiter = ',' }: Pick<ResultLayout, 'encoding' | 'delimiter'>): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter, info: true, relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true, max_record_size: LONGEST_ROW, record_delimiter: ['\r\n', '\n', '\r'],
  });
  // What goes wrong on the way in ends the reading of what comes out.
  pipeline(Readable.from(decoded(source, tableEncoding(encoding === 'euc-kr' ? 'cp949' : 'utf-8'))), parser).catch(() => undefined);
  try {
    for await (const row of parser) {
      const { record, info: { lines } } = row as { record: readonly string[]; info: { lines: number } };
      yield { line: lines, fields: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BankFileStopped('payouts.bank_not_table', { line: typeof error['lines'] === 'number' ? error['lines'] : 1 });
  }
}

async function* workbookRows(zip: ZipSource): AsyncGenerator<TableRow> {
  try {
    for await (const rows of sheetRows(zip)) yield* rows;
  } catch (error) {
    throw error instanceof WorkbookStopped ? new BankFileStopped('payouts.bank_workbook') : error;
  }
}

/** Whatever its name says: a workbook and a text tell themselves apart by how they begin. Throws BankFileStopped. */
function rowsOf(file: TableFile, layout: ResultLayout): AsyncGenerator<TableRow> {
  const head = Buffer.from(file.head).toString('hex');
  if (head === 'd0cf11e0a1b11ae1') throw new BankFileStopped('payouts.bank_xls');
  return head.startsWith('504b0304') ? workbookRows(file.zip) : textRows(file.bytes(), layout);
}

/** The rows below the headings. Throws BankFileStopped. */
async function* resultRows(file: TableFile, layout: ResultLayout): AsyncGenerator<{ readonly row: TableRow; readonly at: Places }> {
  let [at, missing, seen]: [Places | undefined, readonly string[], number] = [undefined, [...layout.columns.status], 0];
  for await (const row of rowsOf(file, layout)) {
    if (at !== undefined) {
      yield { row, at };
      continue;
    }
    const found = placesIn(row.fields, layout);
    seen += 1;
    if (found instanceof Map) at = found;
    else if (Array.isArray(found) && (seen === 1 || found.length < missing.length)) missing = found as readonly string[];
    if (seen >= HEADING_ROWS && at === undefined) break;
  }
  if (at === undefined) throw new BankFileStopped('payouts.bank_columns', { missing });
}

async function* reports(file: TableFile, reading: ResultReading): AsyncGenerator<BankReport> {
  yield { report: 'message', kind: 'result' };
  for await (const { row, at } of resultRows(file, reading.layout)) {
    const report = resultOf(row, at, reading);
    if (report !== undefined) yield report;
  }
}

/** What a table says by what its rows are known by, where it names no payments. What cannot be read of it is told by reading it. */
export async function rowsSaid(file: TableFile, reading: ResultReading): Promise<RowsByKey> {
  const rows = new Map<string, RowsSaid>();
  try {
    for await (const { row, at } of resultRows(file, reading.layout)) {
      const said = saidIn(row, at, reading);
      if (said === undefined || 'report' in said) continue;
      const of = rows.get(said.key) ?? { count: 0, says: new Set() };
      of.count += 1;
      of.says.add(`${said.word} ${said.reason} ${said.on ?? ''}`);
      rows.set(said.key, of);
    }
  } catch (error) {
    if (!(error instanceof BankFileStopped)) throw error;
  }
  return rows;
}

/**
 * Reads a table of results row by row under the layout of its account, as `readBankMessage` reads messages: the last report is `end` or `refused`. It has no
 * message id of its own and no schema. Edge: the same row read twice is the same booking, since the day and our reference name it.
 */
export async function* readResultFile(file: TableFile, reading: ResultReading): AsyncGenerator<BankReport | BankFileEnd> {
  let [reportCount, faultCount] = [0, 0];
  try {
    for await (const report of reports(file, reading)) {
      reportCount += 1;
      if (report.report === 'fault') faultCount += 1;
      yield report;
    }
    yield { report: 'end', schemaValid: 'not_checked', reportCount, faultCount };
  } catch (error) {
    if (!(error instanceof BankFileStopped)) throw error;
    yield { report: 'refused', refusal: error.refusal };
  }
}
