import { refuse, ok, type Result } from '../../core/errors/index.js';
import { DUPLICATE_VERDICTS, type DuplicateVerdict } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';

/** What was said of this claim and the one of that reference; faults name the fields of that pair's own form. */
export function readPairVerdict(body: unknown, reference: string): Result<{ verdict: DuplicateVerdict; reason: string }> {
  const verdict = DUPLICATE_VERDICTS.find((one) => one === formText(body, 'verdict', 20));
  if (verdict === undefined) return refuse('portal.field_missing', {}, { pointer: `/verdict-${reference}` });
  const reason = formText(body, 'because', 2_000).trim();
  return reason === '' ? refuse('portal.field_missing', {}, { pointer: `/because-${reference}` }) : ok({ verdict, reason });
}
