import { REASON_CODES, reasonMeaning, type ReasonWords } from '../../../core/payments/line-status-reasons.js';
import type { PayoutMethod } from '../../funds/index.js';

/** Why every line of a file that a bank refused whole came back: nothing is wrong with any of them. */
export const FILE_REFUSED = 'file_refused';

/** Codes of banks that mean something to put right on the side of the business. */
export const MERCHANT_REASONS: readonly string[] = REASON_CODES.filter((code) => reasonMeaning(code).fixer === 'merchant');

/** What a payment that came back waits for: nothing, another account of the business, or somebody of finance. */
export const RETURN_REMEDIES = ['again', 'account', 'desk'] as const;
export type ReturnRemedy = (typeof RETURN_REMEDIES)[number];

/** Edge: what goes on a bill, or is given in the place of money, needs no account, so another one mends nothing. */
export function remedyOf(reason: string | null, method: PayoutMethod): ReturnRemedy {
  if (reason === FILE_REFUSED) return 'again';
  if (method !== 'bank') return 'desk';
  return reasonMeaning(reason ?? undefined).fixer === 'merchant' ? 'account' : 'desk';
}

/** Whether the business is told when it comes back: where it can put it right, and where nobody else writes to it. */
export const isToldOf = (reason: string | null, method: PayoutMethod): boolean => {
  const remedy = remedyOf(reason, method);
  return remedy === 'account' || (remedy === 'desk' && method !== 'bank');
};

/** What is said beside the words of banks, of what was not put on a bill or not given. */
export const OTHER_WORDS = ['number_unknown', 'contract_ended', 'contract_stopped', 'not_given'] as const;
export type ReturnWords = ReasonWords | (typeof OTHER_WORDS)[number];

/** Codes that the tables of results of bills and benefits use, in the words of those. */
const OF_TABLES: Readonly<Record<string, ReturnWords>> = { BE06: 'number_unknown', AC04: 'contract_ended', AC06: 'contract_stopped' };

/** What the business reads about it; nothing where there is nothing to know. */
export function returnWords(reason: string | null, method: PayoutMethod): ReturnWords | undefined {
  if (reason === FILE_REFUSED) return undefined;
  return method === 'bank' ? reasonMeaning(reason ?? undefined).words : OF_TABLES[reason ?? ''] ?? 'not_given';
}
