import type { Money } from '../money/index.js';
import type { RefusalParam } from '../errors/index.js';

/** What a bank, a billing system or a giver of benefits sends back, whatever the format: one of these after another. */
export type BankReport = MessageReport | StatusReport | BookingReport | StatementReport | FaultReport;

export type MessageKind = 'pain.002' | 'camt.053' | 'camt.054' | 'result';

export interface MessageReport {
  readonly report: 'message';
  readonly kind: MessageKind;
  /** Two digits, from the namespace; absent where the bank names none. */
  readonly version?: string;
  readonly messageId?: string;
  /** As written: most banks give no zone, so it is no instant. */
  readonly createdAt?: string;
}

/** Why: a code of ISO's list, or the bank's own word, and what it wrote beside. */
export interface BankReason {
  readonly code?: string;
  readonly proprietary?: string;
  readonly texts: readonly string[];
}

export type StatusLevel = 'group' | 'payment' | 'transaction';

/**
 * A status. One of a payment holds for every line in it that the same message does not name; one of the group, for every line of the file
 * that is neither named nor in a payment with a status of its own.
 */
export interface StatusReport {
  readonly report: 'status';
  /** What it is about. */
  readonly level: StatusLevel;
  /** Where it was written: a transaction without a word of its own has that of its payment information, else of the group. */
  readonly statedAt: StatusLevel;
  readonly status: string;
  readonly reasons: readonly BankReason[];
  readonly originalMessageId?: string;
  readonly originalPaymentId?: string;
  readonly endToEndId?: string;
  readonly uetr?: string;
  readonly amount?: Money;
}

export type Direction = 'debit' | 'credit';

export interface BookingReferences {
  readonly endToEndId?: string;
  readonly instructionId?: string;
  readonly uetr?: string;
  /** Ours, of the file and the group in it, where the bank repeats them. */
  readonly messageId?: string;
  readonly paymentId?: string;
  /** The bank's own, of the transaction and of the entry. */
  readonly servicerReference?: string;
  readonly entryServicerReference?: string;
  readonly entryReference?: string;
}

export interface Charge {
  readonly amount: Money;
  /** Already in, or off, the amount it stands beside. */
  readonly isIncluded: boolean;
}

/** Money that moved, or is about to. */
export interface BookingReport {
  readonly report: 'booking';
  /** `batch`: one sum for a whole file or group; `entry`: nothing below the entry was told. */
  readonly covers: 'transaction' | 'batch' | 'entry';
  /** Place in the file, from 1; transactions count within their entry. */
  readonly statement: number;
  readonly entry: number;
  readonly transaction?: number;
  /** BOOK is booked; anything else proves nothing. */
  readonly status: string;
  readonly direction: Direction;
  readonly entryDirection: Direction;
  readonly isReversal: boolean;
  readonly amount: Money;
  /** As we instructed it, where the account has another currency. */
  readonly instructed?: Money;
  readonly bookedOn?: string;
  readonly valueOn?: string;
  readonly references: BookingReferences;
  /** Transactions in a batch, where the bank says. */
  readonly batchCount?: bigint;
  /** Present on what came back. */
  readonly returnReasons?: readonly BankReason[];
  readonly charges: readonly Charge[];
  /** By its bank transaction code it is a charge or a commission. */
  readonly isFee: boolean;
  /** What was written for people; empty more often than not. */
  readonly texts: readonly string[];
}

export interface Balance {
  /** OPBD opening, CLBD closing, PRCD closing of the day before, and so on. */
  readonly type: string;
  readonly on?: string;
  /** Below nought when overdrawn. */
  readonly amount: Money;
}

/** The end of a statement or notification: what it was about, after its entries. */
export interface StatementReport {
  readonly report: 'statement';
  readonly statement: number;
  readonly statementId?: string;
  /** IBAN or the bank's own number of the paying account. */
  readonly account?: string;
  readonly createdAt?: string;
  readonly entryCount: number;
  readonly balances: readonly Balance[];
}

/** Where in a file, from 1; nowhere in particular is the whole of it. */
export type FaultPlace = Partial<Readonly<Record<'payment' | 'statement' | 'entry' | 'transaction' | 'row', number>>>;

/** What could not be read, or does not add up, at one place; the rest stands. */
export interface FaultReport {
  readonly report: 'fault';
  readonly code: string;
  readonly params: Readonly<Record<string, RefusalParam>>;
  readonly place: FaultPlace;
  /** What was written there, kept as it was. */
  readonly raw?: string;
}
