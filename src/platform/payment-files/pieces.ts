import iconv from 'iconv-lite';

const PIECE = 64 * 1024;

/** Gathers short texts into pieces of about 64 KiB, so that a stream of a hundred thousand lines is not one of a hundred thousand buffers. */
async function* gathered(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let held: string[] = [];
  let length = 0;
  for await (const text of texts) {
    held.push(text);
    length += text.length;
    if (length < PIECE) continue;
    yield held.join('');
    held = [];
    length = 0;
  }
  if (length > 0) yield held.join('');
}

/** Text as bytes in UTF-8, without a byte order mark. */
export async function* utf8(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of gathered(texts)) yield encoder.encode(text);
}

/** Text as bytes in EUC-KR. What it does not have has been refused before; a question mark would stand in its place. */
export async function* eucKr(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of gathered(texts)) yield iconv.encode(text, 'euc-kr');
}
