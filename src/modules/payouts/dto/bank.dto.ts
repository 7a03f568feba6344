import { RECONCILIATION_CLASSES, type ReconciliationClass } from '../../../core/payments/reconcile.js';
import { ChoiceField, IdField, IdListField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { BREAK_KINDS, MOST_LINES, RESOLUTIONS, type BreakKind, type Resolution } from '../bank/breaks.rules.js';
import { BANK_MESSAGE_STATES, type BankMessageState } from '../views/bank-view.js';

export class BankMessagesQuery extends CursorQuery {
  @IdField({ optional: true })
  payingAccount?: string;

  @ChoiceField(BANK_MESSAGE_STATES, { optional: true })
  state?: BankMessageState;
}

export class BankItemsQuery extends CursorQuery {
  @ChoiceField(RECONCILIATION_CLASSES, { optional: true })
  class?: ReconciliationClass;
}

export class BreaksQuery extends CursorQuery {
  @IdField({ optional: true })
  payingAccount?: string;

  @ChoiceField(BREAK_KINDS, { optional: true })
  kind?: BreakKind;

  @ChoiceField(['open', 'resolved'], { optional: true })
  state?: 'open' | 'resolved';

  @IdField({ optional: true, about: 'A payout batch' })
  batch?: string;
}

export class ReconciliationQuery {
  @IdField({ optional: true, about: 'One paying account; all of them when left out' })
  payingAccount?: string;
}

export class AnswerBreakDto {
  @ChoiceField(RESOLUTIONS, { about: 'One of allowedResolutions of the break' })
  resolution!: Resolution;

  @TextField({ max: 2_000, optional: true, about: 'What shows it; needed where another person has to confirm' })
  note?: string;

  @IdListField({ optional: true, minItems: 1, maxItems: MOST_LINES, about: 'Of attached: the payments that the booking is of' })
  lineIds?: string[];

  @IdField({ optional: true, about: 'Of attached: the batch whose sum the booking is, instead of payments' })
  batchId?: string;

  @IdField({ optional: true, about: 'Of repayment: what is paid back, as /v1/recoveries shows it' })
  recoveryId?: string;

  @IdField({ optional: true, about: 'Of reversed: the break that this one cancels out; of together: the one with the rest of the payment' })
  otherId?: string;
}

export class AskedBreakDto {
  @IdField({ about: 'The payment' })
  lineId!: string;
}
