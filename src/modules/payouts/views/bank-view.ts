import type { Refusal } from '../../../core/errors/index.js';
import type { ReconciliationClass, Remark } from '../../../core/payments/reconcile.js';
import type { FaultPlace, MessageKind } from '../../../core/payments/reconcile-reports.js';
import type { SchemaValid } from '../bank/bank-file.importer.js';
import type { BreakKind, Resolution } from '../bank/breaks.rules.js';
import type { LineState } from '../payment-line.machine.js';
import type { ProofView } from '../ledger-proofs.service.js';
import type { NamedOverpayment } from './overpayment-view.js';
import type { MoneyView } from './payout-view.js';

/** A message of ISO 20022, or a table of results under the profile of its account. */
export const BANK_FORMATS = ['iso20022', 'result'] as const;
export type BankFormat = (typeof BANK_FORMATS)[number];

export const BANK_MESSAGE_STATES = ['received', 'applied', 'quarantined'] as const;
export type BankMessageState = (typeof BANK_MESSAGE_STATES)[number];

/** What could not be read, or does not add up, at one place of a file. */
export interface BankFaultView extends Refusal {
  readonly place: FaultPlace;
  /** As it was written there. */
  readonly raw?: string;
}

/** A file that a bank sent. */
export interface BankMessageView {
  readonly self: string;
  readonly id: string;
  /** How far it is. */
  readonly job: string;
  readonly payingAccountId: string;
  readonly state: BankMessageState;
  readonly format: BankFormat;
  readonly kind?: MessageKind;
  readonly messageVersion?: string;
  readonly bankMessageId?: string;
  /** As the bank wrote it. */
  readonly bankCreatedAt?: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly byteCount: number;
  readonly schemaValid: SchemaValid;
  readonly itemCount: number;
  /** Lines that it moved. */
  readonly movedCount: number;
  /** Breaks that it opened. */
  readonly breakCount: number;
  readonly faultCount: number;
  /** The first hundred. */
  readonly faults: readonly BankFaultView[];
  /** Why it was quarantined. */
  readonly refusal?: Refusal;
  readonly receivedBy: string;
  readonly receivedAt: string;
  readonly endedAt?: string;
  readonly version: number;
}

/** One time that a file was read. */
export interface BankReadingView {
  readonly n: number;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly endedAt?: string;
  readonly outcome?: 'applied' | 'refused';
  /** What this reading added; nothing that was counted before is counted again. */
  readonly itemCount: number;
  readonly movedCount: number;
  readonly breakCount: number;
  /** What it could not read. */
  readonly faultCount: number;
  /** Places whose money was counted before and that are read as something else by now: they stay as they were. */
  readonly stayedCount: number;
  readonly refusal?: Refusal;
}

export interface BankMessageDetail extends BankMessageView {
  /** Oldest first. */
  readonly readings: readonly BankReadingView[];
}

/** A file as it was taken; `isRepeated`: the same bytes were here before, and nothing happened. */
export interface ReceivedMessage extends BankMessageView {
  readonly isRepeated: boolean;
}

/** One status or booking of a message. */
export interface BankItemView {
  readonly id: string;
  readonly messageId: string;
  readonly n: number;
  readonly kind: 'status' | 'booking';
  readonly class: ReconciliationClass;
  readonly remark?: Remark;
  readonly lineId?: string;
  readonly batchId?: string;
  readonly movedTo?: LineState;
  /** Of a status: the bank's word. */
  readonly word?: string;
  readonly direction?: 'debit' | 'credit';
  readonly amount?: MoneyView;
  readonly bookedOn?: string;
  readonly endToEndId?: string;
  readonly bankReference?: string;
  readonly reasons: readonly { readonly code?: string; readonly proprietary?: string; readonly texts: readonly string[] }[];
  readonly texts: readonly string[];
}

export interface BreakView {
  readonly self: string;
  readonly id: string;
  readonly payingAccountId: string;
  readonly kind: BreakKind;
  readonly state: 'open' | 'resolved';
  readonly messageId?: string;
  readonly itemId?: string;
  readonly lineId?: string;
  readonly endToEndId?: string;
  readonly batchId?: string;
  /** What of it stands in suspense; below nought where the bank has more than we can place. */
  readonly inSuspense: MoneyView;
  /** Of sums and statements: what the bank states, and what there is. */
  readonly stated?: MoneyView;
  readonly found?: MoneyView;
  readonly openedAt: string;
  readonly proposal?: { readonly resolution: Resolution; readonly by: string; readonly at: string; readonly note: string };
  readonly resolution?: Resolution;
  readonly note?: string;
  readonly resolvedBy?: string;
  readonly resolvedAt?: string;
  /** What a person may make of it now. */
  readonly allowedResolutions: readonly Resolution[];
  readonly version: number;
}

/** One break, with what the money of it pays back. */
export interface BreakDetail extends BreakView {
  /** What the bank said, where the break is of one booking or status. */
  readonly item?: BankItemView;
  /** What is owed and named by what the bank wrote beside the money: a proposal. */
  readonly namedRecoveries: readonly NamedOverpayment[];
  readonly repayments: readonly { readonly recoveryId: string; readonly reference: string; readonly amount: MoneyView }[];
}

/** What the bank booked on one day of one paying account. */
export interface ReconciliationView {
  readonly self: string;
  readonly on: string;
  readonly payingAccountId: string;
  readonly bookedCount: number;
  readonly debited: MoneyView;
  readonly credited: MoneyView;
  readonly classes: readonly { readonly class: ReconciliationClass; readonly count: number }[];
  readonly openBreaks: readonly { readonly kind: BreakKind; readonly count: number }[];
  /** The first proof of the account that was made once the day was over. */
  readonly proof?: ProofView;
}
