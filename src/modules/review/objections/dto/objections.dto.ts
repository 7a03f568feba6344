import { ChoiceField, NestedField, TextField, TextListField } from '../../../../platform/http/fields.js';
import { MoneyDto } from '../../../../platform/http/wire.js';
import { OverrideDto } from '../../dto/review.dto.js';
import { OBJECTION_GROUNDS } from '../objections.rules.js';

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
