import { ok, refuse, type Result } from '../../core/errors/index.js';
import { addDays, dateAt, parseLocal, startOf, type Instant, type Interval } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

/** First and last whole day, as typed. */
export interface TypedCoverage {
  readonly from: string;
  readonly to: string;
}

export const typedCoverage = (body: unknown): TypedCoverage => ({ from: formText(body, 'from', 20).trim(), to: formText(body, 'to', 20).trim() });

/** The days on which the first and the last record lie. */
export const daysOf = ({ from, to }: Interval, zone: string): TypedCoverage => ({ from: dateAt(from, zone), to: dateAt((to - 1) as Instant, zone) });

/** Whole days of the site, both included; the last one only as far as it had come when the file was sent. */
export function coverageIn({ from, to }: TypedCoverage, zone: string, uploadedAt: Instant): Result<Interval> {
  for (const [field, text] of [['from', from], ['to', to]] as const) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !parseLocal(text).ok) return refuse('portal.day_malformed', { value: text }, { pointer: `/${field}` });
  }
  const end = Math.min(startOf(addDays(to, 1), zone), uploadedAt) as Instant;
  return ok({ from: startOf(from, zone), to: end });
}
