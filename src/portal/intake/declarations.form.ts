import { refuse, ok, type Result } from '../../core/errors/index.js';
import type { Declarations } from '../../modules/claims/index.js';
import { formText } from '../shared/form-fields.form.js';

/** Both questions must be answered; who paid elsewhere says who, and how much. */
export function readDeclarations(body: unknown): Result<Declarations> {
  const [isTrue, elsewhere, details] = [formText(body, 'isTrue', 5), formText(body, 'paidElsewhere', 5), formText(body, 'elsewhereDetails', 2_000).trim()];
  if (elsewhere !== 'yes' && elsewhere !== 'no') return refuse('intake.choice_missing', {}, { pointer: '/paidElsewhere' });
  if (elsewhere === 'yes' && details === '') return refuse('claims.details_missing', {}, { pointer: '/elsewhereDetails' });
  if (isTrue !== 'yes') return refuse('claims.declarations_missing', {}, { pointer: '/isTrue' });
  return ok({ isTrue: true, paidElsewhere: elsewhere === 'yes', ...(elsewhere === 'yes' ? { elsewhereDetails: details } : {}) });
}

/** As they were typed, for the page again. */
export const typedDeclarations = (body: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(['isTrue', 'paidElsewhere', 'elsewhereDetails'].map((name) => [name, formText(body, name, 2_000)]));
