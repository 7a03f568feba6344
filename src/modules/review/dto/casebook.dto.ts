import { ChoiceField, IdField, TextField } from '../../../platform/http/fields.js';
import { DUPLICATE_VERDICTS, type DuplicateVerdict } from '../casebook/duplicate-verdicts.rules.js';

export class DuplicateVerdictDto {
  @IdField({ about: 'The claim that this one was compared with' })
  otherClaimId!: string;

  @ChoiceField(DUPLICATE_VERDICTS, { about: 'not_duplicate: the pair refers this claim no more; duplicate: this claim is held' })
  verdict!: DuplicateVerdict;

  @TextField({ max: 2_000, min: 1, about: 'Why; kept apart from the record, which has its digest' })
  reason!: string;
}
