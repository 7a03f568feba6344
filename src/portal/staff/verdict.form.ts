import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { DeterminationOutcome } from '../../modules/claims/index.js';
import type { Verdict } from '../../modules/review/index.js';
import { formChoices, formText } from '../shared/form-fields.form.js';

const OUTCOMES: readonly DeterminationOutcome[] = ['award', 'refuse', 'nil'];

/** A recommendation or decision as it was filled in; whether it fits the claim is for the service to say. */
export function readVerdict(body: unknown, knownReasons: readonly string[]): Result<Verdict> {
  const outcome = OUTCOMES.find((choice) => choice === formText(body, 'outcome', 20));
  if (outcome === undefined) return refuse('portal.field_missing', {}, { pointer: '/outcome' });
  const note = formText(body, 'note', 2_000).trim();
  return ok({
    outcome, assessmentId: formText(body, 'assessmentId', 36), reasons: outcome === 'award' ? [] : formChoices(body, 'reasons', knownReasons),
    ...(note === '' ? {} : { note }),
  });
}
