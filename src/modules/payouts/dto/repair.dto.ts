import { ChoiceField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { OVERPAYMENT_LISTINGS, type OverpaymentListing } from '../overpayments/overpayments.repository.js';
import { RETURN_REMEDIES, type ReturnRemedy } from '../repair/returns.rules.js';
import { WRITE_OFF_OUTCOMES, type WriteOffOutcome } from '../repair/write-offs.rules.js';

export class WriteOffDto {
  @TextField({ max: 2_000, min: 1, about: 'Why this money is given up; kept apart from the record, which has its digest' })
  reason!: string;
}

export class WriteOffDecisionDto {
  @ChoiceField(WRITE_OFF_OUTCOMES, { about: 'written_off gives the money up; dropped leaves everything as it is' })
  outcome!: WriteOffOutcome;

  @TextField({ max: 2_000, min: 1, about: 'Why; kept apart from the record' })
  note!: string;
}

export class RepaymentDto {
  @NestedField(() => MoneyDto, { about: 'What came back' })
  amount!: MoneyDto;

  @TextField({ max: 400, min: 1, about: 'What shows it, such as the reference of the entry on the statement' })
  evidence!: string;
}

export class WaitingLinesQuery extends CursorQuery {
  @ChoiceField(RETURN_REMEDIES, { optional: true, about: 'again: goes with the next batch by itself; account: waits for another account of the business; desk: waits for somebody of finance' })
  waitsFor?: ReturnRemedy;
}

export class RecoveriesQuery extends CursorQuery {
  @ChoiceField(OVERPAYMENT_LISTINGS, { optional: true, about: 'unbooked: two people said that something of it came back, and no file of the bank has told of that' })
  state?: OverpaymentListing;
}
