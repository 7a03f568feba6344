import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isCurrency, parseMoney, type Money } from '../../core/money/index.js';
import type { Role } from '../../platform/access/roles.js';
import { DECIDING_ROLES } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A limit as it was filled in. Edge: an amount left empty is any amount. */
export function readLimit(body: unknown): Result<{ role: Role; currency: string; upTo: Money | undefined }> {
  const role = DECIDING_ROLES.find((one) => one === formText(body, 'role', 40));
  if (role === undefined) return refuse('portal.field_missing', {}, { pointer: '/role' });
  const currency = formText(body, 'currency', 3).trim().toUpperCase();
  if (!isCurrency(currency)) return refuse('money.currency_unknown', { currency }, { pointer: '/currency' });
  const amount = formText(body, 'amount', 40).replaceAll(/\s/g, '');
  if (amount === '') return ok({ role, currency, upTo: undefined });
  const read = parseMoney(amount, currency);
  if (read.ok && read.value.minor < 0n) return refuse('review.limit_negative', {}, { pointer: '/amount' });
  return read.ok ? ok({ role, currency, upTo: read.value }) : { ok: false, refusal: { ...read.refusal, pointer: '/amount' } };
}
