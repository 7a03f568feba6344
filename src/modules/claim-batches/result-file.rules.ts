import { RESULT_COLUMNS } from './batch-columns.rules.js';
import type { FileRow, Layout } from './batch-file.importer.js';
import type { ItemState } from './batch.machine.js';
import { marked, quoted } from './formula.rules.js';
import type { RowFault } from './row-reading.rules.js';

/** Says a fault to whoever corrects the file. */
export type FaultWords = (fault: RowFault) => string;

export interface ResultRow {
  readonly cells: FileRow['cells'];
  readonly state: ItemState;
  readonly reference: string | null;
  readonly faults: readonly RowFault[];
}

const errorsIn = ({ faults }: ResultRow, words: FaultWords): string => faults.map((fault) => (fault.column === '' ? words(fault) : `${fault.column}: ${words(fault)}`)).join(' | ');

const line = (cells: readonly string[], delimiter: string): string => `${cells.map((cell) => quoted(marked(cell), delimiter)).join(delimiter)}\r\n`;

/** The first line of a result file; nothing for NDJSON. A byte order mark tells spreadsheets that it is UTF-8. */
export const resultHead = ({ format, delimiter }: Layout, columns: readonly string[]): string =>
  (format === 'ndjson' ? '' : `\uFEFF${line([...columns, ...RESULT_COLUMNS], delimiter)}`);

/**
 * A row as it was sent, with what became of it. Corrected and sent again it is read as if these columns were not there; a row that
 * was filed is known by its key.
 */
export function resultLine({ format, delimiter }: Layout, columns: readonly string[], row: ResultRow, words: FaultWords): string {
  const said = [row.state, row.reference ?? '', errorsIn(row, words)];
  if (format === 'csv') {
    const cells = row.cells as readonly string[];
    return line([...cells, ...Array.from({ length: Math.max(0, columns.length - cells.length) }, () => ''), ...said], delimiter);
  }
  if (Array.isArray(row.cells)) return `${String(row.cells[0])}\n`;
  return `${JSON.stringify({ ...row.cells, makegood: { status: said[0], reference: said[1], errors: row.faults.map((fault) => ({ field: fault.column, error: words(fault) })) } })}\n`;
}
