import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { OverridableStep } from '../../core/policy/index.js';
import { DISMISSAL_REASONS, type ObjectionVerdict } from '../../modules/review/index.js';
import { formChoices, formText } from '../shared/form-fields.form.js';
import { readFigure } from './figure.form.js';

/** The decision of an objection as it was filled in: a figure is put only where a step is chosen. Sums are in the currency of the claim. */
export function readObjectionVerdict(body: unknown, open: readonly OverridableStep[], currency: string): Result<ObjectionVerdict> {
  const outcome = (['upheld', 'dismissed'] as const).find((choice) => choice === formText(body, 'outcome', 20));
  if (outcome === undefined) return refuse('portal.field_missing', {}, { pointer: '/outcome' });
  const note = formText(body, 'note', 2_000).trim();
  const said = { outcome, ...(note === '' ? {} : { note }) };
  if (outcome === 'dismissed') return ok({ ...said, reasons: formChoices(body, 'reasons', DISMISSAL_REASONS) });
  const figure = formText(body, 'step', 200) === '' ? undefined : readFigure(body, open, currency);
  if (figure?.ok === false) return figure;
  const amount = formText(body, 'total', 40).trim();
  return ok({ ...said, reasons: [], ...(figure === undefined ? {} : { figure: figure.value.put }), ...(amount === '' ? {} : { amount: { amount, currency } }) });
}

/** What it comes to stands in the field for it, to be sent again by who agrees. */
export const withTotal = (body: unknown, decided: Result<unknown>): unknown =>
  (!decided.ok && decided.refusal.code === 'objections.amount_differs' && typeof body === 'object' ? { ...body, total: String(decided.refusal.params['amount']) } : body);

const FIELDS: Readonly<Record<string, string>> = { '/amount': '/total', '/figure/step': '/step', '/figure/amount': '/figure', '/figure/figure': '/figure', '/figure/waives': '/figure' };

/** The service names the fields of the API. */
export function onTheForm<T>(decided: Result<T>): Result<T> {
  if (decided.ok) return decided;
  const pointer = FIELDS[decided.refusal.pointer ?? ''] ?? decided.refusal.pointer;
  return { ok: false, refusal: { ...decided.refusal, ...(pointer === undefined ? {} : { pointer }) } };
}
