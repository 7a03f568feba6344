import iconv from 'iconv-lite';
import { BankFileStopped } from './bank-fault.rules.js';

/** A file as its bytes come by. */
export type BankSource = AsyncIterable<Uint8Array>;

/** Encodings of bank files, as this house names them. */
export type BankEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-8859-1' | 'iso-8859-15' | 'windows-1252' | 'cp949';

const MOST_BYTES = 1_024 * 1_024 * 1_024;
const HEAD_BYTES = 256;

const DECLARED: Readonly<Record<string, BankEncoding>> = {
  'utf-8': 'utf-8', utf8: 'utf-8', 'us-ascii': 'utf-8', 'iso-8859-1': 'iso-8859-1', latin1: 'iso-8859-1', 'iso-8859-15': 'iso-8859-15', 'windows-1252': 'windows-1252',
  'euc-kr': 'cp949', 'ks_c_5601-1987': 'cp949', cp949: 'cp949',
};

function byMark([a, b, c]: Uint8Array): BankEncoding | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

/** The encoding of an XML text: its mark, the zeros of UTF-16, what it declares, else UTF-8. Code: `payouts.bank_encoding` for one that is not read here. */
export function xmlEncoding(head: Uint8Array): BankEncoding {
  const marked = byMark(head);
  if (marked !== undefined) return marked;
  if (head[0] === 0x3c && head[1] === 0) return 'utf-16le';
  if (head[0] === 0 && head[1] === 0x3c) return 'utf-16be';
  const [, declared = 'utf-8'] = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/u.exec(Buffer.from(head).toString('latin1')) ?? [];
  const known = DECLARED[declared.toLowerCase()];
  if (known === undefined) throw new BankFileStopped('payouts.bank_encoding', { encoding: declared });
  return known;
}

/** As the profile has it; a byte order mark knows better, since spreadsheets write one when they save. */
export const tableEncoding = (fallback: BankEncoding) => (head: Uint8Array): BankEncoding => byMark(head) ?? fallback;

class NotDecoded extends Error {}

interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

function decoderOf(encoding: BankEncoding): Decoder {
  if (encoding === 'utf-8') {
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    return { write: (bytes) => utf8.decode(bytes, { stream: true }), end: () => utf8.decode() };
  }
  const other = iconv.getDecoder(encoding, { stripBOM: true });
  const checked = (text: string): string => {
    if (text.includes('\ufffd')) throw new NotDecoded();
    return text;
  };
  return { write: (bytes) => checked(other.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))), end: () => checked(other.end() ?? '') };
}

/**
 * Decodes as bytes stream by, strictly: a byte that is no character of the encoding stops it.
 * Throws `BankFileStopped` with `payouts.bank_empty`, `payouts.bank_encoding` or `payouts.bank_too_large`.
 */
export async function* decoded(source: BankSource, encodingOf: (head: Uint8Array) => BankEncoding): AsyncGenerator<string> {
  let [head, decoder, encoding, bytes]: [Buffer, Decoder | undefined, BankEncoding, number] = [Buffer.alloc(0), undefined, 'utf-8', 0];
  const read = (work: (of: Decoder) => string): string => {
    try {
      if (decoder === undefined) {
        encoding = encodingOf(head.subarray(0, HEAD_BYTES));
        decoder = decoderOf(encoding);
      }
      const text = work(decoder);
      // No character of any text, and none that a database keeps.
      if (text.includes('\0')) throw new NotDecoded();
      return text;
    } catch (error) {
      // A decoder throws for nothing but what it cannot decode.
      throw error instanceof BankFileStopped ? error : new BankFileStopped('payouts.bank_encoding', { encoding });
    }
  };
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new BankFileStopped('payouts.bank_too_large', { most: MOST_BYTES });
    if (decoder === undefined) head = Buffer.concat([head, chunk]);
    if (decoder === undefined && head.length < HEAD_BYTES) continue;
    const waiting = decoder === undefined ? head : chunk;
    yield read((of) => of.write(waiting));
  }
  if (bytes === 0) throw new BankFileStopped('payouts.bank_empty');
  const rest = decoder === undefined ? head : new Uint8Array();
  yield read((of) => of.write(rest) + of.end());
}
