import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseInstant, type Instant } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A day as it is typed, `2026-12-01`, as the instant at which it begins in UTC; undefined where nothing was typed. Code: `portal.day_unreadable`. */
export function askedDay(form: unknown, name: string): Result<Instant | undefined> {
  const typed = formText(form, name, 20).trim();
  if (typed === '') return ok(undefined);
  const read = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? parseInstant(`${typed}T00:00:00Z`) : undefined;
  return read?.ok === true ? read : refuse('portal.day_unreadable', {}, { pointer: `/${name}` });
}
