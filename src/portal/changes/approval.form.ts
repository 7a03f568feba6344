import { refuse, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { formText } from '../shared/form-fields.form.js';

/** What the approver has typed and ticked; kept as typed, whatever becomes of it. */
export interface TypedApproval {
  readonly bound: string;
  readonly digest: string;
  readonly compared: boolean;
}

export const readApproval = (form: unknown): TypedApproval =>
  ({ bound: formText(form, 'bound', 40).trim(), digest: formText(form, 'digest', 64), compared: formText(form, 'compared', 3) === 'yes' });

/** How far the total may move: an amount of the change's currency, nought or more. */
export function boundIn({ bound }: TypedApproval, currency: string): Result<Money> {
  if (bound === '') return refuse('portal.field_missing', {}, { pointer: '/bound' });
  const read = parseMoney(bound, currency);
  if (!read.ok) return refuse(read.refusal.code, read.refusal.params, { pointer: '/bound' });
  return read.value.minor < 0n ? refuse('portal.amount_negative', {}, { pointer: '/bound' }) : read;
}
