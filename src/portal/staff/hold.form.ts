import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseMoney } from '../../core/money/index.js';
import type { ClaimHoldKind } from '../../modules/claims/index.js';
import { PLACED_KINDS, REDUCTION_REASONS, type ReductionProposal } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';

const missing = (field: string): Result<never> => refuse('portal.field_missing', {}, { pointer: `/${field}` });

/** A text that has to be there. */
export function needed(body: unknown, field: string, limit = 2_000): Result<string> {
  const text = formText(body, field, limit).trim();
  return text === '' ? missing(field) : ok(text);
}

export function readHold(body: unknown): Result<{ kind: ClaimHoldKind; reason: string; reviewOn: string }> {
  const kind = PLACED_KINDS.find((one) => one === formText(body, 'kind', 20));
  if (kind === undefined) return missing('kind');
  const reason = needed(body, 'holdReason');
  return reason.ok ? ok({ kind, reason: reason.value, reviewOn: formText(body, 'reviewOn', 10) }) : reason;
}

/** Nought is what it comes to when nothing is left. Sums are in the currency of the claim. */
export function readReduction(body: unknown, currency: string): Result<ReductionProposal> {
  const typed = needed(body, 'reduceTo', 40);
  if (!typed.ok) return typed;
  const amount = parseMoney(typed.value.replaceAll(/\s/g, ''), currency);
  if (!amount.ok) return { ok: false, refusal: { ...amount.refusal, pointer: '/reduceTo' } };
  const reason = REDUCTION_REASONS.find((one) => one === formText(body, 'reduceReason', 40));
  if (reason === undefined) return missing('reduceReason');
  const text = needed(body, 'reduceText', 4_000);
  return text.ok ? ok({ amount: amount.value, reason, text: text.value, withoutHearing: formText(body, 'withoutHearing', 5) === 'yes' }) : text;
}
