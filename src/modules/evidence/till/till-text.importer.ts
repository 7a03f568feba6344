import { CsvError, parse } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { ok, type Refusal, type Result } from '../../../core/errors/index.js';
import { EncodingSurvey, type EncodingFinding } from './till-encoding.rules.js';
import type { TillShape } from './till-mapping.rules.js';
import type { TillRow } from './till-row.rules.js';
import type { TillSource } from './till-source.importer.js';

const LONGEST_ROW = 256 * 1_024;

/** Stops the reading of a file; the refusal is the answer. */
export class TillStopped extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

export async function encodingOf(source: TillSource): Promise<EncodingFinding> {
  const survey = new EncodingSurvey();
  for await (const chunk of source.open()) survey.take(chunk);
  return survey.found;
}

/** A NUL is no part of a text, and no database keeps one: as good as not decoded. */
const legible = (text: string): string => text.replaceAll('\0', '\ufffd');

/** Decodes as bytes stream by. What cannot be decoded becomes U+FFFD, which is a fault where it matters. */
async function* decoded(source: TillSource, encoding: string): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  for await (const chunk of source.open()) {
    const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (text !== '') yield legible(text);
  }
  const rest = decoder.end();
  if (rest !== undefined && rest !== '') yield legible(rest);
}

const HEAD_CHARACTERS = 256 * 1_024;

/** As much of the beginning as titles and a header can take. */
export async function headText(source: TillSource, encoding: string): Promise<string> {
  let text = '';
  for await (const piece of decoded(source, encoding)) {
    text += piece;
    if (text.length >= HEAD_CHARACTERS) break;
  }
  return text;
}

const CSV = {
  relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_empty_values: true,
  max_record_size: LONGEST_ROW, record_delimiter: ['\r\n', '\n', '\r'],
};

/** The first rows of a text, by one separator. Codes: `evidence.not_csv`. */
export function headRows(text: string, delimiter: string, count: number): Result<TillRow[]> {
  try {
    const rows = parseNow(text, { ...CSV, delimiter, to: count, info: true }) as unknown as { record: string[]; info: { lines: number } }[];
    return ok(rows.map(({ record, info }) => rowOf(record, info.lines)));
  } catch (error) {
    return { ok: false, refusal: notCsv(error) };
  }
}

const rowOf = (fields: string[], lines: number): TillRow => ({ line: lines - fields.reduce((breaks, field) => breaks + breaksIn(field), 0), fields });

function notCsv(error: unknown): Refusal {
  if (!(error instanceof CsvError)) throw error;
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  return { code: 'evidence.not_csv', params: { line, reason: error.message.split('\n')[0]?.slice(0, 160) ?? error.code } };
}

/**
 * The rows of a text file, blank ones left out, as many at a time as one piece of it holds: handing over each by itself costs more than reading it.
 * Throws `TillStopped` with `evidence.not_csv` when quotes or lengths make no rows.
 */
export async function* textRows(source: TillSource, { encoding, delimiter }: Extract<TillShape, { kind: 'text' }>): AsyncGenerator<readonly TillRow[]> {
  let rows: TillRow[] = [];
  const parser = parse({
    ...CSV, delimiter,
    on_record: (record: string[], { lines }) => {
      rows.push(rowOf(record, lines));
      return null;
    },
  });
  // Nothing comes out at its end; what goes wrong is told to whoever wrote.
  parser.on('error', () => undefined).resume();
  const taken = (): readonly TillRow[] => {
    const full = rows;
    rows = [];
    return full;
  };
  try {
    for await (const piece of decoded(source, encoding)) {
      await told((done) => parser.write(piece, done));
      yield taken();
    }
    await told((done) => parser.end(done));
    yield taken();
  } catch (error) {
    throw new TillStopped(notCsv(error));
  } finally {
    parser.destroy();
  }
}

const told = (work: (done: (error?: Error | null) => void) => unknown): Promise<void> => new Promise((resolve, reject) => {
  work((error) => (error instanceof Error ? reject(error) : resolve()));
});

function breaksIn(field: string): number {
  let count = 0;
  for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count += 1;
  return count;
}
