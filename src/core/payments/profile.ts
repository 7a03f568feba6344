import type { CalendarDate } from '../time/index.js';
import type { PaymentAccount } from './instruction.js';
import type { ResultLayout } from './result-layout.js';

export type AccountKind = PaymentAccount['kind'];

/** What a bank takes, as data kept with each paying account: `readProfile` reads it, `shippedProfiles` are the ones to start from. */
export type PaymentProfile = PainProfile | TableProfile;

interface ProfileHead {
  readonly id: string;
  readonly title: Readonly<Record<'en' | 'ko' | 'fr', string>>;
  /** ISO 4217 codes, or all of them. */
  readonly currencies: readonly string[] | 'any';
  /** Decimal text in the one currency of `currencies`; both ends allowed. */
  readonly amount?: { readonly least: string; readonly most: string };
  readonly accounts: readonly AccountKind[];
  /** `sepa`: only its characters, no slash at either end, no two in a row. `plain`: letters, digits and hyphens. */
  readonly references: 'sepa' | 'plain';
  /** Of amounts in what the bank sends back: exactly those of the currency, as when left out, or fewer where it drops zeros at the end. */
  readonly statedDecimals?: (typeof STATED_DECIMALS)[number];
  /** Which of its messages tell what was booked, where it sends both and gives a booking other references in each; the other one is kept, and changes nothing. Left out: both do. */
  readonly bookings?: (typeof BOOKING_MESSAGES)[number];
  /** When the bank does not pay; left out where it pays on every day. */
  readonly closed?: ClosedDays;
  /** The table in which it says what became of a file; left out where it answers in messages. */
  readonly results?: ResultLayout;
}

/** `target`: Saturdays, Sundays and the closing days of TARGET. `weekends`: those two alone. */
export interface ClosedDays {
  readonly calendar: (typeof CLOSED_CALENDARS)[number];
  /** Further days: holidays of the country, as its bank publishes them for each year. */
  readonly dates?: readonly CalendarDate[];
}

/** ISO 20022 customer credit transfer initiation. */
export interface PainProfile extends ProfileHead {
  readonly format: 'pain';
  readonly message: (typeof PAIN_MESSAGES)[number];
  readonly characters: 'sepa' | 'any';
  readonly nameLength: number;
  readonly remittanceLength: number;
  readonly address: { readonly payee: 'required' | 'optional'; readonly payer: 'required' | 'optional'; readonly lines: number };
  /** Whether each payment carries a UETR; a message of 2009 has no place for it. */
  readonly uetr: 'required' | 'left_out';
  readonly countries: 'sepa' | 'any';
  readonly serviceLevel?: string;
  readonly chargeBearer: (typeof CHARGE_BEARERS)[number];
  readonly batchBooking?: boolean;
  /** Code of the clearing system that Korean bank codes are given with; without it they stand alone. */
  readonly koreanClearingSystem?: string;
}

/** A sheet or a text of columns: bulk transfers of Korean banks, and what other systems take. */
export interface TableProfile extends ProfileHead {
  readonly format: 'xlsx' | 'csv';
  /** Of CSV only. */
  readonly encoding?: (typeof CSV_ENCODINGS)[number];
  readonly columns: readonly Column[];
}

export interface Column {
  readonly header: string;
  readonly value: ColumnValue;
  /** The words of `value: constant`. */
  readonly words?: string;
  readonly type: 'text' | 'number';
  readonly most?: { readonly length: number; readonly unit: (typeof LENGTH_UNITS)[number] };
  /** What happens to a text that is too long. */
  readonly overflow?: 'cut' | 'refuse';
}

export const PAIN_MESSAGES = ['pain.001.001.03', 'pain.001.001.09'] as const;
export const STATED_DECIMALS = ['exact', 'short'] as const;
export const BOOKING_MESSAGES = ['camt.053', 'camt.054'] as const;
export const CLOSED_CALENDARS = ['target', 'weekends'] as const;
export const CHARGE_BEARERS = ['SLEV', 'SHAR', 'DEBT', 'CRED'] as const;
export const CSV_ENCODINGS = ['utf-8-bom', 'euc-kr'] as const;
export const LENGTH_UNITS = ['characters', 'euc_kr_bytes'] as const;
export const ACCOUNT_KINDS = ['iban', 'kr', 'other'] as const satisfies readonly AccountKind[];

/** The closed list of what a column may hold. `account` is the IBAN or the number; `own_key` the payment's own id, which returns in the result file. */
export const COLUMN_VALUES = [
  'line', 'own_key', 'uetr', 'amount', 'currency', 'execute_on', 'batch', 'holder', 'account', 'iban', 'bic', 'bank_code', 'bank_name', 'clearing_system',
  'remittance', 'payer', 'phone', 'street', 'building', 'postcode', 'town', 'country', 'constant', 'empty',
] as const;
export type ColumnValue = (typeof COLUMN_VALUES)[number];
