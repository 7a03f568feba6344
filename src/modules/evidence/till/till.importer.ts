import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { ColumnVotes, columnsOf, detect, findHeader, looksLikeLine, MOST_TITLE_ROWS, type Detected, type TillHints } from './till-detection.rules.js';
import { columnIndex, columnName, DELIMITERS, fingerprintOf, type Delimiter, type TillEncoding, type TillMapping, type TillMeaning, type TillQuestion, type TillShape } from './till-mapping.rules.js';
import { TillRowReader, type TillItem, type TillRow } from './till-row.rules.js';
import { sniff, type TillSource } from './till-source.importer.js';
import { TillTally, type TillSummary } from './till-summary.rules.js';
import { encodingOf, headRows, headText, textRows, TillStopped } from './till-text.importer.js';
import { openWorkbook, sheetRows } from './till-xlsx.importer.js';

export const MOST_TILL_ROWS = 3_000_000;

/** What a person says about a file before it is read; whatever is left out is found, or asked. */
export interface TillStatement extends Partial<TillMeaning> {
  readonly encoding?: TillEncoding;
  readonly delimiter?: Delimiter;
  readonly sheet?: string;
  readonly headerRow?: number;
}

export interface TillSurvey extends Detected {
  readonly header: readonly string[];
  readonly headerLine: number;
  /** Rows above the header, as they stand. */
  readonly titles: readonly TillRow[];
  readonly sheets?: readonly string[];
  readonly isRemembered: boolean;
}

/** What was said of this layout the last time. */
export type Remembered = (fingerprint: string) => Promise<Partial<TillMeaning> | undefined>;

const rowsOf = (source: TillSource, shape: TillShape): AsyncGenerator<readonly TillRow[]> => (shape.kind === 'text' ? textRows(source, shape) : sheetRows(source, shape.sheet));

/** Runs what may stop in the middle of a file. */
async function stoppable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TillStopped) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/**
 * Finds out how a till export is to be read: encoding, separator, header, columns, decimal mark, order of dates. What the file does
 * not say is a question. Streams: the whole file is looked at where the beginning does not decide, none of it is kept.
 *
 * Codes: those of `sniff` and of opening a workbook, `evidence.not_csv`, `evidence.header_missing`, `evidence.file_empty`.
 */
export const surveyTill = (source: TillSource, hints: TillHints, stated: TillStatement = {}, remembered?: Remembered): Promise<Result<TillSurvey>> =>
  stoppable(async () => {
    const kind = await sniff(source);
    if (!kind.ok) return kind;
    const shaped = kind.value === 'zip' ? await sheetShape(source, stated) : await textShape(source, stated);
    if (!shaped.ok) return shaped;
    const { shape } = shaped.value;
    const head = shaped.value.head ?? await firstRows(source, shape, Math.max(MOST_TITLE_ROWS, stated.headerRow ?? 0));
    const found = stated.headerRow === undefined ? await knownHeader(head, stated.columns, remembered) : head[stated.headerRow - 1];
    if (found === undefined) return refuse('evidence.header_missing', { rows: MOST_TITLE_ROWS });
    const [index, header] = [head.indexOf(found), found.fields.map(columnName)];
    const before = await remembered?.(fingerprintOf(header));
    const surveyed = await surveyColumns(source, shape, { header, index, hints, meaning: { ...before, ...stated } });
    if (surveyed === undefined) return refuse('evidence.file_empty');
    const titles = head.slice(0, index);
    const late = stated.headerRow === undefined ? askedAboutHeader(titles, header, surveyed.draft.columns) : [];
    const { sheets } = shaped.value;
    const questions = [...shaped.value.questions, ...surveyed.questions, ...late];
    return ok({
      ...surveyed, questions, ...(sheets === undefined ? {} : { sheets }),
      header, headerLine: found.line, titles, isRemembered: before !== undefined,
    });
  });

const askedAboutHeader = (titles: readonly TillRow[], header: readonly string[], columns: TillMeaning['columns']): readonly TillQuestion[] =>
  (titles.some((row) => looksLikeLine(row, header, columns)) ? [{ about: 'headerRow' }] : []);

/** By the columns somebody named, by the names a till's header has, or else by a layout that somebody mapped before. */
async function knownHeader(head: readonly TillRow[], columns: TillMeaning['columns'] | undefined, remembered: Remembered | undefined): Promise<TillRow | undefined> {
  const named = columns === undefined ? undefined : head.find(({ fields }) => columnIndex(fields, columns).ok);
  if (named !== undefined) return named;
  const found = findHeader(head);
  if (found !== undefined) return head[found.index];
  for (const row of head.slice(0, MOST_TITLE_ROWS)) {
    if ((await remembered?.(fingerprintOf(row.fields.map(columnName)))) !== undefined) return row;
  }
  return undefined;
}

interface HeaderFound {
  readonly header: readonly string[];
  /** Its place among the rows, from 0. */
  readonly index: number;
  readonly hints: TillHints;
  readonly meaning: Partial<TillMeaning>;
}

/** Undefined when there is nothing below the header. */
async function surveyColumns(source: TillSource, shape: TillShape, { header, index, hints, meaning }: HeaderFound): Promise<Detected | undefined> {
  const { columns, layout } = columnsOf(header, meaning.columns);
  const votes = new ColumnVotes(header, columns);
  if (!(await vote(source, shape, index, votes))) return undefined;
  return detect({ header, headerRow: index + 1, shape, columns, votes, hints, stated: meaning, ...(layout === undefined ? {} : { layout }) });
}

interface Shaped {
  readonly shape: TillShape;
  readonly questions: readonly TillQuestion[];
  readonly sheets?: readonly string[];
  /** First rows, where they were needed to find the shape. */
  readonly head?: readonly TillRow[];
}

async function sheetShape(source: TillSource, stated: TillStatement): Promise<Result<Shaped>> {
  const book = await openWorkbook(source);
  if (!book.ok) return book;
  const { sheets } = book.value;
  const sheet = stated.sheet ?? sheets[0];
  if (sheet === undefined || !sheets.includes(sheet)) return refuse('evidence.sheet_missing', { sheet: sheet ?? '', sheets });
  return ok({ shape: { kind: 'xlsx', sheet }, questions: [], sheets });
}

async function textShape(source: TillSource, stated: TillStatement): Promise<Result<Shaped>> {
  const found = stated.encoding === undefined ? await encodingOf(source) : { encoding: stated.encoding, options: [] };
  const questions: TillQuestion[] = found.options.length > 1 ? [{ about: 'encoding', options: found.options }] : [];
  const { encoding } = found;
  if (stated.delimiter !== undefined) return ok({ shape: { kind: 'text', encoding, delimiter: stated.delimiter }, questions });
  const count = Math.max(MOST_TITLE_ROWS, stated.headerRow ?? 0);
  const fits = fittingSeparator(await headText(source, encoding), count);
  return fits.ok ? ok({ shape: { kind: 'text', encoding, delimiter: fits.value.delimiter }, questions, head: fits.value.rows }) : fits;
}

interface Separated {
  readonly delimiter: Delimiter;
  readonly rows: readonly TillRow[];
}

/** Rows as wide as most of them are: a separator that happens to stand in a value makes rows of many widths. */
function evenRows(rows: readonly TillRow[]): number {
  const widths = rows.map(({ fields }) => fields.length).filter((width) => width > 1);
  return Math.max(0, ...widths.map((width) => widths.filter((other) => other === width).length));
}

/** The separator that shows most known names in a header, or else the most even rows. */
function fittingSeparator(text: string, count: number): Result<Separated> {
  const tried = DELIMITERS.map((delimiter) => ({ delimiter, rows: headRows(text, delimiter, count) }));
  const [best] = tried.flatMap(({ delimiter, rows }) => (rows.ok ? [{
    delimiter, rows: rows.value, names: findHeader(rows.value)?.names ?? 0, even: evenRows(rows.value),
  }] : [])).sort((a, b) => b.names - a.names || b.even - a.even);
  const stopped = tried.find(({ rows }) => !rows.ok)?.rows;
  // A separator that finds nothing in a file that another one stumbles over is not the file's.
  if (stopped?.ok === false && (best?.names ?? 0) === 0) return stopped;
  return best === undefined ? refuse('evidence.file_empty') : ok(best);
}

async function firstRows(source: TillSource, shape: TillShape, count: number): Promise<TillRow[]> {
  const rows: TillRow[] = [];
  for await (const some of rowsOf(source, shape)) {
    rows.push(...some.slice(0, count - rows.length));
    if (rows.length >= count) break;
  }
  return rows;
}

/** Whether there was any row below the header. */
async function vote(source: TillSource, shape: TillShape, headerIndex: number, votes: ColumnVotes): Promise<boolean> {
  let place = -1;
  for await (const rows of rowsOf(source, shape)) {
    for (const row of rows) {
      place += 1;
      if (place > headerIndex) votes.take(row);
      if (votes.isSettled) break;
    }
    if (votes.isSettled) break;
  }
  return place > headerIndex;
}

export interface TillReading {
  readonly row: TillRow;
  /** Nothing for the header and the titles above it. */
  readonly items: readonly TillItem[];
  readonly part: 'title' | 'header' | 'line';
}

/**
 * Reads every row of a file by its mapping, in the order of the file, whatever went wrong before; as many rows at a time as come together.
 * Memory does not grow with the file but for the ids it has seen (20 to 40 bytes each). Throws `TillStopped` where no more rows can be told
 * apart; use `readTill` for the whole.
 */
export async function* tillReadings(source: TillSource, mapping: TillMapping, now: Instant): AsyncGenerator<readonly TillReading[]> {
  const reading = new RowReadings(mapping, now);
  for await (const rows of rowsOf(source, mapping.shape)) yield rows.map((row) => reading.of(row));
}

class RowReadings {
  #place = 0;
  #reader: TillRowReader | undefined;

  constructor(private readonly mapping: TillMapping, private readonly now: Instant) {}

  of(row: TillRow): TillReading {
    this.#place += 1;
    const below = this.#place - this.mapping.headerRow;
    if (below < 0) return { row, items: [], part: 'title' };
    if (this.#reader === undefined) {
      const opened = TillRowReader.of(this.mapping, row.fields, this.now);
      if (!opened.ok) throw new TillStopped(opened.refusal);
      this.#reader = opened.value;
      return { row, items: [], part: 'header' };
    }
    if (below > MOST_TILL_ROWS) throw new TillStopped({ code: 'evidence.too_many_lines', params: { limit: MOST_TILL_ROWS } });
    return { row, items: this.#reader.read(row), part: 'line' };
  }
}

/**
 * Reads a file and says what it comes to; every record goes to `take` as it is read.
 * Codes when nothing can be used: those of the rows, `evidence.column_missing`, `evidence.column_repeated`, `evidence.too_many_lines`.
 * Faults of lines are in the summary, all of one pass, their list bounded and their count not.
 */
export const readTill = (source: TillSource, mapping: TillMapping, now: Instant, take?: (item: TillItem) => void): Promise<Result<TillSummary>> =>
  stoppable(async () => {
    const tally = new TillTally();
    for await (const readings of tillReadings(source, mapping, now)) {
      for (const { items } of readings) {
        for (const item of items) {
          tally.take(item);
          take?.(item);
        }
      }
    }
    return ok(tally.summary);
  });

const PREVIEWED = 20;

/** The first lines raw, and what each is read as. */
export const previewTill = (source: TillSource, mapping: TillMapping, now: Instant): Promise<Result<readonly TillReading[]>> =>
  stoppable(async () => {
    const readings: TillReading[] = [];
    for await (const some of tillReadings(source, mapping, now)) {
      readings.push(...some.filter(({ part }) => part === 'line').slice(0, PREVIEWED - readings.length));
      if (readings.length >= PREVIEWED) break;
    }
    return ok(readings);
  });

/** The first lines below the header as they stand, when it is not known yet what they mean. */
export const rawTill = (source: TillSource, { shape, headerRow }: Pick<TillMapping, 'shape' | 'headerRow'>): Promise<Result<readonly TillRow[]>> =>
  stoppable(async () => ok((await firstRows(source, shape, headerRow + PREVIEWED)).slice(headerRow)));
