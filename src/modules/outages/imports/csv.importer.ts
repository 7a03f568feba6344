import { parse } from 'csv-parse/sync';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { cleaned, feedInstant } from './feed-node.rules.js';
import { sheetText } from './feed-text.rules.js';
import { FEED_STATES, listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

export const CSV_COLUMNS = ['id', 'component', 'region', 'from', 'to', 'state', 'title'] as const;
type Column = (typeof CSV_COLUMNS)[number];
const NEEDED: readonly Column[] = ['component', 'from', 'state'];
const MOST_ROWS = 10_000;
const MOST_FAULTS = 100;

/** The file to fill in: the columns and two rows that show how. */
export const CSV_TEMPLATE = [
  CSV_COLUMNS.join(','),
  'example-1,Card payments,eu-west,2026-10-13T10:20:00+02:00,2026-10-13T13:50:00+02:00,down,Card payments failed',
  'example-2,Card payments,*,2026-10-14T01:00:00Z,2026-10-14T02:00:00Z,maintenance,Announced on 1 October',
  '',
].join('\r\n');

/**
 * Our own table, from any spreadsheet. All faults of all rows in one answer, each with its line.
 * Codes: `imports.csv_faulty` with causes, `imports.csv_columns`, `imports.csv_torn`. Edge: a local time without an offset is refused; `to` left empty is still open.
 */
export const readCsv: FeedImporter = (bytes) => {
  const text = sheetText(bytes);
  if (!text.ok) return text;
  const rows = rowsOf(text.value.replace(/^\u{feff}/u, ''));
  if (!rows.ok) return rows;
  const [head, ...body] = rows.value;
  const names = (head?.cells ?? []).map((name) => name.trim().toLowerCase());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) return refuse('imports.csv_columns', { missing, columns: [...CSV_COLUMNS] });
  const faults: Refusal[] = [];
  const lines = body.flatMap(({ cells, line }) => lineOf((column) => cleaned(cells[names.indexOf(column)] ?? ''), line, faults));
  if (faults.length > 0) return refuse('imports.csv_faulty', { count: faults.length }, { causes: faults.slice(0, MOST_FAULTS) });
  return ok(listed(lines, [], 'exact'));
};

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The separator that the heading has most of. */
function rowsOf(text: string): Result<Row[]> {
  const heading = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [',', ';', '\t'].reduce((best, mark) => (heading.split(mark).length > heading.split(best).length ? mark : best));
  try {
    const records = parse(text, { delimiter, info: true, relax_column_count: true, skip_empty_lines: true, to: MOST_ROWS + 2, max_record_size: 100_000 }) as unknown as { record: string[]; info: { lines: number } }[];
    if (records.length > MOST_ROWS + 1) return refuse('imports.csv_long', { limit: MOST_ROWS });
    return ok(records.map(({ record, info }) => ({ cells: record, line: info.lines })));
  } catch (error) {
    const { lines } = error as { lines?: number };
    return refuse('imports.csv_torn', { line: lines ?? 1 });
  }
}

function lineOf(cell: (column: Column) => string, line: number, faults: Refusal[]): FeedLine[] {
  const before = faults.length;
  const fault = (code: string, params: Refusal['params']): void => void faults.push({ code, params: { line, ...params } });
  const [component, state] = [cell('component'), cell('state').toLowerCase()];
  if (component === '') fault('imports.csv_cell_empty', { column: 'component' });
  if (!(FEED_STATES as readonly string[]).includes(state)) fault('imports.csv_state', { state: state.slice(0, 40), states: [...FEED_STATES] });
  const at = (column: 'from' | 'to') => {
    const read = feedInstant(cell(column));
    if (!read.ok) fault('imports.csv_time', { column, text: cell(column).slice(0, 40) });
    return read.ok ? read.value : undefined;
  };
  const from = at('from');
  const to = cell('to') === '' ? undefined : at('to');
  if (from !== undefined && to !== undefined && to <= from) fault('imports.csv_reversed', {});
  if (from === undefined || faults.length > before) return [];
  const [region, title] = [cell('region') || WHOLE_FEED, cell('title')];
  return [{
    externalId: cell('id') || `${component}/${region}@${new Date(from).toISOString()}`, component, region, from, ...until(to), state: state as FeedState,
    ...(title === '' ? {} : { title }),
  }];
}
