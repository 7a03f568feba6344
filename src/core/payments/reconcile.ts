import { addDays, type CalendarDate } from '../time/index.js';
import type { Money } from '../money/index.js';
import { LINE_EFFECTS, statusMeaning, type LineFact, type LineState, type PayeeVerification } from './line-status.js';
import type { BookingReport, StatusReport } from './reconcile-reports.js';

/** What we know of a payment line when the bank speaks of it. */
export interface KnownLine {
  readonly lineId: string;
  readonly endToEndId: string;
  readonly amount: Money;
  readonly state: LineState;
  /** Of the file it went out in. */
  readonly messageId?: string;
  readonly paymentId?: string;
  /** It was refused or came back, and a new line was made in its stead. */
  readonly isReplaced: boolean;
  /** `bookingKey` of the debit, or of the sum, that was counted for it. */
  readonly debitKey?: string;
  /** Of the return that was counted for it. */
  readonly returnKey?: string;
  /** A second debit of it stands with nobody: a credit may take that back. */
  readonly isDoubled?: boolean;
}

export const RECONCILIATION_CLASSES = ['matched', 'amount_differs', 'duplicate', 'unknown_external', 'missing_external', 'returned', 'fee'] as const;
export type ReconciliationClass = (typeof RECONCILIATION_CLASSES)[number];

/**
 * What makes a verdict worth a look, or explains why nothing moved.
 * `repeated`: this very booking was counted before. `not_booked`: announced only. `contradicts`: refused, and its money moved. `unsent`: the line never
 * left us. `other_file`: the reference is ours, the file is not. `direction`: against its entry, without saying why. `replaced`: a new line
 * stands in its place. `word_unknown`: a status that no list has. `told_elsewhere`: another kind of message tells what is booked on this account.
 */
export type Remark = 'repeated' | 'not_booked' | 'contradicts' | 'unsent' | 'other_file' | 'direction' | 'replaced' | 'word_unknown' | 'told_elsewhere';

/** What one item from the bank comes to. `to`, `debitKey` and `returnKey` are everything that changes on the line. */
export interface Verdict {
  readonly class: ReconciliationClass;
  readonly lineId?: string;
  readonly fact?: LineFact;
  readonly to?: LineState;
  readonly debitKey?: string;
  readonly returnKey?: string;
  /** What the bank kept, or took on top, as it states: the line is whole all the same. */
  readonly charged?: Money;
  /** The money is back: it is due anew. */
  readonly reopens?: true;
  readonly verification?: PayeeVerification;
  readonly remark?: Remark;
}

const same = (a: Money, b: Money): boolean => a.currency === b.currency && a.minor === b.minor;

/**
 * What a status says of a line: `accepted_by_bank` or `rejected` at most, never `settled` (`LINE_EFFECTS`).
 *
 * The line is the one with this `OrgnlEndToEndId`; where the bank names the file or the group, they have to be the line's too. Without an
 * amount in the status nothing is compared. Edge: the same status again, or an earlier one late, changes nothing.
 */
export function reconcileStatus(status: StatusReport, line: KnownLine | undefined): Verdict {
  if (line === undefined) return { class: 'unknown_external' };
  const { lineId } = line;
  if (isOther(status.originalMessageId, line.messageId) || isOther(status.originalPaymentId, line.paymentId)) return { class: 'unknown_external', lineId, remark: 'other_file' };
  if (status.amount !== undefined && !same(status.amount, line.amount)) return { class: 'amount_differs', lineId };
  const meaning = statusMeaning(status.status);
  if (meaning === undefined) return { class: 'matched', lineId, remark: 'word_unknown' };
  const { verification } = meaning;
  return { ...moved(line, meaning.fact, 'matched'), ...(verification === undefined ? {} : { verification }) };
}

const isOther = (said: string | undefined, known: string | undefined): boolean => said !== undefined && known !== undefined && said !== known;

function moved(line: KnownLine, fact: LineFact, matchedAs: ReconciliationClass): Verdict {
  const { lineId } = line;
  const effect = LINE_EFFECTS[fact][line.state];
  if (effect.unsent === true) return { class: 'unknown_external', lineId, fact, remark: 'unsent' };
  return { class: matchedAs, lineId, fact, ...(effect.to === undefined ? {} : { to: effect.to }), ...(effect.contradicts === true ? { remark: 'contradicts' } : {}) };
}

/**
 * Tells a booking from any other, however often it is reported: the bank's reference of the transaction, else that of the entry and the place
 * in it, else the day and the place. Edge: where a bank gives no references, two debits of one line on one day are one; the day's
 * balance shows them. An account's bookings are therefore read from one kind of message, camt.054 or camt.053, not from both.
 */
export function bookingKey({ direction, references, bookedOn, transaction }: BookingReport): string {
  const { servicerReference, entryServicerReference, endToEndId = '', paymentId = '', messageId = '' } = references;
  const place = servicerReference ?? `${entryServicerReference ?? bookedOn ?? ''}#${transaction ?? 0}`;
  return [direction, place, endToEndId === '' ? `${messageId}/${paymentId}` : endToEndId].join('|');
}

/**
 * What a booking of one transaction, or of an entry without any, says. Sums of a batch are `reconcileSums`.
 *
 * A booked debit proves payment, a booked credit with our reference is a return; what is not booked (PDNG, INFO, FUTR) moves nothing. A debit
 * may be more than the line, and a return less, by the charges it states as included. Without a line, a debit whose bank transaction code says so is a fee. A second booking of
 * the same line is a duplicate and moves nothing, and so is a debit of a line that was replaced, unless it is the one that came back.
 * Edge: a credit inside a debit entry is a return only with a return reason, since some banks write the payee's side there; and where a line was debited twice, a credit without one is no
 * return but a duplicate, which people place against the second debit.
 */
export function reconcileBooking(booking: BookingReport, line: KnownLine | undefined): Verdict {
  if (line === undefined) {
    const isFee = booking.isFee && booking.direction === 'debit' && booking.references.endToEndId === undefined;
    return { class: isFee ? 'fee' : 'unknown_external', ...(booking.status === 'BOOK' ? {} : { remark: 'not_booked' }) };
  }
  const { lineId } = line;
  if (booking.status !== 'BOOK') return { class: 'matched', lineId, remark: 'not_booked' };
  if (booking.direction !== booking.entryDirection && booking.returnReasons === undefined) return { class: 'unknown_external', lineId, remark: 'direction' };
  return booking.direction === 'credit' ? returned(booking, line) : debited(booking, line);
}

/** The amount in the line's currency: as booked, else as instructed. */
const inCurrencyOf = (booking: BookingReport, { amount }: KnownLine): Money =>
  (booking.amount.currency !== amount.currency && booking.instructed?.currency === amount.currency ? booking.instructed : booking.amount);

/** What separates the booking from the line's amount: nothing, or exactly the charges that it states as included. */
function chargedIn(booking: BookingReport, line: KnownLine): Money | undefined {
  const booked = inCurrencyOf(booking, line);
  if (same(booked, line.amount)) return { ...booked, minor: 0n };
  const minor = booking.charges.filter(({ amount, isIncluded }) => isIncluded && amount.currency === booked.currency).reduce((sum, { amount }) => sum + amount.minor, 0n);
  const whole = booked.minor + (booking.direction === 'debit' ? -minor : minor);
  return same({ ...booked, minor: whole }, line.amount) ? { ...booked, minor } : undefined;
}

const stated = (charged: Money): Pick<Verdict, 'charged'> => (charged.minor === 0n ? {} : { charged });

function debited(booking: BookingReport, line: KnownLine): Verdict {
  const { lineId } = line;
  const charged = chargedIn(booking, line);
  if (charged === undefined) return { class: 'amount_differs', lineId };
  const debitKey = bookingKey(booking);
  if (line.debitKey === debitKey) return { class: 'matched', lineId, remark: 'repeated' };
  if (line.debitKey !== undefined) return { class: 'duplicate', lineId };
  if (line.isReplaced && line.returnKey === undefined) return { class: 'duplicate', lineId, fact: 'debited', remark: 'replaced' };
  const verdict = moved(line, 'debited', 'matched');
  // People had said that it came back or was never made, and no return is counted that the debit would belong to.
  const isDenied = line.state === 'returned' && line.returnKey === undefined;
  return verdict.remark === 'unsent' ? verdict : { ...verdict, ...(isDenied ? { remark: 'contradicts' as const } : {}), debitKey, ...stated(charged) };
}

/** Whether a credit takes back a second debit of the line rather than the payment: nobody says that the payment came back. */
const undoes = ({ isReversal, returnReasons }: BookingReport, { isDoubled }: KnownLine): boolean => isDoubled === true && (isReversal || returnReasons === undefined);

function returned(booking: BookingReport, line: KnownLine): Verdict {
  const { lineId } = line;
  const charged = chargedIn(booking, line);
  if (charged === undefined) return { class: 'amount_differs', lineId };
  const returnKey = bookingKey(booking);
  if (line.returnKey === returnKey) return { class: 'returned', lineId, remark: 'repeated' };
  if (line.returnKey !== undefined || undoes(booking, line)) return { class: 'duplicate', lineId };
  const verdict = moved(line, 'returned', 'returned');
  if (verdict.remark === 'unsent') return verdict;
  return { ...verdict, returnKey, ...stated(charged), ...(verdict.to === undefined ? {} : { reopens: true }) };
}

/** The line after a verdict on it. Edge: a verdict on another line, or without an effect, leaves it as it is. */
export function afterVerdict(line: KnownLine, { lineId, to, debitKey, returnKey }: Verdict): KnownLine {
  if (lineId !== line.lineId) return line;
  return { ...line, state: to ?? line.state, ...(debitKey === undefined ? {} : { debitKey }), ...(returnKey === undefined ? {} : { returnKey }) };
}

/**
 * Whether a line still waits to be found in a sum: it was sent, no debit was counted for it, and the bank has not refused it.
 * Edge: what came back was debited, so it waits too, refused or not; and so does what people confirmed before its booking.
 */
export const isLeft = ({ state, debitKey, returnKey }: Pick<KnownLine, 'state' | 'debitKey' | 'returnKey'>): boolean =>
  debitKey === undefined && (state === 'in_transit' || state === 'accepted_by_bank' || state === 'settled' || returnKey !== undefined);

/** A sum that was booked as a debit; one that comes back for a whole batch is for a person. */
export interface BatchSum {
  readonly amount: Money;
  /** Number of transactions in it, where the bank says. */
  readonly count?: bigint;
}

export type SumsVerdict =
  | { readonly class: 'matched' }
  | { readonly class: 'amount_differs'; readonly bookedMinor: bigint; readonly leftMinor: bigint };

/**
 * Whether the sums that were booked for a batch, and that no line was counted for yet, are together what is left of it (`isLeft`). If so every
 * line left is debited (`LINE_EFFECTS`); if not, nothing is. To be asked again after each message about the batch: a refusal may come after the sum it explains.
 * Edge: where every sum says how many transactions it has, their number has to agree too.
 */
export function reconcileSums(sums: readonly BatchSum[], left: { readonly amount: Money; readonly count: bigint }): SumsVerdict {
  const booked = sums.reduce((sum, { amount }) => sum + amount.minor, 0n);
  const counts = sums.map(({ count }) => count).filter((count) => count !== undefined);
  const agrees = counts.length < sums.length || counts.reduce((sum, count) => sum + count, 0n) === left.count;
  const isExact = sums.length > 0 && agrees && booked === left.amount.minor && sums.every(({ amount }) => amount.currency === left.amount.currency);
  return isExact ? { class: 'matched' } : { class: 'amount_differs', bookedMinor: booked, leftMinor: left.amount.minor };
}

/**
 * Whether the bank owes us word of a line: `graceDays` after the day it was to be carried out (inclusive) statements cover the account and none
 * has its debit. Such a line is `missing_external`. Edge: what was refused, returned or never sent is not missed.
 */
export const isMissing = (line: Pick<KnownLine, 'state'> & { readonly dueOn: CalendarDate }, coveredThroughOn: CalendarDate, graceDays: number): boolean =>
  (line.state === 'in_transit' || line.state === 'accepted_by_bank') && addDays(line.dueOn, graceDays) <= coveredThroughOn;
