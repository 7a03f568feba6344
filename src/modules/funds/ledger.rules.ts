import { subtract, type Money } from '../../core/money/index.js';

export const FUND_ACCOUNTS = ['funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off'] as const;
export const BANK_ACCOUNTS = ['bank', 'suspense', 'fees'] as const;
export type AccountName = (typeof FUND_ACCOUNTS)[number] | (typeof BANK_ACCOUNTS)[number];

export const FUND_MODES = ['open', 'first_come', 'shared'] as const;
export type FundMode = (typeof FUND_MODES)[number];

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
