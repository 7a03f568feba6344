import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { intervalIn } from '../../../platform/http/wire.js';
import type { Put } from '../../assessments/index.js';
import type { AcceptanceDto, OverrideDto } from '../dto/review.dto.js';
import type { ObjectionDecisionDto, ObjectionDto } from './dto/objections.dto.js';
import type { NewObjection } from './objection-filing.service.js';
import type { ObjectionVerdict } from './objection-results.service.js';
import { OBJECTION_GROUNDS, type ObjectionGround } from './objections.rules.js';

const isGround = (code: string): code is ObjectionGround => (OBJECTION_GROUNDS as readonly string[]).includes(code);

/** An objection as it travels, read. Codes: `objections.ground_unknown`, those of instants. */
export function objectionIn({ grounds, text, contested }: ObjectionDto): Result<NewObjection> {
  const unknown = grounds.find((code) => !isGround(code));
  if (unknown !== undefined) return refuse('objections.ground_unknown', { code: unknown, known: OBJECTION_GROUNDS.join(', ') }, { pointer: '/grounds' });
  const objection = { grounds: grounds.filter(isGround), text };
  if (contested === undefined) return ok(objection);
  const span = intervalIn(contested, '/contested');
  return span.ok ? ok({ ...objection, contested: { service: contested.service, ...span.value } }) : span;
}

export const verdictIn = ({ outcome, amount, figure, reasons, note }: ObjectionDecisionDto): ObjectionVerdict => ({
  outcome, reasons: reasons ?? [], ...(amount === undefined ? {} : { amount }), ...(figure === undefined ? {} : { figure: putIn(figure) }), ...(note === undefined ? {} : { note }),
});

const putIn = ({ step, amount, figure, waives, reason }: OverrideDto): Put =>
  ({ step, reason, ...(amount === undefined ? {} : { amount }), ...(figure === undefined ? {} : { figure }), ...(waives === undefined ? {} : { waives }) });

/** An acceptance as it travels: in full, with the release where the scheme has one; or on account, with an objection. */
export function acceptanceIn({ kind, termsHash, releaseHash, grounds, text }: AcceptanceDto): Result<{ termsHash: string; releaseHash?: string } | { termsHash: string; objection: NewObjection }> {
  if (kind !== 'on_account') {
    if (grounds !== undefined || text !== undefined) return refuse('review.objection_not_asked', {}, { pointer: '/kind' });
    return ok({ termsHash, ...(releaseHash === undefined ? {} : { releaseHash }) });
  }
  if (releaseHash !== undefined) return refuse('review.release_not_asked', {}, { pointer: '/releaseHash' });
  if (grounds === undefined || text === undefined) return refuse('review.objection_missing', {}, { pointer: grounds === undefined ? '/grounds' : '/text' });
  const objection = objectionIn({ grounds, text });
  return objection.ok ? ok({ termsHash, objection: objection.value }) : objection;
}
