import { Temporal } from 'temporal-polyfill';
import { ok, refuse, type Result } from '../errors/index.js';
import { HOUR, MINUTE, type Instant } from './instant.js';

/** Wall-clock milliseconds: what `Date.UTC` gives for the figures a clock in the zone shows. Not an instant. */
export type LocalMs = number & { readonly __local: unique symbol };

/** A stretch `[from, to)` of instants in which the zone's clocks keep one offset, both in milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const remembered = new Map<string, Span[]>();
const MOST_REMEMBERED = 4_096;
const known = new Map<string, boolean>();

function askedSpan(zone: string, at: number): Span {
  const zdt = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const next = zdt.getTimeZoneTransition('next');
  // The transition at this very instant is not "previous" to it, so it is looked for from a nanosecond later.
  const before = zdt.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY, to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: zdt.offsetNanoseconds / 1_000_000,
  };
}

/**
 * The stretch of one offset that holds the instant, asked of Temporal once and remembered: a conversion costs microseconds
 * there, and an assessment makes hundreds. A pure function of its arguments, so remembering it changes nothing but the time taken.
 */
function spanAt(zone: string, at: number): Span {
  let spans = remembered.get(zone);
  for (let i = (spans?.length ?? 0) - 1; i >= 0; i -= 1) {
    const span = spans?.[i] as Span;
    if (span.from <= at && at < span.to) return span;
  }
  if (spans === undefined || spans.length >= MOST_REMEMBERED) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    spans = [];
    remembered.set(zone, spans);
  }
  const span = askedSpan(zone, at);
  spans.push(span);
  return span;
}

const offsetAt = (zone: string, at: number): number => spanAt(zone, at).offset;

/** Whether `zone` is an IANA zone with a name; fixed offsets such as `+09:00` are not. Edge: `UTC` is one. */
export function isZone(zone: string): boolean {
  const before = known.get(zone);
  if (before !== undefined) return before;
  let valid = /^[A-Za-z]/.test(zone);
  try {
    if (valid) Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch {
    valid = false;
  }
  if (known.size < MOST_REMEMBERED) known.set(zone, valid);
  return valid;
}

/** What a clock in the zone shows at the instant. Edge: in a fold two instants show the same. */
export const toLocal = (at: Instant, zone: string): LocalMs => (at + offsetAt(zone, at)) as LocalMs;

/** Further than any clock is from UTC. */
const FARTHEST = 36 * HOUR;

/** Every instant at which a clock in the zone shows `local`: none in a gap, two in a fold, earliest first. */
export function instantsOf(local: LocalMs, zone: string): Instant[] {
  const before = spanAt(zone, local - FARTHEST);
  if (local + FARTHEST < before.to) return [(local - before.offset) as Instant];
  const offsets = new Set([before.offset, offsetAt(zone, local), offsetAt(zone, local + FARTHEST)]);
  return [...offsets]
    .map((offset) => local - offset)
    .filter((candidate) => candidate + offsetAt(zone, candidate) === local)
    .sort((a, b) => a - b) as Instant[];
}

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;

/**
 * Reads a local date and time without offset, such as `2011-08-12 10:00`; a date alone is its midnight.
 * Codes: `time.malformed` (also 30 February, and a year before 100). Edge: `24:00` is refused.
 */
export function parseLocal(text: string): Result<LocalMs, 'time.malformed'> {
  const match = LOCAL.exec(text);
  if (match === null) return refuse('time.malformed', { text: text.slice(0, 40) });
  const [y, mo, d, h, mi, s] = match.slice(1, 7).map((part) => Number(part ?? '0')) as [number, number, number, number, number, number];
  const ms = Date.UTC(y, mo - 1, d, h, mi, s, Number((match[7] ?? '0').padEnd(3, '0')));
  const back = new Date(ms);
  // A month that is none changes the year, a date or hour that is none the date. `Date.UTC` takes the years 0 to 99 for those of the last century.
  const real = back.getUTCFullYear() === y && back.getUTCDate() === d && mi <= 59 && s <= 59;
  return real ? ok(ms as LocalMs) : refuse('time.malformed', { text });
}

/** `YYYY-MM-DDTHH:MM:SS` of a wall clock, for messages. */
export const formatLocal = (local: LocalMs): string => new Date(local).toISOString().slice(0, 19);

/**
 * The one instant at which a clock in the zone shows `text`; never guesses.
 *
 * Codes: `time.malformed`, `time.zone_unknown`, `time.gap` (the clock skipped it), `time.fold` (it came twice); params name both readings.
 * Edge: 02:30 in Paris on 29 March 2026 is a gap, on 25 October 2026 a fold.
 */
export function localToInstant(text: string, zone: string): Result<Instant, 'time.malformed' | 'time.zone_unknown' | 'time.gap' | 'time.fold'> {
  if (!isZone(zone)) return refuse('time.zone_unknown', { zone: zone.slice(0, 60) });
  const local = parseLocal(text);
  if (!local.ok) return local;
  const read = instantOf(local.value, zone);
  return read.ok ? read : refuse(read.refusal.code, { text, ...read.refusal.params });
}

/**
 * The one instant at which a clock in the zone shows `local`; never guesses.
 * Codes: `time.gap`, `time.fold`, both with the readings by the offset before and after the clock change, earliest first.
 */
export function instantOf(local: LocalMs, zone: string): Result<Instant, 'time.gap' | 'time.fold'> {
  const [first, second] = instantsOf(local, zone);
  if (first !== undefined && second === undefined) return ok(first);
  const [one, other] = first === undefined ? readingsInGap(local, zone) : [first, second as Instant];
  return refuse(first === undefined ? 'time.gap' : 'time.fold', { zone, first: new Date(one).toISOString(), second: new Date(other).toISOString() });
}

function readingsInGap(local: LocalMs, zone: string): readonly [Instant, Instant] {
  const jump = jumpAround(local, zone);
  return [(local - offsetAt(zone, jump)) as Instant, (local - offsetAt(zone, jump - 1)) as Instant];
}

/**
 * One written rule for wall times that a clock change skips or repeats: a skipped time is the moment of the jump; of a repeated
 * time `first` takes the earlier and `last` the later occurrence.
 */
export function localToInstantBy(local: LocalMs, zone: string, pick: 'first' | 'last'): Instant {
  const found = instantsOf(local, zone);
  if (found.length > 0) return (pick === 'first' ? found[0] : found.at(-1)) as Instant;
  return jumpAround(local, zone);
}

/** The clock change that skipped the wall time. */
function jumpAround(local: LocalMs, zone: string): Instant {
  for (let span = spanAt(zone, local - FARTHEST); span.to < local + FARTHEST;) {
    const next = spanAt(zone, span.to);
    if (span.to + span.offset <= local && local < span.to + next.offset) return span.to as Instant;
    span = next;
  }
  throw new RangeError(`no clock change in ${zone} explains the missing time ${formatLocal(local)}`);
}

/** Midnight at the start of the local day, as wall-clock milliseconds. */
export const localDay = (local: LocalMs): LocalMs => (local - (((local % (24 * HOUR)) + 24 * HOUR) % (24 * HOUR))) as LocalMs;

/** ISO weekday of a wall-clock time: 1 is Monday, 7 Sunday. */
export const weekdayOf = (local: LocalMs): number => ((((Math.floor(local / (24 * HOUR)) + 3) % 7) + 7) % 7) + 1;

/** `YYYY-MM-DD` of a wall-clock time. */
export function dateOf(local: LocalMs): string {
  const at = new Date(local);
  const two = (figure: number): string => (figure < 10 ? `0${figure}` : String(figure));
  const year = at.getUTCFullYear();
  return year < 1_000 || year > 9_999 ? at.toISOString().slice(0, 10) : `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

/**
 * The same clock time `days` local days later (negative: earlier), by the rule of `localToInstantBy(…, 'first')`.
 * Edge: across a clock change the distance is 23 or 25 hours, the clock shows the same.
 */
export const addLocalDays = (at: Instant, zone: string, days: number): Instant =>
  localToInstantBy((toLocal(at, zone) + days * 24 * HOUR) as LocalMs, zone, 'first');

/** Minutes after midnight of `HH:MM`; `24:00` is 1440. Undefined when it is not a time of day. */
export function minutesOfDay(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  if (hours === 24) return minutes === 0 ? 1_440 : undefined;
  return hours <= 23 && minutes <= 59 ? hours * 60 + minutes : undefined;
}

/** Wall-clock time `minutes` after a local midnight. */
export const atMinutes = (day: LocalMs, minutes: number): LocalMs => (day + minutes * MINUTE) as LocalMs;
