import { refuse, ok, type Result } from '../../../core/errors/index.js';
import { formatLocal, HOUR, instantOf, isInRange, MINUTE, parseLocal, SECOND, type Instant, type LocalMs } from '../../../core/time/index.js';
import { DATE_ORDERS, type CompactTime, type DateOrder } from './till-mapping.rules.js';
import { remembering } from './till-remembered.rules.js';
import { offsetMinutes, offsetsInZone, readZone } from './till-zones.rules.js';

/** What a clock on the wall showed, and how far it was from UTC where the text says so. */
interface WallTime {
  readonly local: LocalMs;
  readonly hasTime: boolean;
  readonly offset?: number;
}

export interface TimeLayout {
  readonly dateOrder: DateOrder;
  readonly compactTime?: CompactTime;
  readonly halfDays?: 'marked';
}

/** Three figures of a date as they stand, and the orders that make a day of them. */
interface DateParts {
  readonly figures: Figures;
  /** Undefined when the text itself says which figure is which. */
  readonly orders?: readonly DateOrder[];
  readonly rest: string;
}

const YEAR_FIRST = /^(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})(?:\s?일|\.(?=\s|$))?(?!\d)/u;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=$|\D|\d{6}$|\d{4}$)/u;
const YEAR_LAST = /^(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)/u;
const DAY_NAMED_MONTH = /^(\d{1,2})[\s.-]+([A-Za-z]{3,9})\.?[\s,-]+(\d{4})(?!\d)/u;
const NAMED_MONTH_DAY = /^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)/u;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SERIAL = /^[2-7]\d{4}(?:\.\d{1,12})?$/u;

const monthOf = (name: string): string => String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);

type Figures = readonly [string, string, string];

/** Patterns with which figure means what; those without orders say it themselves. */
const PATTERNS: readonly { readonly pattern: RegExp; readonly figures: (found: readonly string[]) => Figures; readonly orders?: (figures: Figures, separator: string) => DateOrder[] }[] = [
  { pattern: YEAR_FIRST, figures: ([, y = '', m = '', d = '']) => [y, m, d] },
  { pattern: COMPACT, figures: ([, y = '', m = '', d = '']) => [y, m, d] },
  { pattern: YEAR_LAST, figures: ([, a = '', , b = '', c = '']) => [a, b, c], orders: (figures, separator) => ordersOfFigures(figures, separator === '.') },
  { pattern: DAY_NAMED_MONTH, figures: ([, d = '', m = '', y = '']) => [y, monthOf(m), d] },
  { pattern: NAMED_MONTH_DAY, figures: ([, m = '', d = '', y = '']) => [y, monthOf(m), d] },
];

function partsOf(text: string): DateParts | undefined {
  for (const { pattern, figures, orders } of PATTERNS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const read = figures(found);
    const rest = text.slice(found[0].length).replace(/^\s*\([월화수목금토일]\)|^[,T](?=\s?\d)/u, '').trim();
    return { figures: read, rest, ...(orders === undefined ? {} : { orders: orders(read, found[2] ?? '') }) };
  }
  return undefined;
}

/** Nobody writes month, day, year with dots; a year of two figures may stand at either end. */
function ordersOfFigures([a, b, c]: Figures, isDotted: boolean): DateOrder[] {
  const [month, day] = [(text: string) => Number(text) >= 1 && Number(text) <= 12, (text: string) => Number(text) >= 1 && Number(text) <= 31];
  return [
    ...(c.length === 2 && a.length === 2 && month(b) && day(c) ? ['ymd' as const] : []),
    ...(day(a) && month(b) ? ['dmy' as const] : []),
    ...(!isDotted && month(a) && day(b) ? ['mdy' as const] : []),
  ];
}

const arranged = ([a, b, c]: Figures, order: DateOrder): Figures => {
  if (order === 'ymd') return [`20${a}`, b, c];
  const year = c.length === 2 ? `20${c}` : c;
  return order === 'dmy' ? [year, b, a] : [year, a, b];
};

/**
 * The orders in which the text is a date: one, when it says so itself; several, when it must be asked; none, when it is no date.
 * Edge: `03/04/2025` is dmy or mdy, `13/04/2025` dmy only, `2025-04-03` ymd; `45735.77` is a day count of a spreadsheet.
 */
export function ordersOf(text: string): readonly DateOrder[] {
  const clean = tidy(text);
  if (SERIAL.test(clean)) return ['serial'];
  const parts = partsOf(clean);
  return parts === undefined ? [] : (parts.orders ?? ['ymd']);
}

/** Whether the text names its order, whatever the file's is: such dates take no part in the vote. */
export const namesItsOrder = (text: string): boolean => {
  const parts = partsOf(tidy(text));
  return parts !== undefined && parts.orders === undefined;
};

export const hasTimeOfDay = (text: string): boolean => {
  const clean = tidy(text);
  return SERIAL.test(clean) ? clean.includes('.') : (partsOf(clean)?.rest ?? '') !== '';
};

/** Ends with `Z`, `UTC` or an offset: such a time needs no zone. */
export const namesItsOffset = (text: string): boolean => splitOffset(partsOf(tidy(text))?.rest ?? '').offset !== undefined;

/** Whether the time in a cell, or beside it, lies on a whole quarter of an hour, as lists of totals do; undefined when there is none. */
export function liesOnQuarter(dateText: string, timeText: string): boolean | undefined {
  const text = tidy(timeText) || (partsOf(tidy(dateText))?.rest ?? '');
  const clock = text === '' ? undefined : clockWithOffset(text, text.length > 4 ? 'hhmmss' : 'hhmm');
  return clock === undefined ? undefined : clock.ms % (HOUR / 4) === 0;
}

export const ALL_ORDERS: readonly DateOrder[] = DATE_ORDERS;

const tidy = (text: string): string => (TIDY.test(text) ? text : text.normalize('NFC').replace(/[\s\u00a0\u202f]+/gu, ' ').trim());
/** Most cells are. */
const TIDY = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/u;
const two = (text: string): string => text.padStart(2, '0');

const CLOCK = /^(?:(?<before>오전|오후|[ap]\.?\s?m\.?)\s?)?(?<hour>\d{1,2})\s?[:h시.]\s?(?<minute>\d{2})(?:\s?[:m분.]\s?(?<second>\d{2})(?:[.,](?<fraction>\d{1,6}))?)?\s?[초분]?\s?(?<after>[ap]\.?\s?m\.?|오전|오후)?$/iu;

export const saysHalfDay = (text: string): boolean => /오전|오후|\d\s?[ap]\.?\s?m\b|\b[ap]\.?\s?m\.?\s?\d/iu.test(text.normalize('NFC'));

/** Milliseconds after midnight, or undefined when no clock shows it. Edge: `오후 12:30` is 12:30, `12:30 AM` is 00:30. */
function clockOf(text: string, compact: CompactTime | undefined): number | undefined {
  if (/^0?[.,]\d{2,}$/u.test(text)) return snapped(Number(text.replace(',', '.')) * 24 * HOUR);
  if (/^\d{1,6}$/u.test(text)) return compactOf(text, compact);
  const parts = CLOCK.exec(text)?.groups;
  return parts === undefined ? undefined : shownBy(parts);
}

function shownBy(parts: Readonly<Record<string, string | undefined>>): number | undefined {
  const { before, hour = '', minute = '', second, fraction, after } = parts;
  const ms = (fraction ?? '').padEnd(3, '0');
  if ((before !== undefined && after !== undefined) || /[^0]/u.test(ms.slice(3))) return undefined;
  const hours = hourOf(Number(hour), before ?? after);
  return hours === undefined ? undefined : ofDay(hours, Number(minute), Number(second ?? '0'), Number(ms.slice(0, 3)));
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^(?:오후|p)/iu.test(half) ? 12 : 0);
}

const ofDay = (hours: number, minutes: number, seconds: number, ms = 0): number | undefined =>
  (hours <= 23 && minutes <= 59 && seconds <= 59 ? hours * HOUR + minutes * MINUTE + seconds * SECOND + ms : undefined);

function compactOf(text: string, compact: CompactTime | undefined): number | undefined {
  const width = compact === 'hhmmss' ? 6 : 4;
  if (compact === undefined || text.length > width) return undefined;
  const full = text.padStart(width, '0');
  return ofDay(Number(full.slice(0, 2)), Number(full.slice(2, 4)), Number(full.slice(4) || '0'));
}

/** A day count carries about a tenth of a millisecond: what lies that near a second is the second. */
function snapped(ms: number): number {
  const whole = Math.round(ms);
  const second = Math.round(whole / SECOND) * SECOND;
  return Math.abs(whole - second) <= 5 ? second : whole;
}

function splitOffset(rest: string): { readonly clock: string; readonly offset?: number } {
  const match = /\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})$/iu.exec(rest);
  const offset = match === null ? undefined : offsetMinutes(match[1] ?? '');
  return match === null || offset === undefined ? { clock: rest } : { clock: rest.slice(0, match.index).trim(), offset };
}

/** Days from 30 December 1899, as spreadsheets count; their first two months are off by one, and far from any till. */
const serialMs = (text: string): number => {
  const [days = '0', fraction = '0'] = text.split('.');
  return Date.UTC(1899, 11, 30) + Number(days) * 24 * HOUR + snapped(Number(`0.${fraction}`) * 24 * HOUR);
};

/** A date and the time in it or beside it, as a clock showed them; undefined when they are none. */
function wallTime(dateText: string, timeText: string | undefined, layout: TimeLayout): WallTime | undefined {
  const day = dayOf(tidy(dateText), layout.dateOrder);
  if (day === undefined) return undefined;
  const inDate = day.rest === '' ? { ms: 0 } : clockWithOffset(day.rest, layout.compactTime ?? 'hhmmss');
  if (inDate === undefined) return undefined;
  if (timeText === undefined) return { local: (day.local + inDate.ms) as LocalMs, hasTime: day.hasTime || day.rest !== '', ...offsetOf(inDate) };
  // Spreadsheets put midnight behind a date; any other time there would contradict the time column.
  if (day.hasTime || inDate.ms !== 0) return undefined;
  const beside = clockWithOffset(tidy(timeText), layout.compactTime);
  return beside === undefined ? undefined : { local: (day.local + beside.ms) as LocalMs, hasTime: true, ...offsetOf(beside) };
}

const offsetOf = ({ offset }: { readonly offset?: number }): { offset?: number } => (offset === undefined ? {} : { offset });

/** As most tills write it, with nothing before or behind. */
const BARE_CLOCK = /^\d{2}:\d{2}(?::\d{2})?$/u;

function clockWithOffset(text: string, compact: CompactTime | undefined): { ms: number; offset?: number } | undefined {
  if (BARE_CLOCK.test(text)) {
    const bare = ofDay(Number(text.slice(0, 2)), Number(text.slice(3, 5)), Number(text.slice(6)));
    return bare === undefined ? undefined : { ms: bare };
  }
  const { clock, offset } = splitOffset(text);
  const ms = clockOf(clock, compact);
  return ms === undefined ? undefined : { ms, ...(offset === undefined ? {} : { offset }) };
}

function dayOf(text: string, order: DateOrder): { local: number; rest: string; hasTime: boolean } | undefined {
  if (order === 'serial' && SERIAL.test(text)) return { local: serialMs(text), rest: '', hasTime: text.includes('.') };
  const parts = partsOf(text);
  if (parts === undefined || (parts.orders !== undefined && !parts.orders.includes(order))) return undefined;
  const [year, month, day] = parts.orders === undefined ? parts.figures : arranged(parts.figures, order);
  const local = midnightOf(`${year}-${two(month)}-${two(day)}`);
  return local.ok ? { local: local.value, rest: parts.rest, hasTime: false } : undefined;
}

const midnightOf = remembering(parseLocal);
const zoneOf = remembering(readZone);

export interface TimeCells {
  readonly date: string;
  readonly time?: string;
  /** What the zone column says. */
  readonly zone?: string;
}

export interface ReadTime {
  readonly at: Instant;
  readonly hasTime: boolean;
  readonly local: LocalMs;
  readonly zone: string | undefined;
}

const tooFine = (text: string): boolean => (text.includes('.') || text.includes(',')) && /\d[.,]\d{3}\d*[1-9]\d*(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?$/iu.test(text) && /:\d{2}[.,]/u.test(text);

/**
 * The one instant a line names. Never guesses: the offset in the text comes before the zone column, that before the file's zone.
 * Codes: `evidence.time_malformed`, `.till_half_day`, `.time_too_fine`, `.time_out_of_range`, `.zone_missing`, `.zone_unknown`, `.time_skipped` and
 * `.time_repeated`, the last two with both readings.
 */
export function readTime(cells: TimeCells, layout: TimeLayout, fileZone: string | undefined): Result<ReadTime> {
  const value = (cells.time === undefined ? cells.date : `${cells.date} ${cells.time}`).trim().slice(0, 40);
  if (tooFine(cells.time ?? cells.date)) return refuse('evidence.time_too_fine', { value });
  const wall = wallTime(cells.date, cells.time, layout);
  if (wall === undefined) return refuse('evidence.time_malformed', { value });
  if (layout.halfDays !== undefined && wall.hasTime && !saysHalfDay(value)) return refuse('evidence.till_half_day', { value });
  const { local, offset, hasTime } = wall;
  if (offset !== undefined) return plausible({ at: (local - offset * MINUTE) as Instant, hasTime, local, zone: fileZone }, value);
  return cells.zone === undefined || cells.zone.trim() === '' ? inZone(wall, fileZone, value) : inWrittenZone(wall, cells.zone, fileZone, value);
}

function inWrittenZone({ local, hasTime }: WallTime, text: string, fileZone: string | undefined, value: string): Result<ReadTime> {
  const written = zoneOf(text);
  if (written === undefined) return unknownZone(text);
  if ('zone' in written) return inZone({ local, hasTime }, written.zone, value);
  const fitting = written.offsets.length === 1 || fileZone === undefined ? written.offsets : offsetsInZone(written.offsets, local, fileZone);
  const [offset] = fitting;
  if (offset === undefined || fitting.length > 1) return unknownZone(text);
  return plausible({ at: (local - offset * MINUTE) as Instant, hasTime, local, zone: fileZone }, value);
}

const unknownZone = (text: string): Result<never> => refuse('evidence.zone_unknown', { value: text.trim().slice(0, 40) });

function inZone({ local, hasTime }: WallTime, zone: string | undefined, value: string): Result<ReadTime> {
  if (zone === undefined) return refuse('evidence.zone_missing', { value });
  if (!hasTime) return plausible({ at: local as number as Instant, hasTime, local, zone }, value);
  const read = instantOf(local, zone);
  if (read.ok) return plausible({ at: read.value, hasTime, local, zone }, value);
  return refuse(read.refusal.code === 'time.gap' ? 'evidence.time_skipped' : 'evidence.time_repeated', {
    ...read.refusal.params, value: formatLocal(local).replace('T', ' '),
  });
}

const plausible = (read: ReadTime, value: string): Result<ReadTime> =>
  (isInRange(read.at) ? ok(read) : refuse('evidence.time_out_of_range', { value }));
