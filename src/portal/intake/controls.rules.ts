import { exponentOf, formatRatio, multiplyRatio, parseRatio, ratio, type CurrencyCode } from '../../core/money/index.js';
import type { InputDefinition, InputType, Language } from '../../core/policy/index.js';
import { formatLocal, instantOf, localDay, parseInstant, parseLocal, toLocal, weekdayOf, type LocalMs } from '../../core/time/index.js';
import { hasRows } from './questions.rules.js';

/** What one input is asked in: money of this currency, times on this clock, in the reader's language. */
export interface AskingGround {
  readonly currency: CurrencyCode;
  readonly zone: string;
  readonly language: Language;
}

/** What stands in a form's fields, by the part of their names after the prefix. */
export type Typed = Readonly<Record<string, string>>;

export type Cell = 'money' | 'share' | 'number' | 'text' | 'yesno' | 'choice' | 'date' | 'instant' | 'duration' | 'lines' | 'rows';

export interface Column {
  readonly name: string;
  readonly type: InputType;
}

/** How one input is shown: what kind of field, and the columns of its lines where it has several. */
export interface Control {
  readonly cell: Cell;
  readonly columns: readonly Column[];
  /** Lines that have a name of their own, such as the weeks a policy compares. */
  readonly labels: readonly string[];
}

const CELLS: Readonly<Record<InputType, Cell>> = {
  money: 'money', ratio: 'share', number: 'number', text: 'text', boolean: 'yesno', choice: 'choice', date: 'date', instant: 'instant', duration: 'duration',
  list: 'rows', series: 'rows', intervals: 'rows',
};

const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const DAY = 86_400_000;
export const MOST_LINES = 60;

/** First days of the whole weeks inside a range, both ends inclusive: the weeks a policy asks for by name. */
export function weeksOf({ period, range }: Pick<InputDefinition, 'period' | 'range'>): string[] {
  const first = WEEKDAYS.indexOf(period?.slice(5, 8) ?? '');
  const [start, end] = (range ?? []).map((text) => parseLocal(text));
  if (first === -1 || start?.ok !== true || end?.ok !== true) return [];
  const ahead = (first + 1 - weekdayOf(localDay(start.value)) + 7) % 7;
  const weeks: string[] = [];
  for (let day = start.value + ahead * DAY; day + 6 * DAY <= end.value && weeks.length < MOST_LINES; day += 7 * DAY) weeks.push(formatLocal(day as LocalMs).slice(0, 10));
  return weeks;
}

export function controlOf(definition: InputDefinition): Control {
  const { type, fields } = definition;
  if (type === 'list' && fields === undefined) return { cell: 'lines', columns: [], labels: [] };
  if (!hasRows(type)) return { cell: CELLS[type], columns: [], labels: [] };
  return { cell: 'rows', columns: columnsOf(definition), labels: type === 'series' ? weeksOf(definition) : [] };
}

function columnsOf({ type, fields }: InputDefinition): Column[] {
  if (type === 'series') return [{ name: 'from', type: 'date' }, { name: 'amount', type: 'money' }];
  if (type === 'intervals') return [{ name: 'from', type: 'instant' }, { name: 'to', type: 'instant' }];
  return Object.entries(fields ?? {}).map(([name, of]) => ({ name, type: of }));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Local date and time of an instant, as a line of a table holds them: `2022-10-15 15:30`, seconds only where there are some. */
export function localText(text: string, zone: string): string {
  const read = parseInstant(text);
  if (!read.ok) return text;
  const local = formatLocal(toLocal(read.value, zone)).replace('T', ' ');
  return local.endsWith(':00') ? local.slice(0, -3) : local;
}

/** One value inside a line, as its field shows it. */
function cellText(value: unknown, type: InputType, ground: AskingGround): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return '';
  if (type === 'instant') return localText(value, ground.zone);
  return NUMERIC.includes(type) ? shownNumber(value, type, ground.language) : value;
}

const NUMERIC: readonly InputType[] = ['money', 'number', 'ratio', 'duration'];

/** A number with the decimal mark of its reader, so that it is read as what it was; a share above one as a percentage, so that it is clear. */
function shownNumber(text: string, type: InputType, language: Language): string {
  const read = type === 'ratio' && /^\d+(\.\d+)?$/.test(text) ? parseRatio(text) : undefined;
  const shown = read?.ok === true && read.value.num > read.value.den ? `${formatRatio(multiplyRatio(read.value, ratio(100n)))}%` : text;
  return language === 'fr' ? shown.replace('.', ',') : shown;
}

/** A stored answer as the fields of its form; what the reading of the form gives back again. */
export function typedFrom(answer: unknown, definition: InputDefinition, ground: AskingGround): Typed {
  if (Array.isArray(answer)) return controlOf(definition).cell === 'lines' ? { value: answer.join('\n') } : rowsFrom(answer, definition, ground);
  if (typeof answer === 'boolean') return { value: answer ? 'yes' : 'no' };
  return typeof answer === 'string' ? partsFrom(answer, definition.type, ground) : {};
}

/** A text as the fields it is asked in: some kinds take several. */
function partsFrom(answer: string, type: InputType, ground: AskingGround): Typed {
  if (type === 'date') return dateParts(answer);
  if (type === 'instant') {
    const [day = '', time = ''] = localText(answer, ground.zone).split(' ');
    return { ...dateParts(day), time };
  }
  if (type === 'duration') {
    const [value = '', unit = 'minutes'] = answer.split(' ');
    return { value: shownNumber(value, type, ground.language), unit: UNITS.find((known) => known === unit || known === `${unit}s`) ?? 'minutes' };
  }
  return { value: NUMERIC.includes(type) ? shownNumber(answer, type, ground.language) : answer };
}

export const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const;

function dateParts(iso: string): Typed {
  const [year = '', month = '', day = ''] = iso.split('-');
  return { year, month: month.replace(/^0/, ''), day: day.replace(/^0/, '') };
}

function rowsFrom(answer: readonly unknown[], definition: InputDefinition, ground: AskingGround): Typed {
  const { columns, labels } = controlOf(definition);
  const placed = labels.length === 0 ? answer : labels.map((label) => answer.find((row) => isObject(row) && row['from'] === label));
  const strays = labels.length === 0 ? [] : answer.filter((row) => isObject(row) && !labels.includes(String(row['from'])));
  return Object.fromEntries([...placed, ...strays].flatMap((row, index) => columns.flatMap(({ name, type }) =>
    (isObject(row) ? [[`${index}-${name}`, cellText(row[name], type, ground)]] : []))));
}

/** Names of the fields of a form for an input, without their prefix; `lines`: how many lines it has. */
export function fieldNames(definition: InputDefinition, lines: number): string[] {
  const { cell, columns } = controlOf(definition);
  switch (cell) {
    case 'date': return ['day', 'month', 'year'];
    case 'instant': return ['day', 'month', 'year', 'time'];
    case 'duration': return ['value', 'unit'];
    case 'rows': return Array.from({ length: lines }, (_, line) => columns.map(({ name }) => `${line}-${name}`)).flat();
    default: return ['value'];
  }
}

/** How many lines to show: those that are filled, and a few more to fill. */
export function linesShown(typed: Typed, { labels }: Control, wanted = 0): number {
  const filled = Object.entries(typed).flatMap(([name, text]) => (/^\d+-/.test(name) && text.trim() !== '' ? [Number.parseInt(name, 10) + 1] : []));
  return Math.min(Math.max(labels.length, ...filled, labels.length > 0 ? 0 : Math.max(...filled, 0) + 2, 3, wanted), MOST_LINES);
}

/** Local figures as an instant; the earlier one where the clock showed them twice. */
export function instantAt(local: string, zone: string): ReturnType<typeof instantOf> | { ok: false; refusal: { code: 'time.malformed'; params: object } } {
  const read = parseLocal(local);
  return read.ok ? instantOf(read.value, zone) : { ok: false, refusal: { code: 'time.malformed', params: {} } };
}

export const decimalsOf = (type: InputType, currency: CurrencyCode): number | undefined => (type === 'money' ? exponentOf(currency) : undefined);
