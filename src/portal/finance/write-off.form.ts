import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { WRITE_OFF_OUTCOMES, type WriteOffOutcome } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';

const MOST_WORDS = 2_000;

/** Why money is to be given up. Code: `portal.field_missing`. */
export const readReason = (body: unknown): Result<string> => needed(body, 'why', MOST_WORDS);

/** What becomes of a proposal, by the button that was pressed, and why. Codes: `portal.field_missing`, `http.not_found`. */
export function readWriteOffDecision(body: unknown): Result<{ outcome: WriteOffOutcome; note: string }> {
  const asked = formText(body, 'outcome', 20);
  const [outcome, note] = [WRITE_OFF_OUTCOMES.find((one) => one === asked), needed(body, 'note', MOST_WORDS)];
  if (outcome === undefined) return refuse('http.not_found');
  return note.ok ? ok({ outcome, note: note.value }) : note;
}

/** Money that came back and what shows it, in the currency of what is owed; all that is wrong with it at once. */
export function readRepayment(body: unknown, currency: string): Result<{ amount: Money; evidence: string }> {
  const typed = formText(body, 'amount', 40).replaceAll(/\s/g, '');
  const amount = typed === '' ? refuse('portal.field_missing', {}, { pointer: '/amount' }) : parseMoney(typed, currency);
  const evidence = needed(body, 'evidence', 400);
  if (amount.ok && evidence.ok) return ok({ amount: amount.value, evidence: evidence.value });
  const causes: Refusal[] = [...(amount.ok ? [] : [{ ...amount.refusal, pointer: '/amount' }]), ...(evidence.ok ? [] : [evidence.refusal])];
  return { ok: false, refusal: { ...(causes[0] as Refusal), causes } };
}

function needed(body: unknown, field: string, most: number): Result<string> {
  const text = formText(body, field, most).trim();
  return text === '' ? refuse('portal.field_missing', {}, { pointer: `/${field}` }) : ok(text);
}
