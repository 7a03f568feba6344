import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { validateOpeningHours, type OpeningHours, type OpeningRow } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A stretch as it stands in two fields; the dates between which it holds are carried along untouched. */
export interface TypedStretch {
  readonly opens: string;
  readonly closes: string;
  readonly validFrom?: string;
  readonly validTo?: string;
}

export interface TypedException {
  readonly date: string;
  readonly kind: 'closed' | 'other';
  readonly hours: readonly TypedStretch[];
}

/** The week as seven days, the way people think of it, whatever rows it is stored in. */
export interface HoursForm {
  readonly zone: string;
  readonly days: readonly (readonly TypedStretch[])[];
  readonly exceptions: readonly TypedException[];
}

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const MOST_STRETCHES = 10;
const MOST_EXCEPTIONS = 100;
const BLANK: TypedStretch = { opens: '', closes: '' };

const byOpening = (a: TypedStretch, b: TypedStretch): number => (a.opens < b.opens ? -1 : 1);

const stretchOf = ({ opens, closes, validFrom, validTo }: OpeningRow): TypedStretch => ({
  opens, closes, ...(validFrom === undefined ? {} : { validFrom }), ...(validTo === undefined ? {} : { validTo }),
});

/** Stored hours as a form; a day without any has one blank stretch to write into. */
export const hoursForm = ({ zone, rows, exceptions }: OpeningHours): HoursForm => ({
  zone,
  days: DAYS.map((day) => rows.filter(({ days }) => days.includes(day)).map(stretchOf).sort(byOpening)),
  exceptions: exceptions.map(({ date, hours }) => ({ date, kind: hours.length === 0 ? 'closed' : 'other', hours })),
});

/**
 * A time of day as people write it: `9`, `9.30`, `0930`, `9h30`, `6:30 pm`, `오후 6시`. What cannot be read stays as it was typed,
 * for the sentence that says so. Edge: `12 am` is 00:00, `24` is the end of the day.
 */
export function timeOfDay(typed: string): string {
  const text = typed.normalize('NFKC').trim().toLowerCase();
  const match = /^(am|pm|오전|오후)?\s*(\d{1,2})\s*(?:[:.h시]\s*(\d{2})?\s*분?|(\d{2}))?\s*(am|pm)?$/.exec(text);
  if (match === null) return typed.trim();
  const [, before, hours = '', minutes, joined, after] = match;
  const half = before ?? after;
  const hour = Number.parseInt(hours, 10);
  if (half !== undefined && (hour === 0 || hour > 12)) return typed.trim();
  const shifted = half === undefined ? hour : (hour % 12) + (half === 'pm' || half === '오후' ? 12 : 0);
  return `${String(shifted).padStart(2, '0')}:${minutes ?? joined ?? '00'}`;
}

function stretchesIn(body: unknown, prefix: string): TypedStretch[] {
  const found: TypedStretch[] = [];
  for (let index = 0; index < MOST_STRETCHES; index += 1) {
    const text = (name: string): string => formText(body, `${prefix}-${index}-${name}`, 20);
    if (!hasField(body, `${prefix}-${index}-opens`)) break;
    const [validFrom, validTo] = [text('from'), text('to')];
    found.push({ opens: timeOfDay(text('opens')), closes: timeOfDay(text('closes')), ...(validFrom === '' ? {} : { validFrom }), ...(validTo === '' ? {} : { validTo }) });
  }
  return found;
}

const hasField = (body: unknown, name: string): boolean => typeof body === 'object' && body !== null && Object.hasOwn(body, name);

/** Everything as it stands in the fields, whichever button was pressed. */
export function readHoursForm(body: unknown): HoursForm {
  const exceptions: TypedException[] = [];
  for (let index = 0; index < MOST_EXCEPTIONS && hasField(body, `x${index}-date`); index += 1) {
    exceptions.push({
      date: formText(body, `x${index}-date`, 20).trim(), kind: formText(body, `x${index}-kind`, 10) === 'other' ? 'other' : 'closed', hours: stretchesIn(body, `x${index}`),
    });
  }
  return { zone: formText(body, 'zone', 60), days: DAYS.map((day) => stretchesIn(body, `d${day}`)), exceptions };
}

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_one, at) => at !== index);
const replaced = <T>(list: readonly T[], index: number, change: (one: T) => T): T[] => list.map((one, at) => (at === index ? change(one) : one));
const more = (list: readonly TypedStretch[]): readonly TypedStretch[] => (list.length < MOST_STRETCHES ? [...list, BLANK] : list);

export interface Stepped {
  readonly form: HoursForm;
  /** Where to go on writing. */
  readonly focus?: string;
}

/** What one of the small buttons does; nothing is stored by it. Undefined for what is no such button. */
export function stepped(form: HoursForm, button: string): Stepped | undefined {
  const [, what = '', first = '', second = ''] = /^(add|remove|add-date|remove-date|date-add|date-remove|weekdays|week)(?:-(\d{1,3}))?(?:-(\d{1,3}))?$/.exec(button) ?? [];
  const [at, of] = [Number.parseInt(first, 10), Number.parseInt(second, 10)];
  const { days, exceptions } = form;
  switch (what) {
    case 'add': return { form: { ...form, days: replaced(days, at - 1, more) }, focus: `d${at}-${days[at - 1]?.length ?? 0}-opens` };
    case 'remove': return { form: { ...form, days: replaced(days, at - 1, (list) => without(list, of)) }, focus: `add-${at}` };
    case 'weekdays': return { form: { ...form, days: days.map((list, day) => (day < 5 ? days[0] ?? [] : list)) }, focus: 'd2-0-opens' };
    case 'week': return { form: { ...form, days: days.map(() => days[0] ?? []) }, focus: 'd2-0-opens' };
    case 'add-date': return exceptions.length >= MOST_EXCEPTIONS ? { form }
      : { form: { ...form, exceptions: [...exceptions, { date: '', kind: 'closed', hours: [BLANK] }] }, focus: `x${exceptions.length}-date` };
    case 'remove-date': return { form: { ...form, exceptions: without(exceptions, at) }, focus: 'add-date' };
    case 'date-add': return { form: { ...form, exceptions: replaced(exceptions, at, (one) => ({ ...one, hours: more(one.hours) })) }, focus: `x${at}-${exceptions[at]?.hours.length ?? 0}-opens` };
    case 'date-remove': return { form: { ...form, exceptions: replaced(exceptions, at, (one) => ({ ...one, hours: without(one.hours, of) })) }, focus: `date-add-${at}` };
    default: return undefined;
  }
}

const isBlank = ({ opens, closes }: TypedStretch): boolean => opens === '' && closes === '';
const missing = (field: string): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` });

interface Placed {
  readonly stretch: TypedStretch;
  readonly field: string;
}

const placed = (list: readonly TypedStretch[], prefix: string): Placed[] =>
  list.map((stretch, index) => ({ stretch, field: `${prefix}-${index}` })).filter(({ stretch }) => !isBlank(stretch));

const halves = (list: readonly Placed[]): Refusal[] => list.flatMap(({ stretch, field }) =>
  (['opens', 'closes'] as const).filter((name) => stretch[name] === '').map((name) => missing(`${field}-${name}`)));

/** The same hours of several days in one row, as somebody would say them. */
function grouped(days: readonly (readonly TypedStretch[])[]): OpeningRow[] {
  const rows = new Map<string, { stretch: TypedStretch; days: number[] }>();
  days.forEach((list, index) => list.filter((stretch) => !isBlank(stretch)).forEach((stretch) => {
    const key = JSON.stringify([stretch.opens, stretch.closes, stretch.validFrom, stretch.validTo]);
    const row = rows.get(key) ?? { stretch, days: [] };
    if (!row.days.includes(index + 1)) row.days.push(index + 1);
    rows.set(key, row);
  }));
  return [...rows.values()].map(({ stretch, days: on }) => ({ days: on, ...stretch }));
}

interface PlacedDate { readonly field: string; readonly hours: readonly Placed[] }

/** The field of the form that a pointer into the hours means. */
function fieldOf(pointer: string, week: readonly Placed[], dates: readonly PlacedDate[]): string {
  const [, list, index = '', ...rest] = pointer.split('/');
  const at = Number.parseInt(index, 10);
  if (list === 'rows') return [week[at]?.field, ...rest].join('-');
  const date = dates[at];
  if (list !== 'exceptions' || date === undefined) return 'zone';
  const [what, of = '', name = ''] = rest;
  return what === 'hours' ? [date.hours[Number.parseInt(of, 10)]?.field, name].join('-') : `${date.field}-date`;
}

/** Hours to be stored, or every fault with the field it stands in. Blank stretches and blank dates are left out. */
export function hoursOf(form: HoursForm): Result<OpeningHours> {
  const week = form.days.flatMap((list, index) => placed(list, `d${index + 1}`).map((one) => ({ ...one, day: index + 1 })));
  const dates = form.exceptions.map((exception, index) => ({ ...exception, field: `x${index}`, hours: exception.kind === 'closed' ? [] : placed(exception.hours, `x${index}`) }))
    .filter(({ date, hours }) => date !== '' || hours.length > 0);
  const faults: Refusal[] = [...halves(week), ...dates.flatMap(({ date, kind, hours, field }) => [
    ...(date === '' ? [missing(`${field}-date`)] : []), ...(kind === 'other' && hours.length === 0 ? [missing(`${field}-0-opens`)] : []), ...halves(hours),
  ])];
  if (faults.length > 0) return refuse('time.hours_faulty', { count: faults.length }, { causes: faults });
  const checked = validateOpeningHours({
    zone: form.zone, rows: week.map(({ stretch, day }) => ({ days: [day], ...stretch })),
    exceptions: dates.map(({ date, hours }) => ({ date, hours: hours.map(({ stretch: { opens, closes } }) => ({ opens, closes })) })),
  });
  if (checked.ok) return ok({ ...checked.value, rows: grouped(form.days) });
  return refuse(checked.refusal.code, checked.refusal.params, { causes: (checked.refusal.causes ?? []).map((cause) => ({ ...cause, pointer: `/${fieldOf(cause.pointer ?? '', week, dates)}` })) });
}
