import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, parseInstant, type Interval } from '../../core/time/index.js';
import type { InputDefinition } from '../../core/policy/index.js';
import { formText } from '../shared/form-fields.form.js';
import { readTyped } from './answer.form.js';
import { typedFrom, type AskingGround, type Typed } from './controls.rules.js';
import { currency } from '../../core/money/index.js';

const ENDS = ['from', 'to'] as const;
const FIELDS = ['day', 'month', 'year', 'time'];

/** Each end of a window is asked as any other instant is. */
const INSTANT: InputDefinition = { type: 'instant', label: { en: '', ko: '', fr: '' }, source: 'asked', scope: 'site', required: true };

const ground = (zone: string): AskingGround => ({ currency: currency('EUR'), zone, language: 'en' });

export type TypedWindow = Readonly<Record<(typeof ENDS)[number], Typed>>;

export const windowIn = (body: unknown): TypedWindow => {
  const end = (name: string): Typed => Object.fromEntries(FIELDS.map((field) => [field, formText(body, `${name}-${field}`, 20).trim()]));
  return { from: end('from'), to: end('to') };
};

export const typedWindow = ({ from, to }: Interval, zone: string): TypedWindow =>
  ({ from: typedFrom(formatInstant(from), INSTANT, ground(zone)), to: typedFrom(formatInstant(to), INSTANT, ground(zone)) });

/** Codes: those of reading an instant, and `intake.window_reversed`. */
export function readWindow(typed: TypedWindow, zone: string): Result<Interval> {
  const [from, to] = ENDS.map((end) => {
    const read = readTyped(typed[end], INSTANT, ground(zone));
    if (!read.ok) return { ...read, refusal: { ...read.refusal, pointer: `/${end}-${(read.refusal.pointer ?? '/day').slice(1)}` } };
    const at = typeof read.value === 'string' ? parseInstant(read.value) : undefined;
    return at?.ok === true ? at : refuse('intake.date_unreadable', {}, { pointer: `/${end}-day` });
  });
  if (from?.ok !== true) return from as Result<never>;
  if (to?.ok !== true) return to as Result<never>;
  return from.value < to.value ? ok({ from: from.value, to: to.value }) : refuse('intake.window_reversed', {}, { pointer: '/to-day' });
}
