import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ZipFile } from 'yauzl';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { zipInMemory, zipOnDisk } from '../../../platform/workbooks/workbook-reader.js';

/** A file that can be read more than once: first to find out how, then to read it. */
export interface TillSource {
  readonly bytes: number;
  open(): AsyncIterable<Uint8Array>;
  zip(): Promise<ZipFile>;
}

/** Above every till export seen; the reader itself needs no more memory for more. */
export const MOST_TILL_BYTES = 256 * 1_024 * 1_024;

export const bufferSource = (content: Uint8Array): TillSource => ({
  bytes: content.length,
  // eslint-disable-next-line @typescript-eslint/require-await
  async *open() {
    for (let from = 0; from < content.length; from += 65_536) yield content.subarray(from, from + 65_536);
  },
  zip: zipInMemory(content),
});

export async function fileSource(path: string): Promise<TillSource> {
  const { size } = await stat(path);
  return { bytes: size, open: () => createReadStream(path, { highWaterMark: 64 * 1_024 }), zip: zipOnDisk(path) };
}

export type FileKind = 'text' | 'zip';

/** What the first bytes say, whatever the name says. Codes: `evidence.file_empty`, `.file_too_large`, `.file_xls`, `.file_not_sales`. */
export async function sniff(source: TillSource): Promise<Result<FileKind>> {
  if (source.bytes === 0) return refuse('evidence.file_empty');
  if (source.bytes > MOST_TILL_BYTES) return refuse('evidence.file_too_large', { limitBytes: MOST_TILL_BYTES });
  let start = Buffer.alloc(0);
  for await (const chunk of source.open()) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= 512) break;
  }
  const hex = start.subarray(0, 8).toString('hex');
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506')) return ok('zip');
  if (hex === 'd0cf11e0a1b11ae1') return refuse('evidence.file_xls');
  const text = start.toString('latin1').trimStart();
  if (/^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype html|html|table|\?xml|meta|head|svg)/iu.test(text)) return refuse('evidence.file_not_sales', { found: 'a web page or XML, whatever its name ends with' });
  if (text.startsWith('%PDF')) return refuse('evidence.file_not_sales', { found: 'a PDF' });
  const magic = ['89504e47', 'ffd8ff', '47494638', '52494646', '1f8b', '52617221', '377abcaf', '25215053'].find((known) => hex.startsWith(known));
  return magic === undefined ? ok('text') : refuse('evidence.file_not_sales', { found: 'a picture or an archive' });
}
