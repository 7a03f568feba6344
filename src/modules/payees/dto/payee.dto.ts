import { ChoiceField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { HOLDER_ANSWERS, type HolderAnswer } from '../holder-check.port.js';
import { ACCOUNT_KINDS, type AccountKind } from '../account-number.rules.js';

export class NewPayeeAccountDto {
  @ChoiceField(ACCOUNT_KINDS, { about: 'iban; kr: Korean bank and account; us: routing number and account' })
  kind!: AccountKind;

  @TextField({ max: 60, example: 'DE89 3704 0044 0532 0130 00', about: 'IBAN or account number; spaces and hyphens do not matter. Shown to nobody again' })
  account!: string;

  @TextField({ max: 20, optional: true, example: '004', about: 'kr: the three digits of the bank; us: the nine of the routing number' })
  bank?: string;

  @TextField({ max: 20, optional: true, example: 'DEUTDEFF', about: 'With an IBAN, if the bank asks for it' })
  bic?: string;

  @TextField({ max: 140, example: 'Corner Café Ltd', about: 'As the bank has it: the business or its owner' })
  holder!: string;
}

export class PayeeFindingDto {
  @ChoiceField(['match', 'none'], { about: 'Whether the account is the business\'s or its owner\'s' })
  outcome!: 'match' | 'none';

  @TextField({ max: 2_000, example: 'Statement of 3 November seen, same name', about: 'What was looked at' })
  reason!: string;
}

export class PayeeReasonDto {
  @TextField({ max: 2_000, example: 'The bank asks for the number of payment 4711', about: 'Kept' })
  reason!: string;
}

export class WaitingQuery extends CursorQuery {
  @ChoiceField(HOLDER_ANSWERS, { optional: true, about: 'What the bank answered: its name is close, it is none, nobody could tell; all three when left out. match: only its time has not come' })
  outcome?: HolderAnswer['outcome'];
}
