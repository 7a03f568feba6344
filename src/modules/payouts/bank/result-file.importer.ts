import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { BankReport, BookingReport, Direction, StatusReport } from '../../../core/payments/reconcile-reports.js';
import type { Money } from '../../../core/money/index.js';
import { BankFileStopped, faultAt, LONGEST_RAW } from './bank-fault.rules.js';
import type { BankFileEnd } from './bank-file.importer.js';
import { dayIn, given, readAmount, type AmountRead } from './bank-node.rules.js';
import { decoded, tableEncoding, type BankSource } from './bank-text.importer.js';
import type { ResultFileProfile, ResultWord } from './result-file.profile.js';

/** Titles may stand above the headings. */
const HEADING_ROWS = 20;
const LONGEST_ROW = 64 * 1_024;

type Place = Readonly<Record<'reference' | 'status' | 'amount', number> & Partial<Record<'reason' | 'on', number>>>;
interface Row { readonly record: readonly string[]; readonly info: { readonly lines: number } }

export const tidyCell = (cell: string | undefined): string => (cell ?? '').normalize('NFC').trim().slice(0, LONGEST_RAW);

/** Where the columns stand, if a row is the headings; else those that it lacks. */
function placesIn(record: readonly string[], { columns }: ResultFileProfile): Place | readonly string[] {
  const headings = record.map(tidyCell);
  const at = (names: readonly string[] = []): number => headings.findIndex((heading) => names.includes(heading));
  const required = [columns.reference, columns.status, columns.amount] as const;
  const missing = required.filter((names) => at(names) < 0).map((names) => names.join(' / '));
  if (missing.length > 0) return missing;
  const [reason, on] = [at(columns.reason), at(columns.on)];
  return { reference: at(columns.reference), status: at(columns.status), amount: at(columns.amount), ...(reason < 0 ? {} : { reason }), ...(on < 0 ? {} : { on }) };
}

/** Statuses that are no booking, in the words of ISO 20022. */
const STATUS_OF: Readonly<Record<Exclude<ResultWord, 'paid' | 'returned'>, string>> = { received: 'RCVD', accepted: 'ACSP', rejected: 'RJCT' };

/** A day written with or without separators, year first. */
const dayOf = (text: string): string | undefined => dayIn(/^(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?!\d)/u.exec(text)?.slice(1, 4).join('-'));

function amountIn(text: string, { currency, thousands }: ResultFileProfile): AmountRead {
  const groups = thousands === undefined ? undefined : new RegExp(`^\\d{1,3}(?:[${thousands}]\\d{3})+(?:[.,]\\d+)?$`, 'u');
  const plain = groups?.test(text) === true ? text.replaceAll(thousands ?? '', '') : text;
  return readAmount(plain, currency, 'exact');
}

interface Result {
  readonly row: number;
  readonly reference: string;
  readonly amount: Money;
  readonly word: ResultWord;
  readonly reason: string;
  readonly on: string | undefined;
}

function reportOf({ row, reference, amount, word, reason, on }: Result, profile: ResultFileProfile): StatusReport | BookingReport {
  const code = profile.reasonCodes?.[reason];
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

/** What a row says; nothing for one of totals or notes, which has neither reference nor result. */
function resultOf(row: number, record: readonly string[], at: Place, profile: ResultFileProfile): BankReport | undefined {
  const [reference, status, written] = [tidyCell(record[at.reference]), tidyCell(record[at.status]), tidyCell(record[at.amount])];
  if (reference === '' && status === '') return undefined;
  const [place, raw] = [{ row }, record.join(profile.delimiter)];
  if (reference === '') return faultAt(place, 'payouts.bank_reference_missing', {}, raw);
  const word = Object.hasOwn(profile.words, status) ? profile.words[status] : undefined;
  if (word === undefined) return faultAt(place, 'payouts.bank_word_unknown', { word: status }, raw);
  const amount = amountIn(written, profile);
  if (!amount.ok) return faultAt(place, amount.refusal.code, amount.refusal.params, raw);
  const [reason, on] = [at.reason === undefined ? '' : tidyCell(record[at.reason]), at.on === undefined ? undefined : dayOf(tidyCell(record[at.on]))];
  return reportOf({ row, reference, amount: amount.amount, word, reason, on }, profile);
}

/** The rows of a table with the line each stands on. Throws BankFileStopped. */
export async function* rowsOf(source: BankSource, { encoding, delimiter }: Pick<ResultFileProfile, 'encoding' | 'delimiter'>): AsyncGenerator<Row> {
  const parser = parse({
    delimiter, info: true, relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true, max_record_size: LONGEST_ROW, record_delimiter: ['\r\n', '\n', '\r'],
  });
  // What goes wrong on the way in ends the reading of what comes out.
  pipeline(Readable.from(decoded(source, tableEncoding(encoding))), parser).catch(() => undefined);
  try {
    for await (const row of parser) yield row as Row;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BankFileStopped('payouts.bank_not_table', { line: typeof error['lines'] === 'number' ? error['lines'] : 1 });
  }
}

async function* reports(source: BankSource, profile: ResultFileProfile): AsyncGenerator<BankReport> {
  yield { report: 'message', kind: 'result' };
  let [at, missing, seen]: [Place | undefined, readonly string[], number] = [undefined, profile.columns.reference, 0];
  for await (const { record, info } of rowsOf(source, profile)) {
    if (at !== undefined) {
      const report = resultOf(info.lines, record, at, profile);
      if (report !== undefined) yield report;
      continue;
    }
    const found = placesIn(record, profile);
    seen += 1;
    if ('reference' in found) at = found;
    else if (seen === 1 || found.length < missing.length) missing = found;
    if (seen >= HEADING_ROWS && at === undefined) break;
  }
  if (at === undefined) throw new BankFileStopped('payouts.bank_columns', { missing });
}

/**
 * Reads a table of results row by row under a profile, as `readBankMessage` reads messages: the last report is `end` or `refused`. It has no
 * message id of its own and no schema. Edge: the same row read twice is the same booking, since the day and our reference name it.
 */
export async function* readResultFile(source: BankSource, profile: ResultFileProfile): AsyncGenerator<BankReport | BankFileEnd> {
  let [reportCount, faultCount] = [0, 0];
  try {
    for await (const report of reports(source, profile)) {
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
