import type { Posting } from '../ledger.rules.js';

/** What one payment moves on the accounts of its fund. */
export interface LinePosting {
  readonly lineId: string;
  readonly claimId: string;
  readonly entitlementNo: number;
  readonly postings: readonly Posting[];
}

/** An entry of a paying account. */
export interface BankPosting {
  readonly kind: string;
  readonly lineId?: string;
  /** The bank's own. */
  readonly reference?: string;
  readonly postings: readonly Posting[];
}
