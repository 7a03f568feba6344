import { ANSWER } from './batch-columns.rules.js';
import type { FileRow } from './batch-file.importer.js';
import type { Cells } from './row-reading.rules.js';

const isTable = (cells: FileRow['cells']): cells is readonly string[] => Array.isArray(cells);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === true ? 'yes' : value === false ? 'no' : value === null || value === undefined ? '' : JSON.stringify(value));

/** A stored row as cells by column, whichever format it came in; `columns` without those of an earlier result. */
export function cellsOf(cells: FileRow['cells'], columns: readonly string[]): Cells {
  if (isTable(cells)) return Object.fromEntries(columns.map((name, place) => [name, cells[place] ?? '']));
  const { answers, ...plain } = cells as Record<string, unknown>;
  const given = typeof answers === 'object' && answers !== null ? Object.entries(answers).map(([name, value]) => [`${ANSWER}${name}`, textOf(value)] as const) : [];
  return Object.fromEntries([...Object.entries(plain).map(([name, value]) => [name, textOf(value)] as const), ...given]);
}
