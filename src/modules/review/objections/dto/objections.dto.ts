import { ok, refuse, type Result } from '../../../../core/errors/index.js';
import { ChoiceField, NestedField, TextField, TextListField } from '../../../../platform/http/fields.js';
import { intervalIn, MoneyDto } from '../../../../platform/http/wire.js';
import type { Put } from '../../../assessments/index.js';
import { OverrideDto, type AcceptanceDto } from '../../dto/review.dto.js';
import type { NewObjection } from '../objection-filing.service.js';
import type { ObjectionVerdict } from '../objection-results.service.js';
import { OBJECTION_GROUNDS, type ObjectionGround } from '../objections.rules.js';

export class ContestedDto {
  @TextField({ max: 100, about: 'One of the services of the claim', example: 'harbourline.payments' })
  service!: string;

  @TextField({ max: 40, about: 'RFC 3339 with offset, inclusive', example: '2026-10-13T10:20:00+01:00' })
  from!: string;

  @TextField({ max: 40, about: 'RFC 3339 with offset, exclusive', example: '2026-10-13T13:50:00+01:00' })
  to!: string;
}

export class ObjectionDto {
  @TextListField({ maxItems: 7, minItems: 1, max: 40, about: `What is objected to: ${OBJECTION_GROUNDS.join(', ')}` })
  grounds!: string[];

  @TextField({ max: 4_000, min: 1, about: 'Why, in your own words' })
  text!: string;

  @NestedField(() => ContestedDto, { optional: true, about: 'When the service did not work, where the record says otherwise' })
  contested?: ContestedDto;
}

export class ObjectionDecisionDto {
  @ChoiceField(['upheld', 'dismissed'])
  outcome!: 'upheld' | 'dismissed';

  @NestedField(() => MoneyDto, { optional: true, about: 'To uphold: what the claim comes to now, worked out again; the refusal of another amount says it' })
  amount?: MoneyDto;

  @NestedField(() => OverrideDto, { optional: true, about: 'To uphold: a figure where the rule has another' })
  figure?: OverrideDto;

  @TextListField({ maxItems: 20, max: 80, optional: true, about: 'To dismiss: reason codes of the shared catalogue' })
  reasons?: string[];

  @TextField({ max: 4_000, optional: true })
  note?: string;
}

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
