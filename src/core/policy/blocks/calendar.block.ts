import { ratio } from '../../money/index.js';
import { addDays, addWorkingDays, dateAt, daysBetween, isWorkingDay, minutesOfDay, MONDAY_TO_FRIDAY, parseLocal, toLocal, type CalendarDate, type WorkingWeek } from '../../time/index.js';
import { value, type Block, type Params, type ParamSpec, type RunScope } from '../block.js';
import type { TreeReader } from '../document/index.js';
import type { Maybe } from '../value.js';

const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

function readWeekdays(at: TreeReader): ReadonlySet<number> {
  const days = at.items().map((item) => WEEKDAYS.indexOf(item.oneOf(WEEKDAYS)) + 1);
  if (days.length === 0) at.fault('policy.missing', 'a working week needs a working day');
  return new Set(days);
}

const WEEK_PARAMS = {
  weekdays: { kind: 'custom', optional: true, about: 'working weekdays, such as [MON, TUE, WED, THU, FRI, SAT]; Monday to Friday when left out', read: readWeekdays },
  holidays: { kind: 'dates', optional: true, about: 'public holidays, with year and source' },
} as const satisfies Record<string, ParamSpec>;

const weekOf = (params: Params): WorkingWeek => ({
  weekdays: (params.custom('weekdays') as ReadonlySet<number> | undefined) ?? MONDAY_TO_FRIDAY, holidays: new Set(params.dates('holidays')),
});

/** The local date of an instant or the date itself. */
const dateIn = (of: Maybe, { facts }: RunScope): CalendarDate | undefined =>
  (of?.type === 'date' ? of.on : of?.type === 'instant' ? dateAt(of.at, facts.site.zone) : undefined);

/** What is reported after the cut-off, or on a day that is none, counts from the next working day. */
function countsFrom(of: Maybe, params: Params, week: WorkingWeek, run: RunScope): CalendarDate | undefined {
  const on = dateIn(of, run);
  if (on === undefined || of?.type !== 'instant' || !params.has('cutOff')) return on;
  const local = toLocal(of.at, run.facts.site.zone);
  const midnight = parseLocal(on);
  const minutes = minutesOfDay(params.text('cutOff')) ?? 0;
  const late = midnight.ok && local - midnight.value > minutes * 60_000;
  return late || !isWorkingDay(on, week) ? addWorkingDays(addDays(on, 1), 0, week) : on;
}

export const addWorkingDaysBlock: Block = {
  name: 'add_working_days',
  version: 1,
  group: 'time',
  purpose: 'The date that is so many working days after another, with holidays and a cut-off hour.',
  rounding: 'none; dates are whole',
  example: 'reported on a Friday at 21:01 with a cut-off of 21:00, two working days: counts from Monday, so Wednesday',
  source: 'Ofcom automatic compensation (second working day after the report); BT Business (cut-off 21:00)',
  inputs: { from: { types: ['date', 'instant'], about: 'the date, or the instant whose local date counts' } },
  params: {
    days: { kind: 'count', about: 'how many working days later' },
    ...WEEK_PARAMS,
    cutOff: { kind: 'text', optional: true, about: 'local time, such as 21:00; later counts as the next working day' },
  },
  output: () => 'date',
  evaluate(inputs, params, run) {
    const week = weekOf(params);
    const from = countsFrom(inputs.get('from'), params, week, run);
    return value(from === undefined ? null : { type: 'date', on: addWorkingDays(from, params.count('days'), week) });
  },
};

export const countDays: Block = {
  name: 'count_days',
  version: 1,
  group: 'time',
  purpose: 'How many days lie between two dates, each end counted or not; never negative.',
  rounding: 'none; dates are whole',
  example: 'from Wednesday to Friday, neither end counted: 1 (Thursday)',
  source: 'Ofcom: the missed day counts, the day of activation does not',
  inputs: {
    from: { types: ['date', 'instant'], about: 'first date' },
    to: { types: ['date', 'instant'], about: 'last date' },
  },
  params: {
    first: { kind: 'choice', options: ['counts', 'does_not_count'], about: 'whether the first date counts' },
    last: { kind: 'choice', options: ['counts', 'does_not_count'], about: 'whether the last date counts' },
    days: { kind: 'choice', options: ['calendar', 'working'], byDefault: 'calendar', about: 'which days count' },
    ...WEEK_PARAMS,
  },
  output: () => 'number',
  evaluate(inputs, params, run) {
    const [from, to] = [dateIn(inputs.get('from'), run), dateIn(inputs.get('to'), run)];
    if (from === undefined || to === undefined) return value(null);
    const start = params.text('first') === 'counts' ? from : addDays(from, 1);
    const end = params.text('last') === 'counts' ? addDays(to, 1) : to;
    const length = Math.max(0, Math.min(daysBetween(start, end), 36_600));
    if (params.text('days') === 'calendar') return value({ type: 'number', ratio: ratio(BigInt(length)) });
    const week = weekOf(params);
    const working = Array.from({ length }, (_, index) => addDays(start, index)).filter((on) => isWorkingDay(on, week));
    return value({ type: 'number', ratio: ratio(BigInt(working.length)) });
  },
};

