import type { BookingReport } from '../../../core/payments/reconcile-reports.js';
import type { KnownLine, Verdict } from '../../../core/payments/reconcile.js';
import type { BankPosting, Posting } from '../../funds/index.js';
import type { LineState } from '../payment-line.machine.js';

const account = (name: Posting['account'], amountMinor: bigint): Posting => ({ account: name, amountMinor });

/** What is for lines on `cleared` is what lines say was settled; everything else that the bank booked and nobody placed is in suspense. */
export const clearedMinor = (state: LineState, netMinor: bigint): bigint => (state === 'settled' ? netMinor : 0n);

/** What the bank booked on its account, in the account's currency and with its sign; undefined where neither amount is in that currency. */
export function bankMinorOf({ amount, instructed, direction }: BookingReport, currency: string): bigint | undefined {
  const booked = amount.currency === currency ? amount : instructed?.currency === currency ? instructed : undefined;
  return booked === undefined ? undefined : direction === 'credit' ? booked.minor : -booked.minor;
}

export interface Booked {
  readonly bankMinor: bigint;
  readonly verdict: Verdict;
  /** Before and after, where the booking is of one. */
  readonly line?: { readonly before: KnownLine; readonly after: KnownLine };
}

/**
 * What one booking posts on the accounts of its paying account, in minor units; it comes to nought. `cleared` follows the state of the line, `fees`
 * what the bank states as its charge, and suspense takes the rest: so the balances after a set of bookings do not depend on their order.
 * Edge: a return whose debit has not been told yet leaves its amount in suspense, below nought, until it is. Source: docs/domain/payouts.md.
 */
export function bankPostings({ bankMinor, verdict, line }: Booked): Posting[] {
  const cleared = line === undefined ? 0n : clearedMinor(line.after.state, line.after.amount.minor) - clearedMinor(line.before.state, line.before.amount.minor);
  const fees = verdict.class === 'fee' ? -bankMinor : verdict.charged?.minor ?? 0n;
  return [account('bank', bankMinor), account('cleared', cleared), account('fees', fees), account('suspense', -bankMinor - cleared - fees)].filter(({ amountMinor }) => amountMinor !== 0n);
}

/** What stands in suspense after these postings and did not before. */
export const suspenseOf = (postings: readonly Posting[]): bigint => postings.find(({ account: name }) => name === 'suspense')?.amountMinor ?? 0n;

/** Lines that are settled by something else than a booking of their own: what was in suspense for them is placed. */
export const placed = (kind: string, minor: bigint, reference?: string): BankPosting =>
  ({ kind, ...(reference === undefined ? {} : { reference }), postings: [account('suspense', -minor), account('cleared', minor)] });

const KINDS = { matched: 'bank_payment', returned: 'bank_return', fee: 'bank_charge', amount_differs: 'bank_unplaced', duplicate: 'bank_unplaced', unknown_external: 'bank_unplaced', missing_external: 'bank_unplaced' } as const satisfies Readonly<Record<Verdict['class'], string>>;

export const entryKindOf = (verdict: Verdict): string => KINDS[verdict.class];
