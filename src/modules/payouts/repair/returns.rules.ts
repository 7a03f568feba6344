import { REASON_CODES, reasonMeaning, type ReasonMeaning } from '../../../core/payments/line-status-reasons.js';

/** Why every line of a file that a bank refused whole came back: nothing is wrong with any of them. */
export const FILE_REFUSED = 'file_refused';

/** Codes of banks that mean something to put right on the side of the business. */
export const MERCHANT_REASONS: readonly string[] = REASON_CODES.filter((code) => reasonMeaning(code).fixer === 'merchant');

/** What a payment that came back waits for: nothing, another account of the business, or somebody of finance. */
export const RETURN_REMEDIES = ['again', 'account', 'desk'] as const;
export type ReturnRemedy = (typeof RETURN_REMEDIES)[number];

export function remedyOf(reason: string | null): ReturnRemedy {
  if (reason === FILE_REFUSED) return 'again';
  return reasonMeaning(reason ?? undefined).fixer === 'merchant' ? 'account' : 'desk';
}

/** What the business reads about it; nothing where there is nothing to know. */
export const returnWords = (reason: string | null): ReasonMeaning['words'] | undefined => (reason === FILE_REFUSED ? undefined : reasonMeaning(reason ?? undefined).words);
