import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { LineReader, type ColumnIndex, type ColumnMapping, type Reading } from './sales-lines.rules.js';
import type { SalesLine } from '../../core/sales/index.js';
import { LineFaults } from './line-faults.rules.js';

export interface ParsedCsv {
  readonly lines: readonly SalesLine[];
  readonly lineCount: number;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly faults: LineFaults;
  readonly mapping: ColumnMapping;
}

/** Below the limit of multipart uploads, which would cut a file short instead of refusing it. */
export const MOST_BYTES = 60 * 1_024 * 1_024;
export const MOST_LINES = 1_000_000;
const LONGEST_LINE = 64 * 1_024;

/** Header names that need no mapping, by the part they play. */
const PLAIN_NAMES: Readonly<Record<string, keyof ColumnMapping>> = {
  at: 'at', from: 'at', to: 'to', kind: 'kind', amount: 'amount', id: 'id', refund_of: 'refundOf',
};

/** Stops the reading; the refusal is the answer. */
class Stopped extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

const stop = (code: string, params: Refusal['params'] = {}): Stopped => new Stopped({ code, params });

/** Counts and hashes the raw bytes, and lets only UTF-8 through; a byte order mark is dropped after hashing. */
class RawBytes extends Transform {
  readonly #hash = createHash('sha256');
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null, data?: string) => void): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    if (this.bytes > MOST_BYTES) done(stop('evidence.file_too_large', { limitBytes: MOST_BYTES }));
    else this.#decode(chunk, true, done);
  }

  override _flush(done: (error?: Error | null, data?: string) => void): void {
    this.#decode(new Uint8Array(), false, done);
  }

  #decode(chunk: Uint8Array, stream: boolean, done: (error?: Error | null, data?: string) => void): void {
    try {
      done(null, this.#decoder.decode(chunk, { stream }));
    } catch {
      done(stop('evidence.not_utf8'));
    }
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** Turns rows of fields into lines of sales; the first row is the header. */
class RowCollector {
  readonly lines: SalesLine[] = [];
  readonly faults = new LineFaults();
  lineCount = 0;
  mapping: ColumnMapping | undefined;
  #reader: LineReader | undefined;

  constructor(private readonly reading: Reading, private readonly stated: ColumnMapping | undefined) {}

  take(fields: readonly string[], line: number): void {
    if (this.#reader === undefined) {
      this.#readHeader(fields);
      return;
    }
    this.lineCount += 1;
    if (this.lineCount > MOST_LINES) throw stop('evidence.too_many_lines', { limit: MOST_LINES });
    const { records, faults } = this.#reader.read(fields, line);
    for (const record of records) this.lines.push(record);
    this.faults.add(...faults);
  }

  #readHeader(fields: readonly string[]): void {
    const header = fields.map((name) => name.trim().normalize('NFC'));
    const columns = columnsOf(header, this.stated);
    if (!columns.ok) throw new Stopped(columns.refusal);
    this.mapping = columns.value.mapping;
    this.#reader = new LineReader(this.reading, columns.value.index, columns.value.mapping);
  }
}

/**
 * Reads a CSV file of sales as it streams by: header row, commas, UTF-8. Every line is read, whatever went wrong before; the
 * list of faults is bounded, their count is not.
 *
 * Codes when nothing can be read at all: `evidence.not_utf8`, `evidence.separator`, `evidence.not_csv`, `evidence.column_missing`,
 * `evidence.column_repeated`, `evidence.file_too_large`, `evidence.too_many_lines`, `evidence.file_empty`.
 * Edge: a line of empty fields is skipped.
 */
export async function readSalesCsv(stream: AsyncIterable<Uint8Array>, reading: Reading, stated?: ColumnMapping): Promise<Result<ParsedCsv>> {
  const raw = new RawBytes({ decodeStrings: true, readableObjectMode: false });
  const rows = new RowCollector(reading, stated);
  const parser = parse({
    relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true, max_record_size: LONGEST_LINE, info: true,
  });
  try {
    await pipeline(stream, raw, parser, async (source: AsyncIterable<{ record: string[]; info: { lines: number } }>) => {
      for await (const { record, info } of source) rows.take(record, info.lines);
    });
  } catch (error) {
    return refusalFor(error);
  }
  if (rows.mapping === undefined || rows.lineCount === 0) return refuse('evidence.file_empty');
  return ok({
    lines: rows.lines, lineCount: rows.lineCount, faults: rows.faults, mapping: rows.mapping, fileBytes: raw.bytes, fileSha256: raw.sha256,
  });
}

function refusalFor(error: unknown): Result<never> {
  if (error instanceof Stopped) return { ok: false, refusal: error.refusal };
  if (error instanceof CsvError) {
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return refuse('evidence.not_csv', { line, reason: error.message.split('\n')[0]?.slice(0, 160) ?? error.code });
  }
  throw error;
}

/** Where each part stands in the header: as mapped, or by the plain names. */
function columnsOf(header: readonly string[], stated: ColumnMapping | undefined): Result<{ index: ColumnIndex; mapping: ColumnMapping }> {
  const other = header.length === 1 ? [';', '\t'].find((separator) => header[0]?.includes(separator)) : undefined;
  if (other !== undefined) return refuse('evidence.separator', { found: other === ';' ? 'semicolons' : 'tabs' });
  const names = stated === undefined ? plainColumns(header) : normalised(stated);
  const columns = header.filter((name) => name !== '');
  const index: Partial<Record<keyof ColumnMapping, number>> = {};
  for (const [role, column] of Object.entries(names) as [keyof ColumnMapping, string][]) {
    const place = header.indexOf(column);
    if (place < 0) return refuse('evidence.column_missing', { column, role, columns });
    if (header.lastIndexOf(column) !== place) return refuse('evidence.column_repeated', { column });
    index[role] = place;
  }
  const needed = index.at === undefined ? 'at' : index.amount === undefined && index.gross === undefined ? 'amount' : undefined;
  if (needed !== undefined) return refuse('evidence.column_missing', { column: needed, role: needed, columns });
  return ok({ index, mapping: names as ColumnMapping });
}

function plainColumns(header: readonly string[]): Partial<Record<keyof ColumnMapping, string>> {
  const found: Partial<Record<keyof ColumnMapping, string>> = {};
  for (const name of header) {
    const role = PLAIN_NAMES[name.toLowerCase()];
    if (role !== undefined) found[role] = name;
  }
  return found;
}

const normalised = (mapping: ColumnMapping): ColumnMapping =>
  Object.fromEntries(Object.entries(mapping).map(([role, column]: [string, string]) => [role, column.trim().normalize('NFC')])) as unknown as ColumnMapping;
