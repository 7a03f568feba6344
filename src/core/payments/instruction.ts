import type { CurrencyCode, Money } from '../money/index.js';
import type { CalendarDate, Instant } from '../time/index.js';

/** Where money goes. `number` is as the bank knows it: digits keep their leading zeros. */
export type PaymentAccount =
  | { readonly kind: 'iban'; readonly iban: string; readonly bic?: string | undefined }
  | { readonly kind: 'kr'; readonly bankCode: string; readonly number: string }
  | { readonly kind: 'other'; readonly number: string; readonly bic?: string | undefined; readonly clearing?: ClearingMember | undefined };

/** A bank by the code of its clearing system. `system` is an ISO external code such as USABA. */
export interface ClearingMember {
  readonly system?: string | undefined;
  readonly member: string;
}

/** An address in parts; `lines` are at most two more of free text where a bank takes hybrid addresses. `country` is ISO 3166 alpha-2. */
export interface PostalAddress {
  readonly street?: string | undefined;
  readonly building?: string | undefined;
  readonly postcode?: string | undefined;
  readonly town?: string | undefined;
  readonly country?: string | undefined;
  readonly lines?: readonly string[] | undefined;
}

/** One payment of a batch. Everything is fixed before: rendering makes nothing up. */
export interface PaymentInstruction {
  /** Unique for ever, at most 35 characters: comes back in the bank's reports and joins them to the line. */
  readonly endToEndId: string;
  readonly uetr?: string | undefined;
  readonly amount: Money;
  readonly payee: { readonly name: string; readonly account: PaymentAccount; readonly address?: PostalAddress | undefined; readonly phone?: string | undefined };
  readonly remittance: string;
}

/** The head of a batch, frozen when it is locked. */
export interface BatchHeader {
  readonly messageId: string;
  readonly createdAt: Instant;
  readonly executeOn: CalendarDate;
  readonly count: number;
  readonly sumMinor: bigint;
  readonly currency: CurrencyCode;
  readonly debtor: { readonly name: string; readonly account: PaymentAccount; readonly address?: PostalAddress | undefined };
}

/** What a file holds of a text that differs from the original, which the caller keeps. `line` counts payments from 1; 0 is the payer. */
export interface TextChange {
  readonly line: number;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly why: 'characters' | 'cut' | 'formula';
}
