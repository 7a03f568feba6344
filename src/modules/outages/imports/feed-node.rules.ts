import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { isInRange, parseInstant, type Instant } from '../../../core/time/index.js';
import { feedText } from './feed-text.rules.js';

/** A fault on the way down a document; it never leaves this file. */
class FeedFault extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

const MOST_TEXT = 500;

/** A place in a document from outside: every step says what it expects there, and where it did not find it. */
export class FeedNode {
  constructor(private readonly value: unknown, private readonly place: string) {}

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get isList(): boolean {
    return Array.isArray(this.value);
  }

  at(key: string): FeedNode {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.#fault('an object');
    return new FeedNode(Object.hasOwn(this.value, key) ? (this.value as Record<string, unknown>)[key] : undefined, `${this.place}/${key}`);
  }

  /** The first of several names that is there. */
  either(...keys: readonly string[]): FeedNode {
    const found = keys.map((key) => this.at(key)).find((node) => node.isThere);
    return found ?? new FeedNode(undefined, `${this.place}/${keys.join('|')}`);
  }

  list(): FeedNode[] {
    if (!Array.isArray(this.value)) throw this.#fault('a list');
    return this.value.map((value: unknown, index) => new FeedNode(value, `${this.place}/${index}`));
  }

  /** As `list`; empty when nothing is there, which feeds write as often as an empty one. */
  maybeList(): FeedNode[] {
    return this.isThere ? this.list() : [];
  }

  entries(): [string, FeedNode][] {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.#fault('an object');
    return Object.entries(this.value).map(([key, value]) => [key, new FeedNode(value, `${this.place}/${key}`)]);
  }

  text(): string {
    const { value } = this;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value !== 'string' || value.trim() === '') throw this.#fault('a text');
    return cleaned(value);
  }

  maybeText(): string | undefined {
    return typeof this.value === 'string' && this.value.trim() !== '' ? cleaned(this.value) : undefined;
  }

  whole(): number {
    const value = typeof this.value === 'string' && /^-?\d{1,15}$/.test(this.value) ? Number.parseInt(this.value, 10) : this.value;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#fault('a whole number');
    return value;
  }

  instant(): Instant {
    const read = feedInstant(this.text());
    if (!read.ok) throw new FeedFault(refuse('imports.time', { place: this.place, text: this.text().slice(0, 40) }).refusal);
    return read.value;
  }

  maybeInstant(): Instant | undefined {
    return this.isThere ? this.instant() : undefined;
  }

  /** Seconds since 1970, with decimals; cut to the millisecond. */
  epochSeconds(): Instant {
    const seconds = typeof this.value === 'string' && /^\d{1,11}(\.\d{1,9})?$/.test(this.value) ? Number(this.value) : this.value;
    // Decimals of a second are not exact in binary: 1.001 × 1000 must not become 1000.
    const at = typeof seconds === 'number' && Number.isFinite(seconds) ? (Math.floor(seconds * 1_000 + 1e-3) as Instant) : undefined;
    if (at === undefined || !isInRange(at)) throw new FeedFault(refuse('imports.time', { place: this.place, text: String(this.value).slice(0, 40) }).refusal);
    return at;
  }

  refuse(expected: string): never {
    throw this.#fault(expected);
  }

  #fault(expected: string): FeedFault {
    return new FeedFault(refuse('imports.unexpected', { place: this.place === '' ? '/' : this.place.slice(0, 200), expected }).refusal);
  }
}

/** Neither control characters nor surrogates without a partner go on from here; a database takes neither. */
export const cleaned = (text: string): string => text.slice(0, MOST_TEXT).toWellFormed().replace(/\p{Cc}+/gu, ' ').trim();

/** RFC 3339 with an offset. Finer than a millisecond is cut, as feeds write nanoseconds; a time without a zone is refused. */
export const feedInstant = (text: string): Result<Instant> => parseInstant(text.replace(/(\.\d{3})\d+/, '$1'));

/** Reads a document by walking it; the first place where it is not what it should be is the answer. */
export function walked<T>(walk: () => T): Result<T> {
  try {
    return ok(walk());
  } catch (error) {
    if (error instanceof FeedFault) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** As `walked`, over the JSON in these bytes. */
export function walkedJson<T>(bytes: Uint8Array, walk: (root: FeedNode) => T): Result<T> {
  const text = feedText(bytes);
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return refuse(/^\s*</.test(text.value) ? 'imports.is_page' : 'imports.not_json');
  }
  return walked(() => walk(new FeedNode(value, '')));
}
