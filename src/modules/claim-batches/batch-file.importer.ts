import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { refuse, type Refusal } from '../../core/errors/index.js';
import { ANSWER, headerFaults, isKnownColumn, isResultColumn } from './batch-columns.rules.js';
import { unmarked } from './formula.rules.js';

export const MOST_BYTES = 32 * 1_024 * 1_024;
export const MOST_ROWS = 20_000;
const LONGEST_LINE = 64 * 1_024;

/** How the file was written, so that its result file is written alike. */
export interface Layout {
  readonly format: 'csv' | 'ndjson';
  readonly delimiter: string;
  /** Column names in their order, those of an earlier result left out; of NDJSON none, since every line names its own. */
  readonly columns: readonly string[];
}

/** One row: cells in the order of the columns, or an object by name. What could not be read is kept as it was, with the reason. */
export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[] | Readonly<Record<string, unknown>>;
  readonly malformed?: string;
}

/** Stops the reading; the refusal is the answer. */
export class FileStopped extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

const stop = (code: string, params: Refusal['params'] = {}, causes?: readonly Refusal[]): FileStopped =>
  new FileStopped(refuse(code, params, causes === undefined ? {} : { causes }).refusal);

/** An upload laid down on disk: it is read as often as needed, in constant memory, and no transaction waits for a slow sender. */
export class SpooledFile {
  private constructor(private readonly path: string, readonly sha256: string) {}

  static async of(stream: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    const path = join(tmpdir(), `makegood-batch-${randomUUID()}`);
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(bytes > MOST_BYTES ? stop('batches.file_too_large', { limitBytes: MOST_BYTES }) : null, chunk);
      },
    });
    try {
      await pipeline(Readable.from(stream), counted, createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return new SpooledFile(path, hash.digest('hex'));
  }

  remove(): Promise<void> {
    return rm(this.path, { force: true });
  }

  /** UTF-8 alone; a byte order mark is dropped. */
  async *text(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of createReadStream(this.path)) yield decoder.decode(chunk as Buffer, { stream: true });
      yield decoder.decode();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw stop('batches.not_text');
      throw error;
    }
  }
}

/** The first line tells the format, the separator and the columns. Throws `FileStopped`. */
export async function layoutOf(file: SpooledFile): Promise<Layout> {
  let head = '';
  for await (const text of file.text()) {
    head += text;
    if (head.length > LONGEST_LINE || /\S[^\n]*\n/.test(head)) break;
  }
  const line = head.trimStart().split(/\r?\n/)[0] ?? '';
  if (line === '') throw stop('batches.file_empty');
  if (line.startsWith('{')) return { format: 'ndjson', delimiter: '', columns: [] };
  const names = (delimiter: string): string[] => line.split(delimiter).map((name) => name.trim().replaceAll(/^"|"$/g, '')).map(nameIn);
  const [delimiter = ','] = [',', ';', '\t'].sort((a, b) => known(names(b)) - known(names(a)));
  const faults = headerFaults(names(delimiter));
  if (faults.length > 0) throw stop('batches.header_faulty', { count: faults.length }, faults);
  return { format: 'csv', delimiter, columns: names(delimiter) };
}

/** Names are read without regard to case, but for what a policy calls its questions. */
const nameIn = (text: string): string => {
  const name = text.trim();
  return name.toLowerCase().startsWith(ANSWER) ? `${ANSWER}${name.slice(ANSWER.length)}` : name.toLowerCase();
};

const known = (names: readonly string[]): number => names.filter((name) => isKnownColumn(name) || isResultColumn(name)).length;

/** The rows in the order of the file, one at a time. Throws `FileStopped`. */
export async function* rowsOf(file: SpooledFile, layout: Layout): AsyncGenerator<FileRow> {
  let count = 0;
  for await (const row of layout.format === 'csv' ? csvRows(file, layout) : jsonRows(file)) {
    count += 1;
    if (count > MOST_ROWS) throw stop('batches.rows_too_many', { most: MOST_ROWS });
    yield row;
  }
  if (count === 0) throw stop('batches.file_empty');
}

interface Parsed { readonly record: string[]; readonly info: { readonly lines: number } }

async function* csvRows(file: SpooledFile, { delimiter, columns }: Layout): AsyncGenerator<FileRow> {
  const parser = Readable.from(file.text()).pipe(parse({ delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: LONGEST_LINE }));
  const own = columns.flatMap((name, place) => (isResultColumn(name) ? [] : [place]));
  let isHeader = true;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (isHeader) {
        isHeader = false;
        continue;
      }
      if (record.every((cell) => cell.trim() === '')) continue;
      yield rowIn(record, info.lines, columns.length, own);
    }
  } catch (error) {
    if (error instanceof CsvError) throw stop('batches.not_csv', { line: typeof error['lines'] === 'number' ? error['lines'] : 0, limitBytes: LONGEST_LINE });
    throw error;
  }
}

function rowIn(record: readonly string[], line: number, width: number, own: readonly number[]): FileRow {
  const fits = record.length === width;
  return {
    line, cells: fits ? own.map((place) => unmarked(record[place] ?? '')) : record.map(unmarked),
    ...(fits ? {} : { malformed: `The line has ${record.length} values where the first line names ${width} columns.` }),
  };
}

async function* jsonRows(file: SpooledFile): AsyncGenerator<FileRow> {
  let [line, rest] = [0, ''];
  for await (const text of file.text()) {
    rest += text;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw stop('batches.not_csv', { line: line + 1, limitBytes: LONGEST_LINE });
    for (const one of lines) {
      line += 1;
      if (one.trim() !== '') yield jsonRow(one, line);
    }
  }
  if (rest.trim() !== '') yield jsonRow(rest, line + 1);
}

function jsonRow(text: string, line: number): FileRow {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replaceAll('\\u0000', ''));
  } catch {
    return { line, cells: [text.trim().replaceAll('\0', '')], malformed: 'The line is not a JSON object.' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { line, cells: [text.trim()], malformed: 'The line is not a JSON object.' };
  const { makegood: _earlier, ...row } = parsed as Record<string, unknown>;
  const why = jsonFault(row);
  return { line, cells: row, ...(why === undefined ? {} : { malformed: why }) };
}

/** Numbers are text: a figure that went through a float is not the figure that was written. */
function jsonFault(row: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(row)) {
    if (name === 'answers' && typeof value === 'object' && value !== null && !Array.isArray(value)) continue;
    if (!isKnownColumn(name)) return `There is no field "${name.slice(0, 100)}".`;
    if (typeof value !== 'string' && typeof value !== 'boolean' && value !== null) return `"${name}" must be text in quotes.`;
  }
  return undefined;
}
