import type { Role } from '../../../../platform/access/roles.js';
import { ChoiceField, NestedField, TextField } from '../../../../platform/http/fields.js';
import { MoneyDto } from '../../../../platform/http/wire.js';
import { INTEREST_REACHES, type InterestReach } from '../interests.service.js';
import { DECIDING_ROLES } from '../limits.rules.js';

export class InterestDto {
  @ChoiceField(INTEREST_REACHES, { about: 'In this claim, or in whatever its business claims' })
  reach!: InterestReach;

  @TextField({ max: 2_000, optional: true, about: 'What it is; kept apart from the record, which has its digest' })
  note?: string;
}

export class LimitDto {
  @ChoiceField(DECIDING_ROLES)
  role!: Role;

  @TextField({ max: 3, min: 3, pattern: /^[A-Z]{3}$/, about: 'ISO 4217', example: 'EUR' })
  currency!: string;

  @NestedField(() => MoneyDto, { optional: true, about: 'Up to which one person decides an award alone, the limit included; left out: any amount' })
  upTo?: MoneyDto;
}
