import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { RESOLUTIONS, type Answer } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';

export const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface TypedAnswer {
  readonly resolution: string;
  readonly note: string;
  readonly lineId: string;
  readonly otherId: string;
  /** Its reference. */
  readonly claim: string;
}

export const typedAnswer = (body: unknown): TypedAnswer => ({
  resolution: formText(body, 'resolution', 40), note: formText(body, 'note', 2_000).trim(), lineId: formText(body, 'lineId', 40).trim(), otherId: formText(body, 'otherId', 40).trim(), claim: formText(body, 'claim', 40).trim(),
});

/** What somebody says a break is, with what that kind of answer has to name. Code: `portal.field_missing`, at the field. */
export function readAnswer(typed: TypedAnswer, overpaymentId: string | undefined): Result<Answer> {
  const missing = (field: string): Result<never> => refuse('portal.field_missing', {}, { pointer: `/${field}` });
  const resolution = RESOLUTIONS.find((one) => one === typed.resolution);
  if (resolution === undefined) return missing('resolution');
  const said = { resolution, ...(typed.note === '' ? {} : { note: typed.note }) };
  switch (resolution) {
    case 'attached': return ID.test(typed.lineId) ? ok({ ...said, lineId: typed.lineId }) : missing('lineId');
    case 'reversed': return ID.test(typed.otherId) ? ok({ ...said, otherId: typed.otherId }) : missing('otherId');
    case 'repaid': return ok(overpaymentId === undefined ? said : { ...said, overpaymentId });
    default: return ok(said);
  }
}

/** An overpayment is named by its claim there. */
export const atField = (refusal: Refusal): Refusal => (refusal.pointer === '/overpaymentId' ? { ...refusal, pointer: '/claim' } : refusal);
