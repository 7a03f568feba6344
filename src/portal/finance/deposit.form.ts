import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { addDays, formatInstant, isCalendarDate, type Instant } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

/** Money that came, as it was filled in; in the currency of the fund. */
export function readDeposit(body: unknown, currency: string): Result<{ amount: Money; reference: string }> {
  const amount = parseMoney(formText(body, 'amount', 40).replaceAll(/\s/g, ''), currency);
  if (!amount.ok) return { ok: false, refusal: { ...amount.refusal, pointer: '/amount' } };
  const reference = formText(body, 'reference', 120).trim();
  return reference === '' ? refuse('portal.field_missing', {}, { pointer: '/reference' }) : ok({ amount: amount.value, reference });
}

/** The last moment of a day in UTC, of which balances are asked, or this moment of today; undefined when none is. Codes: `portal.day_malformed`, `portal.day_future`, since nobody knows what will stand. */
export function readDay(query: unknown, now: Instant): Result<{ day: string; until: Instant } | undefined> {
  const day = formText(query, 'asOf', 20).trim();
  if (day === '') return ok(undefined);
  if (!isCalendarDate(day)) return refuse('portal.day_malformed', { value: day }, { pointer: '/asOf' });
  if (day > formatInstant(now).slice(0, 10)) return refuse('portal.day_future', { day }, { pointer: '/asOf' });
  const last = (Date.parse(`${addDays(day, 1)}T00:00:00Z`) - 1) as Instant;
  return ok({ day, until: last > now ? now : last });
}
