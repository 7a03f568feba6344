import { refuse, ok, type Result } from '../../core/errors/index.js';
import { LOOK_VERDICTS, type LookSaid } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';

const LEAST_REASON = 10;

/** What was found of a decision. Code: `portal.field_missing`. */
export function readLook(body: unknown): Result<LookSaid> {
  const verdict = LOOK_VERDICTS.find((one) => one === formText(body, 'look', 20));
  if (verdict === undefined) return refuse('portal.field_missing', {}, { pointer: '/look' });
  const reason = formText(body, 'lookReason', 2_000).trim();
  return reason.length < LEAST_REASON ? refuse('portal.field_missing', {}, { pointer: '/lookReason' }) : ok({ verdict, reason });
}
