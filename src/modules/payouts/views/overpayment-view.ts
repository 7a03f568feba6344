import type { OverpaymentEntryKind, OverpaymentEntryRow, OverpaymentRow } from '../overpayments/overpayments.repository.js';
import { moneyView, type MoneyView } from './payout-view.js';
import type { WriteOffView } from './write-off-view.js';

/** What was paid above a grant, and what is left of it to come back. */
export interface OverpaymentView {
  readonly self: string;
  readonly id: string;
  readonly claimId: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly entitlement: number;
  readonly opened: MoneyView;
  readonly left: MoneyView;
  readonly openedAt: string;
  readonly offsetAgreedAt?: string;
  readonly closedAt?: string;
  readonly version: number;
}

export interface OverpaymentDetail extends OverpaymentView {
  readonly entries: readonly { readonly kind: OverpaymentEntryKind; readonly amount: MoneyView; readonly lineId?: string; readonly at: string }[];
  /** For staff only. */
  readonly writeOffs?: readonly WriteOffView[];
}

export const overpaymentView = (row: OverpaymentRow): OverpaymentView => ({
  self: `/v1/recoveries/${row.id}`, id: row.id, claimId: row.claimId, reference: row.reference, merchantId: row.merchantId, entitlement: row.entitlementNo,
  opened: moneyView(row.openedMinor, row.currency), left: moneyView(row.leftMinor, row.currency), openedAt: row.openedAt.toISOString(),
  ...(row.offsetAgreedAt === null ? {} : { offsetAgreedAt: row.offsetAgreedAt.toISOString() }), ...(row.closedAt === null ? {} : { closedAt: row.closedAt.toISOString() }), version: row.version,
});

export const overpaymentDetail = (row: OverpaymentRow, entries: readonly OverpaymentEntryRow[], writeOffs: readonly WriteOffView[] | undefined): OverpaymentDetail => ({
  ...overpaymentView(row),
  entries: entries.map(({ kind, amountMinor, lineId, at }) => ({ kind, amount: moneyView(amountMinor, row.currency), ...(lineId === null ? {} : { lineId }), at: at.toISOString() })),
  ...(writeOffs === undefined ? {} : { writeOffs }),
});
