import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { formText } from '../shared/form-fields.form.js';

/** How far the total in one currency may move, as typed. */
export interface TypedBound {
  readonly field: string;
  readonly currency: string;
  readonly text: string;
}

/** What the approver has typed and ticked; kept as typed, whatever becomes of it. */
export interface TypedApproval {
  /** One for each currency of the change. */
  readonly bounds: readonly TypedBound[];
  readonly digest: string;
  readonly compared: boolean;
}

/** The field for a bound; of a change in several currencies one each. */
export const boundField = (currency: string, currencies: readonly string[]): string => (currencies.length > 1 ? `bound-${currency}` : 'bound');

export const readApproval = (form: unknown, currencies: readonly string[]): TypedApproval => ({
  bounds: currencies.map((currency) => {
    const field = boundField(currency, currencies);
    return { field, currency, text: formText(form, field, 40).trim() };
  }),
  digest: formText(form, 'digest', 64), compared: formText(form, 'compared', 3) === 'yes',
});

/** How far each total may move: amounts of the currencies of the change, nought or more. */
export function boundsIn({ bounds }: TypedApproval): Result<Money[]> {
  const read = bounds.map(boundIn);
  const causes = read.flatMap((one) => (one.ok ? [] : [one.refusal]));
  const [only, ...others] = causes;
  if (only === undefined) return ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
  return others.length === 0 ? { ok: false, refusal: only } : refuse('http.shape', { count: causes.length }, { causes });
}

function boundIn({ field, currency, text }: TypedBound): Result<Money> {
  const pointer = `/${field}`;
  if (text === '') return refuse('portal.field_missing', {}, { pointer });
  const read = parseMoney(text, currency);
  if (!read.ok) return refuse(read.refusal.code, read.refusal.params, { pointer });
  return read.value.minor < 0n ? refuse('portal.amount_negative', {}, { pointer }) : read;
}
