/** What a payment line can be. The first two and the last two are ours alone; between them the bank moves it. */
export const LINE_STATES = ['pending', 'included', 'in_transit', 'accepted_by_bank', 'settled', 'rejected', 'returned', 'written_off', 'dropped'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** What a bank can say of one line. The first three are words, the last two are money. */
export const LINE_FACTS = ['received', 'accepted', 'rejected', 'debited', 'returned'] as const;
export type LineFact = (typeof LINE_FACTS)[number];

/** What the bank found when it compared the payee's name with the account's (EPC Verification of Payee). */
export type PayeeVerification = 'match' | 'close_match' | 'no_match' | 'not_applicable';

export interface StatusMeaning {
  readonly fact: LineFact;
  readonly means: string;
  readonly verification?: PayeeVerification;
}

/**
 * The words of ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code, with those of the EPC's Verification of Payee.
 * ACSC is *accepted* and no more: it says that the bank has settled, and only a booking shows it. ACTC speaks of the file, not of the payment.
 * Left out are the words of cheques, cash and requests to pay (ACIS, CPUC, PRES).
 * Source: ISO 20022 external code sets, the edition of 2025 that has the words of the Verification of Payee.
 */
export const STATUS_WORDS = {
  RCVD: { fact: 'received', means: 'the file has arrived' },
  ACTC: { fact: 'received', means: 'the file can be read' },
  PATC: { fact: 'received', means: 'some who must authorise the file have, not all' },
  PDNG: { fact: 'received', means: 'waits at the bank' },
  ACFW: { fact: 'received', means: 'waits for us to confirm it' },
  PART: { fact: 'received', means: 'some are accepted, some not: each is named' },
  BLCK: { fact: 'received', means: 'stopped at the bank, not refused' },
  ACCP: { fact: 'accepted', means: 'checked against the customer’s profile' },
  ACFC: { fact: 'accepted', means: 'there is money enough' },
  ACWC: { fact: 'accepted', means: 'accepted with a change, such as another date' },
  ACWP: { fact: 'accepted', means: 'accepted, not yet posted at the payee’s bank' },
  ACPD: { fact: 'accepted', means: 'passed through clearing' },
  ACSP: { fact: 'accepted', means: 'being settled' },
  ACSC: { fact: 'accepted', means: 'settled, says the debtor’s bank' },
  ACCC: { fact: 'accepted', means: 'settled, says the payee’s bank' },
  RJCT: { fact: 'rejected', means: 'refused' },
  CANC: { fact: 'rejected', means: 'cancelled before it was carried out' },
  RCVC: { fact: 'received', means: 'every name matches its account', verification: 'match' },
  RVMC: { fact: 'received', means: 'a name nearly matches its account', verification: 'close_match' },
  RVNM: { fact: 'received', means: 'a name does not match its account', verification: 'no_match' },
  RVCM: { fact: 'received', means: 'names were compared, and some do not match' },
  RVNC: { fact: 'received', means: 'names are still being compared' },
  RVNA: { fact: 'received', means: 'the name could not be compared', verification: 'not_applicable' },
} as const satisfies Readonly<Record<string, StatusMeaning>>;

/** What a status word says; nothing for a word that no list has. Edge: words are capitals, `rjct` is none. */
export const statusMeaning = (word: string): StatusMeaning | undefined =>
  Object.hasOwn(STATUS_WORDS, word) ? STATUS_WORDS[word as keyof typeof STATUS_WORDS] : undefined;

/** What a status of the whole file does to its batch. A word that no list has does nothing. Edge: PART acknowledges; each payment has its own word. */
export function batchEffect(word: string): 'acknowledge' | 'refuse' | undefined {
  const fact = statusMeaning(word)?.fact;
  return fact === undefined ? undefined : fact === 'rejected' ? 'refuse' : 'acknowledge';
}

export interface LineEffect {
  /** Where the line goes; nothing when it stays. */
  readonly to?: LineState;
  /** The bank refused the payment and moved its money: the line stays as it was first told, and somebody looks. */
  readonly contradicts?: true;
  /** The bank speaks of a payment that never left us. */
  readonly unsent?: true;
}

const stays: LineEffect = {};
const contradicts: LineEffect = { contradicts: true };
const unsent: LineEffect = { unsent: true };
const never = { pending: unsent, included: unsent, dropped: unsent } as const;
const ended = { rejected: stays, returned: stays, written_off: stays } as const;
const to = (state: LineState): LineEffect => ({ to: state });

/**
 * What each fact does to a line in each state: the one table that code, documents and tests share.
 *
 * Nothing goes back, so an earlier fact that comes late, or one that comes again, changes nothing: accepted, settled, returned are each
 * stronger than the one before. Only a refusal is not comparable with money that moved, since what was refused is paid by another line:
 * whichever comes first stands. Source: docs/domain/bank-messages.md, the law of one line.
 */
export const LINE_EFFECTS: Readonly<Record<LineFact, Readonly<Record<LineState, LineEffect>>>> = {
  received: { ...never, in_transit: stays, accepted_by_bank: stays, settled: stays, ...ended },
  accepted: { ...never, in_transit: to('accepted_by_bank'), accepted_by_bank: stays, settled: stays, ...ended },
  rejected: { ...never, in_transit: to('rejected'), accepted_by_bank: to('rejected'), settled: contradicts, ...ended },
  debited: { ...never, in_transit: to('settled'), accepted_by_bank: to('settled'), settled: stays, ...ended, rejected: contradicts, written_off: contradicts },
  returned: { ...never, in_transit: to('returned'), accepted_by_bank: to('returned'), settled: to('returned'), ...ended },
};
