import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { AccountKind } from '../account-number.rules.js';
import type { HolderAnswer } from '../holder-check.port.js';
import { KOREAN_BANKS } from '../../../core/payments/index.js';
import type { PayeeAccountEntity } from '../payee-account.entity.js';
import type { PayeeState } from '../payee.machine.js';

/** An account as anybody sees it who may: never the number. */
export interface PayeeAccountView {
  readonly self: string;
  readonly id: string;
  readonly merchantId: string;
  readonly kind: AccountKind;
  readonly country: string;
  readonly bank?: { readonly code: string; readonly name?: string };
  readonly holder?: string;
  /** Dots and the last characters. */
  readonly masked: string;
  readonly state: PayeeState;
  readonly check: { readonly outcome: HolderAnswer['outcome']; readonly holderOnAccount?: string; readonly at: string; readonly byPerson: boolean };
  /** Not before this; an account that waits for its check waits on. */
  readonly usableFrom: string;
  readonly createdAt: string;
  readonly version: number;
  /** For finance only: how many other businesses entered the same account. */
  readonly sharedWith?: number;
}

const instant = (date: Date): string => formatInstant(date.getTime() as Instant);

export const payeeView = (row: PayeeAccountEntity): PayeeAccountView => {
  const name = row.kind === 'kr' ? KOREAN_BANKS[row.bank ?? ''] : undefined;
  return {
    self: `/v1/merchants/${row.merchantId}/payee-accounts/${row.id}`, id: row.id, merchantId: row.merchantId, kind: row.kind, country: row.country,
    ...(row.bank === null ? {} : { bank: { code: row.bank, ...(name === undefined ? {} : { name }) } }),
    ...(row.holder === null ? {} : { holder: row.holder }),
    masked: `•••• ${row.lastFour}`,
    state: row.state,
    check: {
      outcome: row.checkOutcome, ...(row.holderOnAccount === null ? {} : { holderOnAccount: row.holderOnAccount }), at: instant(row.checkedAt), byPerson: row.checkedBy !== null,
    },
    usableFrom: instant(row.usableFrom), createdAt: instant(row.createdAt), version: row.version,
  };
};
