import { ok, type Refusal, type Result } from '../../../core/errors/index.js';
import { sheetNames, sheetRows as rowsOfSheet, WorkbookStopped } from '../../../platform/workbooks/workbook-reader.js';
import type { TillRow } from './till-row.rules.js';
import type { TillSource } from './till-source.importer.js';
import { TillStopped } from './till-text.importer.js';

/** Codes: `evidence.file_bomb`, `evidence.file_macros`, `evidence.file_damaged`, `evidence.file_not_sales`, `evidence.sheet_missing`. */
function refusalOf({ reason, params: { what = '', sheet = '', sheets = [] } }: WorkbookStopped): Refusal {
  switch (reason) {
    case 'bomb': return { code: 'evidence.file_bomb', params: { what } };
    case 'macros': return { code: 'evidence.file_macros', params: { what } };
    case 'damaged': return { code: 'evidence.file_damaged', params: {} };
    case 'not_workbook': return { code: 'evidence.file_not_sales', params: { found: what } };
    case 'sheet_missing': return { code: 'evidence.sheet_missing', params: { sheet, sheets } };
  }
}

/** The sheets of a workbook, nothing of them unpacked yet. Codes as above. */
export async function openWorkbook(source: TillSource): Promise<Result<{ readonly sheets: readonly string[] }>> {
  try {
    return ok({ sheets: await sheetNames(() => source.zip()) });
  } catch (error) {
    if (error instanceof WorkbookStopped) return { ok: false, refusal: refusalOf(error) };
    throw error;
  }
}

/** The rows of one sheet as a till's. Throws TillStopped. */
export async function* sheetRows(source: TillSource, sheet: string): AsyncGenerator<readonly TillRow[]> {
  try {
    yield* rowsOfSheet(() => source.zip(), sheet);
  } catch (error) {
    throw error instanceof WorkbookStopped ? new TillStopped(refusalOf(error)) : error;
  }
}
