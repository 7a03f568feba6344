import type { OverpaymentEntryKind, OverpaymentEntryRow, OverpaymentRow } from '../overpayments/overpayments.repository.js';
import { moneyView, optional, type MoneyView } from './payout-view.js';
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
  readonly repaid: MoneyView;
  readonly setOff: MoneyView;
  readonly writtenOff: MoneyView;
  /** Not owed after all. */
  readonly annulled: MoneyView;
  readonly openedAt: string;
  readonly offsetAgreedAt?: string;
  readonly offsetAgreedBy?: string;
  readonly closedAt?: string;
  readonly version: number;
}

export interface OverpaymentEntryView {
  readonly kind: OverpaymentEntryKind;
  readonly amount: MoneyView;
  /** What was left to come back after it. */
  readonly left: MoneyView;
  readonly lineId?: string;
  readonly at: string;
  /** For staff only: who recorded or proposed it, who decided it, and what shows it. */
  readonly by?: string;
  readonly decidedBy?: string;
  readonly evidence?: string;
}

/** What one person says came back; another confirms it. */
export interface RepaymentView {
  readonly amount: MoneyView;
  readonly payingAccountId: string;
  readonly evidence: string;
  readonly proposed: { readonly by: string; readonly at: string };
  /** Why it cannot be confirmed any more and is turned down: a booking was placed since, which may be the same money, or less is left than this. */
  readonly stoppedBy?: 'overtaken' | 'more';
}

export interface OverpaymentDetail extends OverpaymentView {
  readonly entries: readonly OverpaymentEntryView[];
  /** For staff only, where there is one. */
  readonly repayment?: RepaymentView;
  /** For staff only: of what was paid back, what two people said and no bank has told of. */
  readonly unbooked?: MoneyView;
  /** For staff only. */
  readonly writeOffs?: readonly WriteOffView[];
}

export const overpaymentView = (row: OverpaymentRow): OverpaymentView => ({
  self: `/v1/recoveries/${row.id}`, id: row.id, claimId: row.claimId, reference: row.reference, merchantId: row.merchantId, entitlement: row.entitlementNo,
  opened: moneyView(row.openedMinor, row.currency), left: moneyView(row.leftMinor, row.currency), repaid: moneyView(row.repaidMinor, row.currency), setOff: moneyView(row.offsetMinor, row.currency),
  writtenOff: moneyView(row.writtenOffMinor, row.currency), annulled: moneyView(row.annulledMinor, row.currency), openedAt: row.openedAt.toISOString(),
  ...optional('offsetAgreedAt', row.offsetAgreedAt?.toISOString()), ...optional('offsetAgreedBy', row.offsetAgreedBy), ...optional('closedAt', row.closedAt?.toISOString()), version: row.version,
});

const entryView = ({ kind, amountMinor, lineId, at, proposedBy, decidedBy, note }: OverpaymentEntryRow, left: bigint, currency: string, isForStaff: boolean): OverpaymentEntryView => ({
  kind, amount: moneyView(amountMinor, currency), left: moneyView(left, currency), ...optional('lineId', lineId), at: at.toISOString(),
  ...(isForStaff ? { ...optional('by', proposedBy), ...optional('decidedBy', decidedBy), ...optional('evidence', note) } : {}),
});

/** What each entry left, in their order: what was undone is owed again. */
function leftAfter(openedMinor: string, entries: readonly OverpaymentEntryRow[]): bigint[] {
  let left = BigInt(openedMinor);
  return entries.map(({ kind, amountMinor }) => { left += kind === 'offset_undone' ? BigInt(amountMinor) : kind === 'booked' ? 0n : -BigInt(amountMinor); return left; });
}

/** Proposals to write it off are given where staff asks. */
export function overpaymentDetail(row: OverpaymentRow, entries: readonly OverpaymentEntryRow[], writeOffs: readonly WriteOffView[] | undefined): OverpaymentDetail {
  const left = leftAfter(row.openedMinor, entries);
  return {
    ...overpaymentView(row), entries: entries.map((entry, place) => entryView(entry, left[place] ?? 0n, row.currency, writeOffs !== undefined)).filter(({ kind }) => kind !== 'booked' || writeOffs !== undefined),
    ...(writeOffs === undefined ? {} : { writeOffs, ...waiting(row) }),
  };
}

function waiting({ repayment, unbookedMinor, leftMinor, currency }: OverpaymentRow): Pick<OverpaymentDetail, 'repayment' | 'unbooked'> {
  return {
    ...(repayment === null ? {} : {
      repayment: {
        amount: moneyView(repayment.amountMinor, currency), payingAccountId: repayment.payingAccountId, evidence: repayment.evidence ?? '', proposed: { by: repayment.by, at: new Date(repayment.at).toISOString() },
        ...(repayment.isOvertaken ? { stoppedBy: 'overtaken' } : BigInt(repayment.amountMinor) > BigInt(leftMinor) ? { stoppedBy: 'more' } : {}),
      },
    }),
    ...unbookedOf({ unbookedMinor, currency }),
  };
}

const unbookedOf = ({ unbookedMinor, currency }: Pick<OverpaymentRow, 'unbookedMinor' | 'currency'>): { unbooked?: MoneyView } => (unbookedMinor === '0' ? {} : { unbooked: moneyView(unbookedMinor, currency) });

/** What a booking may be for, as a break names it. */
export interface NamedOverpayment {
  readonly id: string;
  readonly reference: string;
  readonly left: MoneyView;
  /** What two people said came back of it and no bank has told of. */
  readonly unbooked?: MoneyView;
}

export const namedOverpayment = (row: OverpaymentRow): NamedOverpayment => ({ id: row.id, reference: row.reference, left: moneyView(row.leftMinor, row.currency), ...unbookedOf(row) });
