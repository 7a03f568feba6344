import { BooleanField, ChoiceField, IdField, MapField, NestedField, TextField, TextListField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { IntervalDto, MoneyDto } from '../../../platform/http/wire.js';
import { CLAIM_STATES } from '../claim.machine.js';

export class NewClaimDto {
  @IdField({ about: 'The scheme to claim under' })
  schemeId!: string;

  @IdField({ about: 'The site that lost sales' })
  siteId!: string;

  @TextListField({ maxItems: 50, max: 80, optional: true, about: 'What stopped working; a service with parts stands for its parts. All services of the scheme when left out' })
  services?: string[];

  @NestedField(() => IntervalDto, { about: 'When, half-open' })
  window!: IntervalDto;

  @NestedField(() => MoneyDto, { optional: true, about: 'What you think you lost; never part of an amount' })
  declaredLoss?: MoneyDto;

  @MapField({ optional: true, about: 'Answers to the inputs of the policy, by name' })
  answers?: Record<string, unknown>;
}

export class ClaimChangeDto {
  @TextListField({ maxItems: 50, max: 80, optional: true })
  services?: string[];

  @NestedField(() => IntervalDto, { optional: true })
  window?: IntervalDto;

  @NestedField(() => MoneyDto, { optional: true })
  declaredLoss?: MoneyDto;

  @MapField({ optional: true })
  answers?: Record<string, unknown>;
}

export class DeclarationsDto {
  @BooleanField({ about: 'What the claim says is true' })
  isTrue!: boolean;

  @BooleanField({ about: 'The loss was paid or claimed elsewhere' })
  paidElsewhere!: boolean;

  @TextField({ max: 2_000, optional: true, about: 'By whom or with whom, and how much, when it was paid or claimed elsewhere' })
  elsewhereDetails?: string;
}

export class SubmissionDto {
  @NestedField(() => DeclarationsDto)
  declarations!: DeclarationsDto;
}

export class AmendmentDto extends ClaimChangeDto {
  @NestedField(() => DeclarationsDto)
  declarations!: DeclarationsDto;
}

export class ClaimsQuery extends CursorQuery {
  @ChoiceField(CLAIM_STATES, { optional: true })
  state?: string;
}
