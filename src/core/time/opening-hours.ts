import { ok, refuse, type Refusal, type Result } from '../errors/index.js';
import { isCalendarDate } from './calendar.js';
import { HOUR, type Instant } from './instant.js';
import { intersect, normalise, type Interval, type IntervalSet } from './interval.js';
import { WindowMap } from './window-map.js';
import { atMinutes, dateOf, isZone, localDay, localToInstantBy, minutesOfDay, toLocal, weekdayOf, type LocalMs } from './zone.js';

/** One stretch of a weekday. `closes` at or before `opens` ends on the next day; `24:00` is midnight at the day's end. */
export interface OpeningRow {
  /** ISO weekdays on which the stretch begins: 1 is Monday, 7 Sunday. */
  readonly days: readonly number[];
  readonly opens: string;
  readonly closes: string;
  /** First local date on which the row holds (inclusive). */
  readonly validFrom?: string;
  /** First local date on which it no longer holds (exclusive). */
  readonly validTo?: string;
}

/** A date that differs from the week: closed (no hours) or with hours of its own. */
export interface OpeningException {
  readonly date: string;
  readonly hours: readonly { readonly opens: string; readonly closes: string }[];
}

/** Dated weekly hours in an IANA zone. The only thing in the core that knows a zone. */
export interface OpeningHours {
  readonly zone: string;
  readonly rows: readonly OpeningRow[];
  readonly exceptions: readonly OpeningException[];
}

export type OpeningHoursFault =
  | 'time.zone_unknown' | 'time.hours_invalid' | 'time.day_invalid' | 'time.date_invalid' | 'time.date_repeated' | 'time.validity_reversed';

function* rowFaults(row: OpeningRow, index: number): Generator<Refusal<OpeningHoursFault>> {
  const at = (field: string): string => `/rows/${index}/${field}`;
  const fault = (code: OpeningHoursFault, value: string, field: string): Refusal<OpeningHoursFault> =>
    ({ code, params: { value, row: index + 1 }, pointer: at(field) });
  if (row.days.length === 0 || row.days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
    yield fault('time.day_invalid', row.days.join(' '), 'days');
  }
  yield* hourFaults(row, (value, field) => fault('time.hours_invalid', value, field));
  for (const field of ['validFrom', 'validTo'] as const) {
    const value = row[field];
    if (value !== undefined && !isCalendarDate(value)) yield fault('time.date_invalid', value, field);
  }
  if (row.validFrom !== undefined && row.validTo !== undefined && row.validTo <= row.validFrom) {
    yield fault('time.validity_reversed', `${row.validFrom} – ${row.validTo}`, 'validTo');
  }
}

function* hourFaults<F>(hours: { opens: string; closes: string }, fault: (value: string, field: string) => F): Generator<F> {
  const [opens, closes] = [minutesOfDay(hours.opens), minutesOfDay(hours.closes)];
  if (opens === undefined || opens === 1_440) yield fault(hours.opens, 'opens');
  if (closes === undefined) yield fault(hours.closes, 'closes');
}

/**
 * Checks hours as typed, all faults in one pass, each with a pointer.
 *
 * Codes: `time.zone_unknown`, `time.hours_invalid` (not HH:MM), `time.day_invalid` (outside 1–7), `time.date_invalid`,
 * `time.date_repeated` (two exceptions for a date), `time.validity_reversed`. Edge: 22:00–02:00 is valid and ends the next day.
 */
export function validateOpeningHours(hours: OpeningHours): Result<OpeningHours> {
  const faults: Refusal[] = [];
  if (!isZone(hours.zone)) faults.push({ code: 'time.zone_unknown', params: { zone: hours.zone }, pointer: '/zone' });
  hours.rows.forEach((row, index) => faults.push(...rowFaults(row, index)));
  const seen = new Set<string>();
  hours.exceptions.forEach((exception, index) => {
    const at = (field: string): string => `/exceptions/${index}/${field}`;
    if (!isCalendarDate(exception.date)) faults.push({ code: 'time.date_invalid', params: { value: exception.date }, pointer: at('date') });
    if (seen.has(exception.date)) faults.push({ code: 'time.date_repeated', params: { value: exception.date }, pointer: at('date') });
    seen.add(exception.date);
    exception.hours.forEach((stretch, row) => faults.push(...hourFaults<Refusal>(stretch, (value, field) =>
      ({ code: 'time.hours_invalid', params: { value }, pointer: `${at('hours')}/${row}/${field}` }))));
  });
  return faults.length === 0 ? ok(hours) : refuse('time.hours_faulty', { count: faults.length }, { causes: faults });
}

interface Stretch {
  readonly opens: number;
  readonly closes: number;
}

const stretch = (hours: { opens: string; closes: string }): Stretch => {
  const [opens, closes] = [minutesOfDay(hours.opens) ?? 0, minutesOfDay(hours.closes) ?? 0];
  return { opens, closes: closes <= opens ? closes + 1_440 : closes };
};

const holdsOn = (row: OpeningRow, date: string, weekday: number): boolean =>
  row.days.includes(weekday)
  && (row.validFrom === undefined || row.validFrom <= date)
  && (row.validTo === undefined || date < row.validTo);

interface Week {
  readonly rows: readonly { readonly row: OpeningRow; readonly stretch: Stretch }[];
  readonly exceptions: ReadonlyMap<string, readonly Stretch[]>;
  /** Whether dates matter at all: writing one costs more than all the rest of a day. */
  readonly isDated: boolean;
  /** Windows that were asked for, by their bounds: the runs of one claim ask for the same ones again and again. */
  readonly asked: WindowMap<IntervalSet>;
}

const MOST_ASKED = 256;

/** No clock has ever been changed by more: what ends or begins further away than this is outside, whatever the zone did. */
const FARTHEST_JUMP = 26 * HOUR;

/** Hours are read once, however many windows are asked for; they never change in place. */
const read = new WeakMap<OpeningHours, Week>();

function weekOf(hours: OpeningHours): Week {
  const found = read.get(hours);
  if (found !== undefined) return found;
  const rows = hours.rows.map((row) => ({ row, stretch: stretch(row) }));
  const week: Week = {
    rows, exceptions: new Map(hours.exceptions.map(({ date, hours: own }) => [date, own.map(stretch)])),
    isDated: hours.exceptions.length > 0 || rows.some(({ row }) => row.validFrom !== undefined || row.validTo !== undefined),
    asked: new WindowMap(),
  };
  read.set(hours, week);
  return week;
}

/**
 * The time within `within` at which the shop is open, as half-open instants.
 *
 * A stretch belongs to the day on which it begins; an exception replaces all stretches that begin on its date, so the night
 * before still runs into it. A wall time that a clock change skips is the moment of the jump; of a repeated time opening takes
 * the first and closing the last occurrence. Expects validated hours.
 * Edge: Saturday 22:00–06:00 in Paris lasts 420 minutes in the March night of the change and 540 in October.
 */
export function openIntervals(hours: OpeningHours, within: Interval): IntervalSet {
  const week = weekOf(hours);
  const found = week.asked.get(within);
  if (found !== undefined) return found;
  if (week.asked.starts >= MOST_ASKED) week.asked.clear();
  const open = openWithin(week, hours.zone, within);
  week.asked.set(within, open);
  return open;
}

function openWithin({ rows, exceptions, isDated }: Week, zone: string, within: Interval): IntervalSet {
  const first = localDay(toLocal(within.from, zone)) - 48 * HOUR;
  const last = toLocal(within.to, zone) + 24 * HOUR;
  const [earliest, latest] = [toLocal(within.from, zone) - FARTHEST_JUMP, toLocal(within.to, zone) + FARTHEST_JUMP];
  const open: Interval[] = [];
  for (let day = first as LocalMs; day <= last; day = (day + 24 * HOUR) as LocalMs) {
    const date = isDated ? dateOf(day) : '';
    const weekday = weekdayOf(day);
    const stretches = exceptions.get(date)
      ?? rows.filter(({ row }) => holdsOn(row, date, weekday)).map((entry) => entry.stretch);
    for (const { opens, closes } of stretches) {
      if (atMinutes(day, closes) < earliest || atMinutes(day, opens) > latest) continue;
      const from: Instant = localToInstantBy(atMinutes(day, opens), zone, 'first');
      const to: Instant = localToInstantBy(atMinutes(day, closes), zone, 'last');
      if (from < to) open.push({ from, to });
    }
  }
  return intersect(normalise(open), [within]);
}
