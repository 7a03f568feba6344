import iconv from 'iconv-lite';
import { renderDetail, type Refusal } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { EVIDENCE_ERRORS, type EvidenceErrorCode } from '../evidence.errors.js';
import { FAULT_COLUMNS, isOwnColumn, type TillEncoding, type TillMapping } from './till-mapping.rules.js';
import type { TillSource } from './till-source.importer.js';
import { tillReadings, type TillReading } from './till.importer.js';

/** Says a fault to whoever corrects the file, in their language. */
export type FaultWords = (fault: Refusal) => string;

export const englishWords: FaultWords = ({ code, params }) => renderDetail(EVIDENCE_ERRORS[code as EvidenceErrorCode]?.detail ?? code, params);

export interface FaultFileOptions {
  readonly words: FaultWords;
  /** Faults between lines, such as more refunded than sold, found after reading: by line. */
  readonly between?: ReadonlyMap<number, readonly Refusal[]>;
}

/** Numbers may begin with a sign: a spreadsheet reads them as numbers. */
const NUMBER = /^[-+]?\p{Sc}?\s?[-+]?\d[\d.,' \u00a0]*\s?\p{Sc}?$/u;

/** A cell that a spreadsheet would compute gets a mark that keeps it text; reading takes the mark off again. */
export const neutral = (cell: string): string => (/^[=+\-@\t\r\n]/u.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell);

const quoted = (cell: string, delimiter: string): string => (cell.includes(delimiter) || /["\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * The file as it was, with two more columns at the end of every line: what is wrong, and in which column. Streams, in the encoding
 * of the original, or in UTF-8 with a byte order mark where that encoding lacks a character of the words (and for workbooks).
 * A corrected fault file is read like its original: the two columns play no part.
 */
export async function* faultFile(source: TillSource, mapping: TillMapping, now: Instant, options: FaultFileOptions): AsyncGenerator<Buffer> {
  const delimiter = mapping.shape.kind === 'text' ? mapping.shape.delimiter : ',';
  const encoding = await fittingEncoding(source, mapping, now, options);
  const encoder = iconv.getEncoder(encoding, { addBOM: encoding.startsWith('utf') });
  let own: ReadonlySet<number> = new Set();
  let width = 0;
  for await (const reading of oneByOne(source, mapping, now)) {
    const { row: { fields }, part } = reading;
    if (part === 'header') {
      own = new Set(fields.flatMap((name, place) => (isOwnColumn(name) ? [place] : [])));
      width = fields.length - own.size;
    }
    const cells = fields.filter((_, place) => !own.has(place));
    while (part !== 'title' && cells.length < width) cells.push('');
    if (part !== 'title') cells.push(...added(reading, options));
    const bytes = encoder.write(`${cells.map((cell) => quoted(neutral(cell), delimiter)).join(delimiter)}\r\n`);
    if (bytes.length > 0) yield bytes;
  }
  const rest = encoder.end();
  if (rest !== undefined && rest.length > 0) yield rest;
}

async function* oneByOne(source: TillSource, mapping: TillMapping, now: Instant): AsyncGenerator<TillReading> {
  for await (const readings of tillReadings(source, mapping, now)) yield* readings;
}

function added({ row, items, part }: TillReading, { words, between }: FaultFileOptions): readonly [string, string] {
  if (part === 'header') return [FAULT_COLUMNS.code, FAULT_COLUMNS.column];
  const faults = [...items.flatMap((item) => (item.type === 'fault' ? [item.fault] : [])), ...(between?.get(row.line) ?? [])];
  const columns = new Set(faults.map(({ params }) => params['column']).filter((column) => typeof column === 'string'));
  return [faults.map((fault) => words(fault)).join(' '), [...columns].join(', ')];
}

/** The original's encoding, unless a word of a fault needs another: decided before the first byte is written. */
async function fittingEncoding(source: TillSource, mapping: TillMapping, now: Instant, options: FaultFileOptions): Promise<TillEncoding> {
  const { shape } = mapping;
  if (shape.kind === 'xlsx' || shape.encoding.startsWith('utf')) return shape.kind === 'xlsx' ? 'utf-8' : shape.encoding;
  for await (const reading of oneByOne(source, mapping, now)) {
    const text = added(reading, options).join('') + (reading.items.some(({ type }) => type === 'fault') ? reading.row.fields.join('') : '');
    if (iconv.decode(iconv.encode(text, shape.encoding), shape.encoding) !== text) return 'utf-8';
  }
  return shape.encoding;
}
