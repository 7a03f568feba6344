import { RECONCILIATION_CLASSES, type ReconciliationClass } from '../../../core/payments/reconcile.js';
import { ChoiceField, IdField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { BREAK_KINDS, RESOLUTIONS, type BreakKind, type Resolution } from '../bank/breaks.rules.js';
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

  @IdField({ optional: true, about: 'Of attached: the payment that the booking is of' })
  lineId?: string;

  @IdField({ optional: true, about: 'Of repayment: what is paid back, as /v1/recoveries shows it' })
  recoveryId?: string;

  @IdField({ optional: true, about: 'Of reversed: the break that this one cancels out' })
  otherId?: string;
}
