import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { isCalendarDate } from '../../core/time/index.js';
import { BENEFIT_STATES, type BenefitResults, type BenefitState } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';

/** What may be said of a benefit that is on a list. */
export const BENEFIT_ANSWERS = BENEFIT_STATES.filter((state): state is Exclude<BenefitState, 'asked'> => state !== 'asked');
const MOST_TICKED = 200;

/** References of benefits that were ticked. */
export function tickedBenefits(body: unknown): string[] {
  const value = typeof body === 'object' && body !== null && 'benefit' in body ? body.benefit : [];
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(all.filter((one): one is string => typeof one === 'string' && /^[A-Z0-9]{1,40}-B\d{1,9}$/.test(one)))].slice(0, MOST_TICKED);
}

/** One answer for all that was ticked; all that is wrong with it at once. Codes: `portal.field_missing`, `portal.day_malformed`. */
export function readBenefitAnswer(body: unknown): Result<BenefitResults> {
  const [ticked, said, day, reason] = [tickedBenefits(body), formText(body, 'answer', 20), formText(body, 'day', 20).trim(), formText(body, 'reason', 200).trim()];
  const state = BENEFIT_ANSWERS.find((one) => one === said);
  const on = isCalendarDate(day) ? day : null;
  const causes: Refusal[] = [
    ...(ticked.length === 0 ? [missing('benefit')] : []), ...(state === undefined ? [missing('answer')] : []),
    ...(day === '' || on !== null ? [] : [{ code: 'portal.day_malformed', params: { value: day }, pointer: '/day' }]),
  ];
  const [first] = causes;
  if (first !== undefined) return { ok: false, refusal: { ...first, causes } };
  if (state === undefined) return refuse('portal.field_missing');
  return ok({ results: ticked.map((reference, index) => ({ row: index + 1, reference, state, reason, on })), unread: [] });
}

const missing = (field: string): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` });
