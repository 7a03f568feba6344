import { Injectable } from '@nestjs/common';
import type { CheckedAccount } from './account-number.rules.js';

export const HOLDER_ANSWERS = ['match', 'close', 'none', 'unavailable'] as const;

/** What a bank says about account and name. */
export type HolderAnswer =
  | { readonly outcome: 'match' | 'none' | 'unavailable' }
  | { readonly outcome: 'close'; readonly holderOnAccount: string };

/**
 * Asks a bank whose account it is (verification of payee, 예금주조회). Called before any transaction is open. An answer that does not
 * come in time is `unavailable`; it never throws.
 */
export abstract class HolderCheck {
  abstract ask(account: CheckedAccount): Promise<HolderAnswer>;
}

/** No bank is asked: a person of finance looks at a statement or calls. */
@Injectable()
export class ManualHolderCheck extends HolderCheck {
  ask(): Promise<HolderAnswer> {
    return Promise.resolve({ outcome: 'unavailable' });
  }
}
