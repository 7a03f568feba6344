import { ok, refuse, type Result } from '../errors/index.js';

/**
 * A point on the UTC time line in whole milliseconds since 1970-01-01T00:00:00Z.
 * Finer input is refused, never rounded: two people who round differently would pay different amounts.
 */
export type Instant = number & { readonly __instant: unique symbol };

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** First and last year an instant may lie in; outside them a date is a typing error. */
const YEARS = { first: 1900, last: 2199 };

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?([Zz]|[+-]\d{2}:\d{2})?$/;

export type InstantFault = 'time.malformed' | 'time.zone_missing' | 'time.too_fine' | 'time.out_of_range';

/** The instant of a whole number of milliseconds. Throws RangeError otherwise: for stored values, not for input. */
export function instant(epochMs: number): Instant {
  if (!Number.isSafeInteger(epochMs)) throw new RangeError('an instant is a whole number of milliseconds');
  return epochMs as Instant;
}

/**
 * Reads an RFC 3339 date and time with `Z` or an offset, to the millisecond.
 *
 * Codes: `time.zone_missing` (a local time says nothing without a zone), `time.too_fine` (more than three decimals that are not
 * zero), `time.malformed` (also 24:00, :60 and 30 February), `time.out_of_range` (years before 1900 or after 2199).
 * Edge: `2022-10-15T15:30+09:00` is `2022-10-15T06:30:00.000Z`. Source: RFC 3339.
 */
export function parseInstant(text: string): Result<Instant, InstantFault> {
  const match = RFC3339.exec(text);
  if (match === null) return refuse('time.malformed', { text: text.slice(0, 40) });
  const [, year, , , , , , fraction = '', offset] = match;
  if (offset === undefined) return refuse('time.zone_missing', { text });
  if (/[^0]/.test(fraction.slice(3))) return refuse('time.too_fine', { text });
  const clock = clockMs(match.slice(1, 7).map((part: string | undefined) => Number(part ?? '0')));
  const shift = /^[Zz]$/.test(offset) ? 0 : offsetMinutes(offset);
  if (clock === undefined || shift === undefined) return refuse('time.malformed', { text });
  if (Number(year) < YEARS.first || Number(year) > YEARS.last) return refuse('time.out_of_range', { text });
  return ok((clock + Number(fraction.slice(0, 3).padEnd(3, '0')) - shift * MINUTE) as Instant);
}

/** Milliseconds of a clock's figures, or undefined when no clock shows them (30 February, 24:00, :60). */
function clockMs(figures: readonly number[]): number | undefined {
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = figures;
  const ms = Date.UTC(y, mo - 1, d, h, mi, s);
  const back = new Date(ms);
  const shown = [y, back.getUTCMonth() + 1, back.getUTCDate(), back.getUTCHours(), back.getUTCMinutes(), back.getUTCSeconds()];
  return shown.every((figure, index) => figure === (figures[index] ?? 0)) ? ms : undefined;
}

function offsetMinutes(offset: string): number | undefined {
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

const RANGE = { from: Date.UTC(YEARS.first, 0, 1), to: Date.UTC(YEARS.last + 1, 0, 1) };

/** Whether the instant lies in the years that `parseInstant` reads. Edge: 1 January 2200, 00:00 UTC does not. */
export const isInRange = (at: Instant): boolean => at >= RANGE.from && at < RANGE.to;

/** RFC 3339 in UTC with milliseconds; `parseInstant` reads it back. Edge: epoch is `1970-01-01T00:00:00.000Z`. */
export const formatInstant = (at: Instant): string => new Date(at).toISOString();
