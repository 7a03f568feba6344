import type { LineState } from '../payment-line.machine.js';

/**
 * What does not fit, and waits for somebody. `missing_external`: a line that nothing was booked for; `missing_debit`: one whose money stands in suspense until its debit is
 * told; `missing_return`: one that was to come back. `sum_differs` is of a batch, `balance_differs` of a statement, the others of a booking or a line.
 */
export const BREAK_KINDS = ['unknown_external', 'amount_differs', 'duplicate', 'contradicts', 'missing_external', 'missing_debit', 'missing_return', 'sum_differs', 'balance_differs'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/**
 * What people make of a break. `by_itself`: the bank said what was missing. `attached`: the booking is of this line. `confirmed_paid`,
 * `confirmed_refused`: the bank said so elsewhere, for a line it never booked. `own_money`: ours, but of no line. `repayment`: a business pays back
 * what it owes. `bank_error`: stays in suspense until it comes back. `reversed`: it has. `noted`: looked at, nothing to do.
 */
export const RESOLUTIONS = ['by_itself', 'attached', 'confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'repayment', 'bank_error', 'reversed', 'noted'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** What a person says of a break. */
export interface Answer {
  readonly resolution: Resolution;
  readonly note?: string;
  /** Of `attached`: the payment it is of. */
  readonly lineId?: string;
  /** Of `repayment`: what is paid back. */
  readonly recoveryId?: string;
  /** Of `reversed`: the other entry in suspense. */
  readonly otherId?: string;
}

/** Money moves in our books because people say so: one proposes with evidence, another resolves. */
export const TWO_PEOPLE = ['confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted'] as const satisfies readonly Resolution[];

const PLACEABLE = ['own_money', 'repayment', 'charge', 'bank_error', 'reversed'] as const satisfies readonly Resolution[];

/** What a person may make of each kind, where money of it stands in suspense. */
const WITH_MONEY: Readonly<Record<BreakKind, readonly Resolution[]>> = {
  unknown_external: ['attached', ...PLACEABLE],
  amount_differs: ['difference_accepted', ...PLACEABLE],
  duplicate: PLACEABLE,
  contradicts: PLACEABLE,
  missing_external: [],
  missing_debit: ['confirmed_refused', 'bank_error', 'reversed'],
  missing_return: [],
  sum_differs: ['noted'],
  balance_differs: [],
};

/** A charge is what the bank took, a repayment what it gave. Only what is taken for paid can turn out not to be. Edge: without money there is nothing to place, and somebody who has looked says so. */
export function resolutionsOf({ kind, suspenseMinor, lineState }: { readonly kind: BreakKind; readonly suspenseMinor: string; readonly lineState: LineState | null }): readonly Resolution[] {
  if (kind === 'missing_external') return ['confirmed_paid', 'confirmed_refused'];
  const minor = BigInt(suspenseMinor);
  if (minor === 0n) return ['noted'];
  const never: readonly Resolution[] = [minor > 0n ? 'repayment' : 'charge', ...(kind === 'missing_debit' && lineState !== 'settled' ? ['confirmed_refused' as const] : [])];
  return WITH_MONEY[kind].filter((resolution) => !never.includes(resolution));
}

export const needsTwo = (resolution: Resolution): boolean => (TWO_PEOPLE as readonly Resolution[]).includes(resolution);
