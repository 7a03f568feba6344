import { LANGUAGES, type Language } from '../../../core/policy/index.js';
import { ChoiceField, IdField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { RECOVERY_KINDS, type RecoveryKind } from '../recovery.machine.js';

export class RecoveryRequestDto {
  @ChoiceField(RECOVERY_KINDS)
  kind!: RecoveryKind;

  @TextField({ max: 200, about: 'Who asks' })
  name!: string;

  @TextField({ max: 80, about: 'The registration number of the business, or the reference of one of its claims', example: 'MG-7K3P-92Q4-X' })
  business!: string;

  @TextField({ max: 200, about: 'An email address or a telephone number that works; where a business has changed hands an email address' })
  contact!: string;

  @TextField({ max: 4_000, about: 'What happened, and how it can be checked' })
  told!: string;

  @ChoiceField(LANGUAGES)
  language!: Language;
}

export class RecoveryMatchDto {
  @TextField({ max: 80, about: 'A registration number or the reference of a claim' })
  business!: string;
}

export class RecoveryRecommendationDto {
  @IdField({ optional: true, about: 'Whose account is given back; needed when somebody cannot sign in' })
  personId?: string;

  @TextField({ max: 4_000, about: 'What was seen that shows it' })
  reason!: string;
}

export class RecoveryReasonDto {
  @TextField({ max: 2_000, about: 'Why' })
  reason!: string;
}

export class RecoveriesQuery extends CursorQuery {
  @ChoiceField(['waiting', 'settled'], { optional: true, about: 'waiting when left out' })
  show?: 'waiting' | 'settled';
}
