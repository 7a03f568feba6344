import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { formText } from '../shared/form-fields.form.js';

/** Money that came, as it was filled in; in the currency of the fund. */
export function readDeposit(body: unknown, currency: string): Result<{ amount: Money; reference: string }> {
  const amount = parseMoney(formText(body, 'amount', 40).replaceAll(/\s/g, ''), currency);
  if (!amount.ok) return { ok: false, refusal: { ...amount.refusal, pointer: '/amount' } };
  const reference = formText(body, 'reference', 120).trim();
  return reference === '' ? refuse('portal.field_missing', {}, { pointer: '/reference' }) : ok({ amount: amount.value, reference });
}
