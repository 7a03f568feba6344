import { subtract, type Money } from '../../core/money/index.js';

export const FUND_ACCOUNTS = ['funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off'] as const;
/** Of a paying account, as its bank has booked it: what is on it, what was put in, what was paid for lines, what nobody could place yet, charges. */
export const BANK_ACCOUNTS = ['bank', 'capital', 'cleared', 'suspense', 'fees'] as const;
export type AccountName = (typeof FUND_ACCOUNTS)[number] | (typeof BANK_ACCOUNTS)[number];

export const FUND_MODES = ['open', 'first_come', 'shared'] as const;
export type FundMode = (typeof FUND_MODES)[number];

/** How what a fund grants reaches its merchants; all but the first go out and come back as a list. */
export const PAYOUT_METHODS = ['bank', 'bill_credit', 'benefit'] as const;
export type PayoutMethod = (typeof PAYOUT_METHODS)[number];

/** What is held for a claim stands on one of these, whatever became of its payment. */
export const HELD_ACCOUNTS = ['reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off'] as const satisfies readonly AccountName[];

export interface Posting {
  readonly account: AccountName;
  /** Positive adds to the account, negative takes from it. */
  readonly amountMinor: bigint;
}

/** Where a reservation comes from, and where what is given back goes: a fund that has a limit holds what it has in `available`. */
export const sourceOf = (mode: FundMode): AccountName => (mode === 'open' ? 'funding' : 'available');

/** Moves an amount between two accounts of a fund. In mode `open` a reservation comes straight from `funding`. */
export const transfer = (from: AccountName, to: AccountName, amount: Money): Posting[] => [
  { account: from, amountMinor: -amount.minor },
  { account: to, amountMinor: amount.minor },
];

/** What a new total adds to the old one; an entitlement is a total, its reservation a difference. */
export const increase = (before: Money, after: Money): Money => subtract(after, before);

/** What becomes of money that was paid above an entitlement. */
export const RECOVERY_EVENTS = ['overpaid', 'repaid', 'set_off', 'set_off_undone', 'annulled', 'forgone'] as const;
export type RecoveryEvent = (typeof RECOVERY_EVENTS)[number];

/**
 * What an event of a recovery posts on the accounts of the fund of its claim; the postings come to nought. What somebody owes is no money that
 * a fund with a limit could grant: it has it again when it was paid back, or is not owed after all. Edge: what was set off stays out of the
 * limit, since it may be undone for as long as a bank may return the payment. Source: docs/domain/payouts.md.
 */
export function recoveryPostings(event: RecoveryEvent, mode: FundMode, amountMinor: bigint): Posting[] {
  const pair = (from: AccountName, to: AccountName): Posting[] => [{ account: from, amountMinor: -amountMinor }, { account: to, amountMinor }];
  const back = mode === 'open' ? [] : pair('funding', 'available');
  switch (event) {
    case 'overpaid': return pair('recoverable', 'funding');
    case 'repaid': return [...pair('paid', 'recoverable'), ...back];
    case 'set_off': return pair('paid', 'recoverable');
    case 'set_off_undone': return pair('recoverable', 'paid');
    case 'annulled': return [...pair('reserved', 'recoverable'), ...back];
    case 'forgone': return pair('written_off', 'recoverable');
  }
}
