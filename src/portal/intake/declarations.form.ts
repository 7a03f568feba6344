import { refuse, ok, type Refusal, type Result } from '../../core/errors/index.js';
import type { Declarations } from '../../modules/claims/index.js';
import { formText } from '../shared/form-fields.form.js';

/** Both questions must be answered; who paid elsewhere says who, and how much. Everything that is missing is said at once. */
export function readDeclarations(body: unknown): Result<Declarations> {
  const [isTrue, elsewhere, details] = [formText(body, 'isTrue', 5), formText(body, 'paidElsewhere', 5), formText(body, 'elsewhereDetails', 2_000).trim()];
  const faults: Refusal[] = [];
  if (elsewhere !== 'yes' && elsewhere !== 'no') faults.push({ code: 'intake.choice_missing', params: {}, pointer: '/paidElsewhere' });
  if (elsewhere === 'yes' && details === '') faults.push({ code: 'claims.details_missing', params: {}, pointer: '/elsewhereDetails' });
  if (isTrue !== 'yes') faults.push({ code: 'claims.declarations_missing', params: {}, pointer: '/isTrue' });
  const [first] = faults;
  if (first !== undefined) return refuse(first.code, first.params, { causes: faults });
  return ok({ isTrue: true, paidElsewhere: elsewhere === 'yes', ...(elsewhere === 'yes' ? { elsewhereDetails: details } : {}) });
}

/** As they were typed, for the page again. */
export const typedDeclarations = (body: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(['isTrue', 'paidElsewhere', 'elsewhereDetails'].map((name) => [name, formText(body, name, 2_000)]));
