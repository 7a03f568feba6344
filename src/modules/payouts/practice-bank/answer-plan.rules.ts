import { createHash } from 'node:crypto';
import type { Money } from '../../../core/money/index.js';
import { addDays, type CalendarDate } from '../../../core/time/index.js';

/** What the practice bank may make of a payment. `lump`: booked with others in one sum; `delay`: only some days later. */
export const LINE_ANSWERS = ['accept', 'reject', 'return', 'duplicate', 'wrong_amount', 'lump', 'delay'] as const;
export type LineAnswer = (typeof LINE_ANSWERS)[number];

/** What it books beside: a debit that names no payment of ours, and a charge. */
export const STRAY_ANSWERS = ['unknown', 'fee'] as const;
export type StrayAnswer = (typeof STRAY_ANSWERS)[number];

/** How many of a hundred payments get which answer; of strays, how many are added for a hundred payments. */
export type AnswerMix = Readonly<Partial<Record<LineAnswer | StrayAnswer, number>>>;

export interface SentPayment {
  /** Ours, or the row of a table that has no column for it. */
  readonly reference: string;
  /** Of a row: as it was sent. */
  readonly cells?: readonly string[];
  readonly amount: Money;
}

export interface SentFile {
  readonly messageId: string;
  readonly executeOn: CalendarDate;
  readonly payments: readonly SentPayment[];
}

export interface PlannedPayment extends SentPayment {
  readonly answer: LineAnswer;
}

/** One booking on the account, as the bank tells of it. */
export interface PlannedBooking {
  readonly on: CalendarDate;
  readonly direction: 'debit' | 'credit';
  readonly amount: Money;
  /** The bank's own, for ever. */
  readonly bankReference: string;
  /** Ours; a sum and a charge have none. */
  readonly reference?: string;
  readonly what: 'payment' | 'returned' | 'sum' | 'fee';
  readonly count?: number;
}

export interface AnswerPlan {
  readonly payments: readonly PlannedPayment[];
  readonly bookings: readonly PlannedBooking[];
  /** Days on which something was booked, the day of payment first. */
  readonly days: readonly CalendarDate[];
}

/** What came back, or was booked again, stands on the day after; what is late, on a day that grace no longer covers. */
const BACK_AFTER_DAYS = 1;
export const LATE_AFTER_DAYS = 5;
const FEE_MINOR = 150n;

const digest = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\u0000')).digest('hex');

/**
 * How many payments get which answer: as the mix says, each that it names at least once as long as there are payments, and what is left over
 * to the most frequent. Edge: with fewer payments than answers the rarest answers are left out.
 */
export function answerCounts(mix: AnswerMix, count: number): ReadonlyMap<LineAnswer, number> {
  const share = (answer: LineAnswer): number => mix[answer] ?? 0;
  const named = LINE_ANSWERS.filter((answer) => share(answer) > 0).sort((a, b) => share(b) - share(a));
  const asked = (named.length === 0 ? ['accept' as const] : named).slice(0, count);
  const total = asked.reduce((sum, answer) => sum + share(answer), 0);
  const counts = new Map<LineAnswer, number>();
  let left = count;
  for (const [place, answer] of asked.entries()) {
    if (place === 0) continue;
    const given = Math.min(Math.max(1, Math.floor((count * share(answer)) / total)), left - (asked.length - place));
    counts.set(answer, given);
    left -= given;
  }
  return asked[0] === undefined ? counts : counts.set(asked[0], left);
}

/** How many of a hundred payments a mix gives an answer to; above a hundred it is no mix. What is booked beside is of no payment. */
export const sharesOf = (mix: AnswerMix): number => LINE_ANSWERS.reduce((sum, answer) => sum + (mix[answer] ?? 0), 0);

/** Answers that payments get whatever the mix says, by our references. */
export type NamedAnswers = Readonly<Record<string, LineAnswer>>;

/** Which payment gets which answer, in the order of the file; the same seed gives the same. */
function planned({ payments }: SentFile, mix: AnswerMix, seed: string, named: NamedAnswers): PlannedPayment[] {
  const drawn = payments.map(({ reference }, place) => ({ place, rank: digest(seed, reference) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const answers = [...answerCounts(mix, payments.length)].flatMap(([answer, count]) => Array.from({ length: count }, () => answer));
  const byPlace = new Map(drawn.map(({ place }, n) => [place, answers[n] ?? 'accept']));
  return payments.map((payment, place) => ({ ...payment, answer: named[payment.reference] ?? byPlace.get(place) ?? 'accept' }));
}

/** Everything that becomes of a file: what of each payment, and every booking with its day. */
export function planAnswers(file: SentFile, mix: AnswerMix, seed: string, byReference: NamedAnswers = {}): AnswerPlan {
  const { executeOn: today } = file;
  const payments = planned(file, mix, seed, byReference);
  const named = (what: string, name: string): string => `PB${digest(seed, file.messageId, what, name).slice(0, 16).toUpperCase()}`;
  const [next, late] = [addDays(today, BACK_AFTER_DAYS), addDays(today, LATE_AFTER_DAYS)];
  const debit = (payment: SentPayment, on: CalendarDate, nth = 1): PlannedBooking =>
    ({ on, direction: 'debit', amount: payment.amount, reference: payment.reference, bankReference: named(`debit ${nth}`, payment.reference), what: 'payment' });
  const bookings = [...payments.flatMap((payment) => bookingsOf(payment, { today, next, late }, debit, named)), ...sumOf(payments, today, named), ...strays(payments, mix, today, named)];
  const days = [...new Set([today, ...bookings.map(({ on }) => on)])].sort();
  return { payments, bookings: bookings.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)), days };
}

type Naming = (what: string, name: string) => string;

function bookingsOf(payment: PlannedPayment, { today, next, late }: Record<'today' | 'next' | 'late', CalendarDate>, debit: (payment: SentPayment, on: CalendarDate, nth?: number) => PlannedBooking, named: Naming): PlannedBooking[] {
  switch (payment.answer) {
    case 'accept': return [debit(payment, today)];
    case 'return': return [debit(payment, today), { ...debit(payment, next), direction: 'credit', bankReference: named('return', payment.reference), what: 'returned' }];
    case 'duplicate': return [debit(payment, today), debit(payment, next, 2)];
    case 'wrong_amount': return [debit({ ...payment, amount: { ...payment.amount, minor: payment.amount.minor + 1n } }, today)];
    case 'delay': return [debit(payment, late)];
    case 'reject': case 'lump': return [];
  }
}

function sumOf(payments: readonly PlannedPayment[], on: CalendarDate, named: Naming): PlannedBooking[] {
  const [first, ...others] = payments.filter(({ answer }) => answer === 'lump');
  if (first === undefined) return [];
  const minor = others.reduce((sum, { amount }) => sum + amount.minor, first.amount.minor);
  return [{ on, direction: 'debit', amount: { ...first.amount, minor }, bankReference: named('sum', ''), what: 'sum', count: others.length + 1 }];
}

function strays(payments: readonly PlannedPayment[], mix: AnswerMix, on: CalendarDate, named: Naming): PlannedBooking[] {
  const [first] = payments;
  if (first === undefined) return [];
  const many = (answer: StrayAnswer): number[] => Array.from({ length: Math.ceil((payments.length * (mix[answer] ?? 0)) / 100) }, (_, n) => n);
  return [
    ...many('unknown').map((n): PlannedBooking => {
      const bankReference = named('unknown', `${n}`);
      return { on, direction: 'debit', amount: payments[n % payments.length]?.amount ?? first.amount, reference: `X${bankReference}`, bankReference, what: 'payment' };
    }),
    ...many('fee').map((n): PlannedBooking => ({ on, direction: 'debit', amount: { ...first.amount, minor: FEE_MINOR }, bankReference: named('fee', `${n}`), what: 'fee' })),
  ];
}
