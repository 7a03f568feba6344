import { OVERRIDE_REASONS, type OverrideReason } from '../../../core/policy/index.js';
import { ChoiceField, IdField, NestedField, TextField, TextListField } from '../../../platform/http/fields.js';
import { OBJECTION_GROUNDS } from '../objections/objections.rules.js';
import { MoneyDto } from '../../../platform/http/wire.js';

export class VerdictDto {
  @ChoiceField(['award', 'refuse', 'nil'])
  outcome!: 'award' | 'refuse' | 'nil';

  @IdField({ about: 'The assessment you looked at; a newer one refuses this' })
  assessmentId!: string;

  @TextListField({ maxItems: 20, max: 80, about: 'Reason codes; needed to refuse' })
  reasons!: string[];

  @TextField({ max: 4_000, optional: true })
  note?: string;
}

export class ReturnDto {
  @TextField({ max: 4_000, about: 'Why the claim goes back' })
  reason!: string;
}

export class DisclaimerDto {
  @TextField({ max: 2_000, optional: true, about: 'Anything staff should know, such as whose shop it is' })
  note?: string;
}

export class AcceptanceDto {
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'SHA-256 of the terms you were shown' })
  termsHash!: string;

  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, optional: true, about: 'SHA-256 of the release you were shown' })
  releaseHash?: string;

  @ChoiceField(['in_full', 'on_account'], { optional: true, about: 'In full settles the matter, and is meant when this is left out. On account is paid now, releases nothing, and opens an objection for the rest' })
  kind?: 'in_full' | 'on_account';

  @TextListField({ maxItems: 7, minItems: 1, max: 40, optional: true, about: `On account: what is objected to: ${OBJECTION_GROUNDS.join(', ')}` })
  grounds?: string[];

  @TextField({ max: 4_000, min: 1, optional: true, about: 'On account: why, in your own words' })
  text?: string;
}

export class OverrideDto {
  @TextField({ max: 80, about: 'Step of the working, as GET lists it under `open`' })
  step!: string;

  @NestedField(() => MoneyDto, { optional: true, about: 'For a step that comes to money; exactly one of amount, figure and waives' })
  amount?: MoneyDto;

  @TextField({ max: 80, optional: true, about: 'A share or number as decimals or a fraction, or true and false', example: '31/50' })
  figure?: string;

  @TextListField({ maxItems: 20, minItems: 1, max: 80, optional: true, about: 'Reasons of a refusal that are put aside; only waivable ones' })
  waives?: string[];

  @ChoiceField(OVERRIDE_REASONS, { about: 'Why, as a code of the shared catalogue' })
  reason!: OverrideReason;

  @TextField({ max: 2_000, optional: true, about: 'What shows it: which paper or record, and where it is' })
  evidence?: string;
}

export class LiftDto {
  @ChoiceField(OVERRIDE_REASONS, { about: 'Why it is taken back' })
  reason!: OverrideReason;
}

export class WithdrawalDto {
  @TextField({ max: 2_000, optional: true, example: 'My insurer has paid', about: 'Why; kept apart from the record, which has its digest' })
  reason?: string;
}
