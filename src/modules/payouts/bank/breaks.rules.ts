import type { LineState } from '../payment-line.machine.js';

/**
 * What does not fit, and waits for somebody. `missing_external`: a line that nothing was booked for; `missing_debit`: one whose money stands in suspense until its debit is
 * told; `missing_return`: one that was to come back. `sum_differs` is of a batch, `balance_differs` of a statement, the others of a booking or a line.
 */
export const BREAK_KINDS = ['unknown_external', 'amount_differs', 'duplicate', 'contradicts', 'missing_external', 'missing_debit', 'missing_return', 'sum_differs', 'balance_differs'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/**
 * What people make of a break. `by_itself`: the bank said what was missing. `attached`: the booking is of these lines, or the sum of this batch. `other_batch`: the sum is of another batch than it says. `together`: two bookings are
 * one payment, or one return. `confirmed_paid`, `confirmed_refused`, `confirmed_returned`: the bank said so elsewhere, for a line it never booked so. `own_money`: ours, but of no
 * line. `repayment`: a business pays back what it owes. `bank_error`: stays in suspense until it comes back. `reversed`: it has. `noted`: looked at, nothing to do.
 */
export const RESOLUTIONS = ['by_itself', 'attached', 'together', 'confirmed_paid', 'confirmed_refused', 'confirmed_returned', 'own_money', 'charge', 'difference_accepted', 'repayment', 'other_batch', 'bank_error', 'reversed', 'noted'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Most payments that one booking is said to be of; more go out as a batch, whose sum it is. */
export const MOST_LINES = 1_000;

/** What a person says of a break. */
export interface Answer {
  readonly resolution: Resolution;
  readonly note?: string;
  /** Of `attached`: the payments it is of, 1 to `MOST_LINES`. */
  readonly lineIds?: readonly string[];
  /** Of `attached`: the batch whose sum it is. */
  readonly batchId?: string;
  /** Of `repayment`: what is paid back. */
  readonly recoveryId?: string;
  /** Of `reversed`: the other entry in suspense. Of `together`: the rest of the payment. */
  readonly otherId?: string;
}

/** Money moves in our books because people say so: one proposes with evidence, another resolves. */
export const TWO_PEOPLE = ['confirmed_paid', 'confirmed_refused', 'confirmed_returned', 'own_money', 'charge', 'difference_accepted'] as const satisfies readonly Resolution[];

const PLACEABLE = ['own_money', 'repayment', 'charge', 'bank_error', 'reversed'] as const satisfies readonly Resolution[];

/** What a person may make of each kind, where money of it stands in suspense. */
const WITH_MONEY: Readonly<Record<BreakKind, readonly Resolution[]>> = {
  unknown_external: ['attached', ...PLACEABLE],
  amount_differs: ['difference_accepted', 'together', ...PLACEABLE],
  duplicate: ['attached', ...PLACEABLE],
  contradicts: ['confirmed_paid', 'bank_error', 'reversed'],
  missing_external: [],
  missing_debit: ['confirmed_refused', 'bank_error', 'reversed'],
  missing_return: [],
  sum_differs: ['difference_accepted', 'other_batch', 'noted'],
  balance_differs: [],
};

/** What of a break decides what may be said of it. */
export interface Asked {
  readonly kind: BreakKind;
  readonly suspenseMinor: string;
  /** Of sums: what is left of the batch. */
  readonly foundMinor: string | null;
  readonly lineState: LineState | null;
  readonly lineMinor: string | null;
}

/** Of a debit, whose suspense is above nought, the bank took at least what was ours; of a credit it gave at most that back. Less of a debit, or of a return, is the first part of two. */
const sizes = ({ kind, suspenseMinor, foundMinor, lineMinor }: Asked): { readonly bookedMinor: bigint; readonly oursMinor: bigint; readonly isCredit: boolean } => {
  const minor = BigInt(suspenseMinor);
  return { bookedMinor: minor < 0n ? -minor : minor, oursMinor: BigInt((kind === 'sum_differs' ? foundMinor : lineMinor) ?? 0), isCredit: minor < 0n };
};

/** Answers that are of some breaks of a kind alone. */
const FITS: Readonly<Partial<Record<Resolution, (asked: Asked) => boolean>>> = {
  // A charge is what the bank took, a repayment what it gave.
  charge: (asked) => !sizes(asked).isCredit,
  repayment: (asked) => sizes(asked).isCredit,
  // A second debit is of no payment; a credit may be its return, or take the second debit back.
  attached: (asked) => asked.kind !== 'duplicate' || sizes(asked).isCredit,
  // Only what is taken for paid can turn out not to be, and only what is taken for refused or back can turn out to be paid after all.
  confirmed_refused: ({ lineState }) => lineState === 'settled',
  confirmed_paid: ({ lineState }) => lineState === 'rejected' || lineState === 'returned',
  // Nobody gives up what is still owed to a business: a booking of less waits for the rest of it.
  difference_accepted: (asked) => { const { bookedMinor, oursMinor, isCredit } = sizes(asked); return oursMinor > 0n && (isCredit ? bookedMinor <= oursMinor : bookedMinor >= oursMinor); },
  together: (asked) => { const { bookedMinor, oursMinor } = sizes(asked); return bookedMinor < oursMinor; },
};

/** Edge: without money there is nothing to place, and somebody who has looked says so. */
export function resolutionsOf(asked: Asked): readonly Resolution[] {
  const { kind, suspenseMinor, lineState } = asked;
  if (kind === 'missing_external') return ['confirmed_paid', 'confirmed_refused'];
  if (kind === 'missing_return') return lineState === 'settled' ? ['confirmed_returned', 'noted'] : ['noted'];
  return BigInt(suspenseMinor) === 0n ? ['noted'] : WITH_MONEY[kind].filter((resolution) => FITS[resolution]?.(asked) ?? true);
}

export const needsTwo = (resolution: Resolution): boolean => (TWO_PEOPLE as readonly Resolution[]).includes(resolution);

/** What a person may ask of a line by themselves: that a payment came back, or what became of it. Undefined where the bank has no word of it to give. */
export function askedOf(state: LineState): BreakKind | undefined {
  if (state === 'settled') return 'missing_return';
  return state === 'in_transit' || state === 'accepted_by_bank' ? 'missing_external' : undefined;
}

export const isAskable = (state: LineState): boolean => askedOf(state) !== undefined;
