import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isCalendarDate } from '../../core/time/index.js';
import { formText } from '../shared/form-fields.form.js';

/** So much of a digest is typed: enough that nobody types it without having looked. */
export const TYPED_DIGITS = 8;

/** The fund and the day of a new batch, as they were filled in. Codes: `portal.field_missing`, `portal.day_malformed`. */
export function readNewBatch(body: unknown): Result<{ fundId: string; executeOn?: string }> {
  const [fundId, executeOn] = [formText(body, 'fund', 40), formText(body, 'day', 20).trim()];
  if (!/^[0-9a-f-]{36}$/.test(fundId)) return refuse('portal.field_missing', {}, { pointer: '/fund' });
  if (executeOn === '') return ok({ fundId });
  return isCalendarDate(executeOn) ? ok({ fundId, executeOn }) : refuse('portal.day_malformed', { value: executeOn }, { pointer: '/day' });
}

/** The digest of the batch as it was shown, where its beginning was typed from it. Code: `portal.digest_typed`. Edge: capitals and spaces do not matter. */
export function readDigest(body: unknown): Result<string> {
  const [shown, typed] = [formText(body, 'digest', 64), formText(body, 'typed', 80).replaceAll(/\s/g, '').toLowerCase()];
  return typed.length >= TYPED_DIGITS && shown.startsWith(typed) ? ok(shown) : refuse('portal.digest_typed', { digits: TYPED_DIGITS }, { pointer: '/typed' });
}
