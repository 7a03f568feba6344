import { ChoiceField, InstantField, TextField } from '../../../../platform/http/fields.js';
import { LOOK_VERDICTS, type LookVerdict } from '../second-looks.rules.js';

export class NewPeriodDto {
  @InstantField({ about: 'Claims filed from here on are drawn from; later than now' })
  from!: string;

  @InstantField({ about: 'Claims filed before this are' })
  to!: string;

  @TextField({ max: 10, about: 'The part to draw, as decimal text above 0 and up to 1', example: '0.02' })
  rate!: string;
}

export class SecondLookDto {
  @ChoiceField(LOOK_VERDICTS, { about: 'agree: you would have decided the same' })
  verdict!: LookVerdict;

  @TextField({ max: 2_000, min: 10, about: 'Why; kept apart from the record, which has its digest' })
  reason!: string;
}
