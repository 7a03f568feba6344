import { ChoiceField, IdField, TextField, TextListField } from '../../../platform/http/fields.js';

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

export class AcceptanceDto {
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'SHA-256 of the terms you were shown' })
  termsHash!: string;

  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, optional: true, about: 'SHA-256 of the release you were shown' })
  releaseHash?: string;
}
