import { currency, formatMoney, money } from '../../../core/money/index.js';
import type { ApprovalBand, PayingAccountEntity } from '../paying-account.entity.js';
import type { PayoutMethod } from '../ledger.rules.js';
import type { ChangeRow } from '../paying-account-changes.repository.js';
import { maskedAccount, type ChangeOutcome } from '../paying-accounts.rules.js';

export interface BandView {
  readonly upTo?: { readonly amount: string; readonly currency: string };
  readonly count: number;
}

export interface PayingAccountView {
  readonly self: string;
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly holder: string;
  readonly zone: string;
  readonly account: { readonly kind: string; readonly masked: string; readonly bank?: string };
  readonly address?: object;
  readonly profile: object;
  readonly approvals: readonly BandView[];
  readonly version: number;
}

export interface ChangeView {
  readonly self: string;
  readonly payingAccountId: string;
  readonly n: number;
  /** Where it is about what a fund pays from. */
  readonly fundId?: string;
  readonly method?: PayoutMethod;
  /** What it changes, account numbers masked. */
  readonly changes: readonly string[];
  readonly terms: Partial<Omit<PayingAccountView, 'self' | 'id' | 'code' | 'currency' | 'version'>>;
  readonly baseVersion: number;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly outcome: 'open' | ChangeOutcome;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}

const bandView = ({ upToMinor, count }: ApprovalBand, code: string): BandView =>
  ({ ...(upToMinor === undefined ? {} : { upTo: { amount: formatMoney(money(BigInt(upToMinor), currency(code))), currency: code } }), count });

const accountView = (account: PayingAccountEntity['account']): PayingAccountView['account'] => {
  const bank = account.kind === 'kr' ? account.bankCode : account.bic;
  return { kind: account.kind, masked: maskedAccount(account), ...(bank === undefined ? {} : { bank }) };
};

export const payingAccountView = (row: PayingAccountEntity): PayingAccountView => ({
  self: `/v1/paying-accounts/${row.id}`, id: row.id, code: row.code, name: row.name, currency: row.currency, holder: row.holder, zone: row.zone, account: accountView(row.account),
  ...(row.address === null ? {} : { address: row.address }), profile: row.profile, approvals: row.approvals.map((band) => bandView(band, row.currency)), version: row.version,
});

export const changeView = (row: ChangeRow, code: string): ChangeView => {
  const { method, account, approvals, address, ...plain } = row.what;
  return {
    self: `/v1/paying-accounts/${row.payingAccountId}/changes/${row.n}`, payingAccountId: row.payingAccountId, n: row.n,
    ...(row.fundId === null ? {} : { fundId: row.fundId }), ...(method === undefined ? {} : { method }), changes: Object.keys(row.what),
    terms: { ...plain, ...(account === undefined ? {} : { account: accountView(account) }), ...(address == null ? {} : { address }), ...(approvals === undefined ? {} : { approvals: approvals.map((band) => bandView(band, code)) }) },
    baseVersion: row.baseVersion, proposedBy: row.proposedBy, proposedAt: row.proposedAt.toISOString(), outcome: row.outcome ?? 'open',
    ...(row.decidedBy === null ? {} : { decidedBy: row.decidedBy }), ...(row.decidedAt === null ? {} : { decidedAt: row.decidedAt.toISOString() }),
  };
};
