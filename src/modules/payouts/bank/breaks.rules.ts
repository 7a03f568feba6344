/** What does not fit, and waits for somebody. `sum_differs` is of a batch, `balance_differs` of a statement, the others of a booking or a line. */
export const BREAK_KINDS = ['unknown_external', 'amount_differs', 'duplicate', 'contradicts', 'missing_external', 'sum_differs', 'balance_differs'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/**
 * What people make of a break. `by_itself`: the bank said what was missing. `attached`: the booking is of this line. `confirmed_paid`,
 * `confirmed_refused`: the bank said so elsewhere, for a line it never booked. `own_money`: ours, but of no line. `bank_error`: stays in
 * suspense until it comes back. `reversed`: it has. `noted`: looked at, nothing to do.
 */
export const RESOLUTIONS = ['by_itself', 'attached', 'confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted', 'bank_error', 'reversed', 'noted'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Money moves in our books because people say so: one proposes with evidence, another resolves. */
export const TWO_PEOPLE = ['confirmed_paid', 'confirmed_refused', 'own_money', 'charge', 'difference_accepted'] as const satisfies readonly Resolution[];

const PLACEABLE = ['own_money', 'charge', 'bank_error', 'reversed'] as const satisfies readonly Resolution[];

/** What a person may make of each kind, where money of it stands in suspense. */
const WITH_MONEY: Readonly<Record<BreakKind, readonly Resolution[]>> = {
  unknown_external: ['attached', ...PLACEABLE],
  amount_differs: ['difference_accepted', ...PLACEABLE],
  duplicate: PLACEABLE,
  contradicts: PLACEABLE,
  missing_external: [],
  sum_differs: ['noted'],
  balance_differs: [],
};

/** A charge is what the bank took; what it gave is none. Edge: without money there is nothing to place, and somebody who has looked says so. */
export function resolutionsOf(kind: BreakKind, suspenseMinor: bigint): readonly Resolution[] {
  if (kind === 'missing_external') return ['confirmed_paid', 'confirmed_refused'];
  if (suspenseMinor === 0n) return ['noted'];
  return WITH_MONEY[kind].filter((resolution) => resolution !== 'charge' || suspenseMinor > 0n);
}

export const needsTwo = (resolution: Resolution): boolean => (TWO_PEOPLE as readonly Resolution[]).includes(resolution);
