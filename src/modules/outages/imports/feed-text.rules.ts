import chardet from 'chardet';
import iconv from 'iconv-lite';
import { ok, refuse, type Result } from '../../../core/errors/index.js';

/** UTF-16 by its mark, or because every other byte of the beginning is a zero. */
function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, 1_024);
  const zeros = (parity: number): number => start.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (even + odd < start.length / 10 || start.length < 4) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** The text of a feed: UTF-8, or UTF-16 with or without its mark (AWS). Code: `imports.encoding`. Edge: a mark is no part of the text. */
export function feedText(bytes: Uint8Array): Result<string> {
  if (bytes.length === 0) return refuse('imports.empty');
  const wide = utf16(bytes);
  if (wide !== undefined) return ok(iconv.decode(bytes, wide));
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('imports.encoding');
  }
}

/** The text of a spreadsheet: as `feedText`, else Korean (CP949) or western (Windows-1252) by what its characters look like. */
export function sheetText(bytes: Uint8Array): Result<string> {
  const text = feedText(bytes);
  if (text.ok || text.refusal.code !== 'imports.encoding') return text;
  const encoding = chardet.detect(bytes) === 'EUC-KR' ? 'cp949' : 'windows-1252';
  return ok(iconv.decode(bytes, encoding));
}
