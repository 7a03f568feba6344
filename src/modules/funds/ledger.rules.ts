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
