import { ChoiceField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { DEPOSIT_OUTCOMES, type DepositOutcome } from '../deposits.rules.js';

export class NewDepositDto {
  @NestedField(() => MoneyDto, { about: 'What came, in the currency of the fund' })
  amount!: MoneyDto;

  @TextField({ max: 120, about: 'Which money it is, as the bank calls it; once a fund' })
  reference!: string;
}

export class DepositDecisionDto {
  @ChoiceField(DEPOSIT_OUTCOMES)
  outcome!: DepositOutcome;
}

export class DepositsQuery extends CursorQuery {}
