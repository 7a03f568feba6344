import { refuse, ok, type Result } from '../../core/errors/index.js';

/** One page of a list. `nextCursor` is opaque: it holds the sort key of the last item. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export const DEFAULT_LIMIT = 50;

export const encodeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The sort key inside a cursor; undefined for the first page. Code: `http.cursor_malformed`. */
export function decodeCursor(cursor: string | undefined, parts: number): Result<readonly string[] | undefined> {
  if (cursor === undefined) return ok(undefined);
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(key) && key.length === parts && key.every(isPart)) return ok(key);
  } catch {
    // Answered below: a cursor is opaque, so there is nothing to explain about it.
  }
  return refuse('http.cursor_malformed');
}

/** Text that a column can hold: the database refuses a NUL, and that would be our fault, not the client's. */
const isPart = (part: unknown): part is string => typeof part === 'string' && part.length <= 200 && !part.includes('\0');

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** As `decodeCursor`, for lists in the order of ids. */
export function decodeIdCursor(cursor: string | undefined): Result<string | undefined> {
  const key = decodeCursor(cursor, 1);
  if (!key.ok) return key;
  const id = key.value?.[0];
  return id === undefined || UUID.test(id) ? ok(id) : refuse('http.cursor_malformed');
}

/** As `decodeCursor`, for lists in the order of numbers from 1; 0 for the first page. */
export function decodeCountCursor(cursor: string | undefined): Result<number> {
  const key = decodeCursor(cursor, 1);
  if (!key.ok) return key;
  const [after = '0'] = key.value ?? [];
  return /^\d{1,9}$/.test(after) ? ok(Number.parseInt(after, 10)) : refuse('http.cursor_malformed');
}

/** Cuts a list fetched with one item too many into a page. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(keyOf(last)) } : { items };
}
