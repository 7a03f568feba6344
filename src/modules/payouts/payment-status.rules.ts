import type { LineState } from './payment-line.machine.js';

/** Where the money of a claim stands, in one word. */
export const PAYMENT_STATUSES = ['none', 'due', 'in_payment', 'paid', 'returned'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export interface PaymentFacts {
  /** Of every line of the claim; `replaced` where another line pays it again, `isNothingDue` where nothing of it is due any more. */
  readonly lines: readonly { readonly state: LineState; readonly replaced: boolean; readonly isNothingDue: boolean }[];
  /** Whether more is due than lines pay. */
  readonly due: boolean;
}

/**
 * The payment status of a claim, for pages, lists and the API alike. What came back, is due and nobody has paid again comes first, then what is on its
 * way, then what waits, then what was paid. Edge: what was written off or dropped is neither; a claim with nothing else has `none`.
 */
export function paymentStatus({ lines, due }: PaymentFacts): PaymentStatus {
  const any = (...states: readonly LineState[]): boolean => lines.some(({ state }) => states.includes(state));
  if (lines.some(({ state, replaced, isNothingDue }) => (state === 'rejected' || state === 'returned') && !replaced && !isNothingDue)) return 'returned';
  if (any('in_transit', 'accepted_by_bank')) return 'in_payment';
  if (due || any('pending', 'included')) return 'due';
  return any('settled') ? 'paid' : 'none';
}
