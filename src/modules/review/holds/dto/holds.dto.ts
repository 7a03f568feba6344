import { BooleanField, ChoiceField, DateField, NestedField, TextField } from '../../../../platform/http/fields.js';
import { MoneyDto } from '../../../../platform/http/wire.js';
import type { ClaimHoldKind } from '../../../claims/index.js';
import { PLACED_KINDS, REDUCTION_REASONS, type ReductionReason } from '../holds.rules.js';

export class NewHoldDto {
  @ChoiceField(PLACED_KINDS)
  kind!: ClaimHoldKind;

  @TextField({ max: 2_000, about: 'Why; for staff only' })
  reason!: string;

  @DateField({ about: 'The day on which somebody looks whether it is still needed, from tomorrow to a year' })
  reviewOn!: string;
}

export class HoldReleaseDto {
  @TextField({ max: 2_000, about: 'Why it is not needed any more' })
  reason!: string;
}

export class ReviewDayDto {
  @DateField({ about: 'Another day, from tomorrow to a year' })
  reviewOn!: string;
}

export class NewReductionDto {
  @NestedField(() => MoneyDto, { optional: true, about: 'What it comes to in all; left out: nothing' })
  amount?: MoneyDto;

  @ChoiceField(REDUCTION_REASONS)
  reason!: ReductionReason;

  @TextField({ max: 4_000, about: 'What the business is told beside the reason' })
  text!: string;

  @BooleanField({ optional: true, about: 'Only where fraud was found: without the time to be heard' })
  withoutHearing?: boolean;
}

export class ReductionAnswerDto {
  @TextField({ max: 4_000, about: 'What the business says to it' })
  text!: string;
}

export class ReductionDecisionDto {
  @ChoiceField(['reduce', 'drop'])
  outcome!: 'reduce' | 'drop';

  @TextField({ max: 4_000, about: 'What was weighed, with what the business said' })
  note!: string;
}

export class ReopeningDto {
  @TextField({ max: 2_000, about: 'Why the claim is taken up again' })
  reason!: string;
}
