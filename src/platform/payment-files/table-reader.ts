import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { SaxesParser } from 'saxes';
import { fromBufferPromise } from 'yauzl';
import type { TableProfile } from '../../core/payments/index.js';
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

const placeOf = (cell: string): number => [.../^[A-Z]+/.exec(cell)?.[0] ?? ''].reduce((place, letter) => place * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** The cells of the one sheet that is written here: texts in place, numbers as they stand. */
async function* sheetRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', () => {
    throw new DamagedFile(parser.line);
  });
  const rows: string[][] = [];
  let [row, place, text]: [string[], number, string | undefined] = [[], 0, undefined];
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'row') row = [];
    if (name === 'c') place = placeOf((attributes as Record<string, string>)['r'] ?? '');
    if (name === 'v' || name === 't') text = '';
  });
  parser.on('text', (more) => {
    if (text !== undefined) text += more;
  });
  parser.on('closetag', ({ name }) => {
    if (text !== undefined && (name === 'v' || name === 't')) {
      while (row.length < place) row.push('');
      row[place] = text;
      text = undefined;
    }
    if (name === 'row') rows.push(row);
  });
  const zip = await fromBufferPromise(Buffer.concat(chunks)).catch(() => {
    throw new DamagedFile(1);
  });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== 'xl/worksheets/sheet1.xml') continue;
    const decoder = new TextDecoder();
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
      parser.write(decoder.decode(chunk, { stream: true }));
      yield* rows.splice(0);
    }
    parser.close();
    yield* rows.splice(0);
  }
}

/** The rows of a written table, its titles first, by what stands in it. A workbook's packed bytes are held, since its directory stands at its end; its sheet streams. Throws DamagedFile. */
export const readTable = ({ format, encoding }: TableProfile, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> => (format === 'xlsx' ? sheetRows(bytes) : csvRows(bytes, encoding));
