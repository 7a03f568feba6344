import type { PayoutMethod } from '../../funds/index.js';
import type { LineState } from '../payment-line.machine.js';
import { paymentStatus, type PaymentStatus } from '../payment-status.rules.js';
import type { ClaimPaymentRow } from '../repair/claim-payments.repository.js';
import { remedyOf, returnWords, type ReturnWords } from '../repair/returns.rules.js';
import { moneyView, optional, type MoneyView } from './payout-view.js';
import type { OverpaymentView } from './overpayment-view.js';

/** Where one payment stands, as its business reads it. */
export const PAYMENT_STAGES = ['preparing', 'on_its_way', 'paid', 'came_back', 'again', 'nothing_due', 'given_up'] as const;
export type PaymentStage = (typeof PAYMENT_STAGES)[number];

export interface ClaimPaymentView {
  readonly id: string;
  readonly claimId: string;
  readonly reference: string;
  readonly n: number;
  readonly stage: PaymentStage;
  /** As it stands on the statement of the bank. */
  readonly bankReference: string;
  readonly gross: MoneyView;
  readonly withheld: MoneyView;
  readonly offset: MoneyView;
  readonly net: MoneyView;
  readonly method: PayoutMethod;
  /** Dots and the last characters of the account. */
  readonly account?: string;
  /** When it came to where it stands. */
  readonly since: string;
  /** The day on which the bank says that it paid. */
  readonly bookedOn?: string;
  /** The day on which the bank is asked to pay. */
  readonly payOn?: string;
  /** What was wrong with one that came back: a word of `REASON_WORDS` or `OTHER_WORDS`. */
  readonly fault?: ReturnWords;
  /** Of one that came back: what is still due of `net`, where less is granted by now. */
  readonly stillDue?: MoneyView;
  /** The fault was the account, and another one has been named since: nothing is left to correct. */
  readonly isCorrected?: true;
}

export interface ClaimPaymentsView {
  readonly status: PaymentStatus;
  /** How the claim is paid; payments that there are keep the way they went. */
  readonly method: PayoutMethod;
  readonly items: readonly ClaimPaymentView[];
  /** Due beside the payments that there are. */
  readonly due?: MoneyView;
  /** Why nothing is paid now. */
  readonly stoppedBy: readonly string[];
  /** Paid too much, and what is left of it to come back. */
  readonly owed: readonly OverpaymentView[];
}

const STAGES: Readonly<Record<LineState, PaymentStage>> = {
  pending: 'preparing', included: 'preparing', in_transit: 'on_its_way', accepted_by_bank: 'on_its_way', settled: 'paid', rejected: 'came_back', returned: 'came_back', written_off: 'given_up', dropped: 'given_up',
};

const stageOf = ({ isNothingDue, replaced, state }: ClaimPaymentRow): PaymentStage => (isNothingDue ? 'nothing_due' : replaced ? 'again' : STAGES[state]);

/** Where it goes is for whoever may see the account. */
export function claimPaymentView(row: ClaimPaymentRow, withAccount: boolean): ClaimPaymentView {
  return {
    id: row.lineId, claimId: row.claimId, reference: row.reference, n: row.n, stage: stageOf(row), bankReference: row.endToEndId, method: row.method,
    gross: moneyView(row.grossMinor, row.currency), withheld: moneyView(row.withheldMinor, row.currency), offset: moneyView(row.offsetMinor, row.currency), net: moneyView(row.netMinor, row.currency),
    ...(row.lastFour === null || !withAccount ? {} : { account: `•••• ${row.lastFour}` }), since: row.movedAt.toISOString(), ...optional('bookedOn', row.bookedOn), ...optional('payOn', row.executeOn), ...backOf(row),
  };
}

/** Of one that came back and waits: why, how much of it is still due, and whether its account was corrected. */
function backOf(row: ClaimPaymentRow): Pick<ClaimPaymentView, 'fault' | 'stillDue' | 'isCorrected'> {
  const fault = stageOf(row) === 'came_back' ? returnWords(row.reason, row.method) : undefined;
  return {
    ...optional('fault', fault), ...(row.againMinor === null || row.againMinor === row.netMinor ? {} : { stillDue: moneyView(row.againMinor, row.currency) }),
    ...(fault !== undefined && row.namedAnother && remedyOf(row.reason, row.method) === 'account' ? { isCorrected: true } : {}),
  };
}

export const statusOf = (rows: readonly ClaimPaymentRow[], due: boolean): PaymentStatus => paymentStatus({ lines: rows, due });
