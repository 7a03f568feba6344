import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import type { TableProfile } from '../../core/payments/index.js';
import { sheetRows, WorkbookStopped, zipInMemory } from '../workbooks/workbook-reader.js';
import { DamagedFile } from './pain-reader.js';

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: TableProfile['encoding']): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding === 'euc-kr' ? 'euc-kr' : 'utf-8', { stripBOM: true });
  for await (const chunk of bytes) yield decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  yield decoder.end() ?? '';
}

async function* csvRows(bytes: AsyncIterable<Uint8Array>, encoding: TableProfile['encoding']): AsyncGenerator<readonly string[]> {
  const parser = Readable.from(decoded(bytes, encoding)).pipe(parse({ relax_column_count: true }));
  try {
    yield* parser as AsyncIterable<readonly string[]>;
  } catch {
    throw new DamagedFile(parser.info.lines);
  }
}

async function* sheetCells(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  try {
    for await (const rows of sheetRows(zipInMemory(Buffer.concat(chunks)))) for (const { fields } of rows) yield fields;
  } catch (error) {
    throw error instanceof WorkbookStopped ? new DamagedFile(1) : error;
  }
}

/** The rows of a written table, its titles first, by what stands in it. A workbook's packed bytes are held, since its directory stands at its end; its sheet streams. Throws DamagedFile. */
export const readTable = ({ format, encoding }: TableProfile, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> => (format === 'xlsx' ? sheetCells(bytes) : csvRows(bytes, encoding));
