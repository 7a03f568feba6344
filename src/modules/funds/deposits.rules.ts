import { ok, refuse, type Result } from '../../core/errors/index.js';
import { decodeCursor } from '../../platform/database/paging.js';

/** What a second person does with money that was stated. */
export const DEPOSIT_OUTCOMES = ['booked', 'dropped'] as const;
export type DepositOutcome = (typeof DEPOSIT_OUTCOMES)[number];

/** The number that a page of deposits ended with. Code: `http.cursor_malformed`. */
export function lastNumber(cursor: string | undefined): Result<number | undefined> {
  const read = decodeCursor(cursor, 1);
  if (!read.ok) return read;
  const [text] = read.value ?? [];
  if (text === undefined) return ok(undefined);
  return /^[1-9]\d{0,8}$/.test(text) ? ok(Number.parseInt(text, 10)) : refuse('http.cursor_malformed');
}
