import { allowedEvents } from '../../../core/machine/index.js';
import { currency, formatMoney, money } from '../../../core/money/index.js';
import type { PayoutMethod } from '../../funds/index.js';
import type { PaymentLineEntity } from '../payment-line.entity.js';
import type { LineState } from '../payment-line.machine.js';
import type { PayoutBatchEntity } from '../payout-batch.entity.js';
import { BATCH_MACHINE, type BatchEvent, type BatchState } from '../payout-batch.machine.js';
import type { ApprovalRow } from '../payout-batches.repository.js';
import type { BatchTotals } from '../payment-lines.repository.js';

export interface MoneyView {
  readonly amount: string;
  readonly currency: string;
}

export interface BatchView {
  readonly self: string;
  readonly id: string;
  readonly number: string;
  readonly fundId: string;
  readonly payingAccountId: string;
  readonly method: PayoutMethod;
  readonly state: BatchState;
  readonly executeOn: string;
  readonly messageId: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly lockedBy?: string;
  readonly lockedAt?: string;
  readonly digest?: string;
  readonly approvalsNeeded?: number;
  readonly releasedBy?: string;
  readonly releasedAt?: string;
  readonly allowedEvents: readonly BatchEvent[];
  readonly version: number;
}

/** Count and sums: of what is in it now, and of what left once it was released. */
export interface TotalsView {
  readonly count: number;
  readonly gross: MoneyView;
  readonly withheld: MoneyView;
  readonly net: MoneyView;
}

export interface BatchDetail extends BatchView {
  readonly totals: TotalsView;
  /** As locked and approved; with what a hold has taken out since. */
  readonly locked?: { readonly count: number; readonly net: MoneyView };
  readonly approvals: readonly { readonly userId: string; readonly at: string }[];
  readonly dropped: readonly { readonly lineId: string; readonly claimId: string; readonly reason: string; readonly net: MoneyView; readonly at: string }[];
  /** Against the batch that was released before. */
  readonly previous?: { readonly id: string; readonly number: string; readonly count: number; readonly net: MoneyView };
}

export interface LineView {
  readonly self: string;
  readonly id: string;
  readonly claimId: string;
  readonly merchantId: string;
  readonly entitlement: number;
  readonly endToEndId: string;
  readonly method: PayoutMethod;
  readonly state: LineState;
  readonly reason?: string;
  readonly gross: MoneyView;
  readonly withheld: MoneyView;
  readonly offset: MoneyView;
  readonly net: MoneyView;
  readonly batchId?: string;
  readonly replaces?: string;
  /** Of one that came back: since when nothing of it is due. */
  readonly nothingDueSince?: string;
  readonly movedAt: string;
  readonly version: number;
}

export const moneyView = (minor: string | bigint, code: string): MoneyView => ({ amount: formatMoney(money(BigInt(minor), currency(code))), currency: code });

export const optional = <K extends string, V>(key: K, value: V | null | undefined): Partial<Record<K, V>> => (value == null ? {} : { [key]: value } as Record<K, V>);

export const batchView = (row: PayoutBatchEntity): BatchView => ({
  self: `/v1/payout-batches/${row.id}`, id: row.id, number: row.number, fundId: row.fundId, payingAccountId: row.payingAccountId, method: row.method, state: row.state,
  executeOn: row.executeOn, messageId: row.messageId, createdBy: row.createdBy, createdAt: row.createdAt.toISOString(),
  ...optional('lockedBy', row.lockedBy), ...optional('lockedAt', row.lockedAt?.toISOString()), ...optional('digest', row.digest), ...optional('approvalsNeeded', row.approvalsNeeded),
  ...optional('releasedBy', row.releasedBy), ...optional('releasedAt', row.releasedAt?.toISOString()),
  allowedEvents: allowedEvents(BATCH_MACHINE, row.state), version: row.version,
});

export const totalsView = ({ count, grossMinor, withheldMinor, netMinor }: BatchTotals, code: string): TotalsView =>
  ({ count, gross: moneyView(grossMinor, code), withheld: moneyView(withheldMinor, code), net: moneyView(netMinor, code) });

export interface BatchParts {
  readonly totals: BatchTotals;
  readonly approvals: readonly ApprovalRow[];
  readonly drops: readonly { lineId: string; claimId: string; reason: string; netMinor: string; at: Date }[];
  readonly previous: PayoutBatchEntity | undefined;
}

export const batchDetail = (row: PayoutBatchEntity, { totals, approvals, drops, previous }: BatchParts): BatchDetail => ({
  ...batchView(row), totals: totalsView(totals, row.currency),
  ...(row.lineCount === null || row.totalMinor === null ? {} : { locked: { count: row.lineCount, net: moneyView(row.totalMinor, row.currency) } }),
  approvals: approvals.map(({ userId, at }) => ({ userId, at: at.toISOString() })),
  dropped: drops.map(({ netMinor, at, ...drop }) => ({ ...drop, net: moneyView(netMinor, row.currency), at: at.toISOString() })),
  ...(previous?.releasedMinor == null ? {} : { previous: { id: previous.id, number: previous.number, count: previous.releasedCount ?? 0, net: moneyView(previous.releasedMinor, row.currency) } }),
});

export const lineView = (row: PaymentLineEntity): LineView => ({
  self: `/v1/payment-lines/${row.id}`, id: row.id, claimId: row.claimId, merchantId: row.merchantId, entitlement: row.entitlementNo, endToEndId: row.endToEndId, method: row.method, state: row.state,
  ...optional('reason', row.reason),
  gross: moneyView(row.grossMinor, row.currency), withheld: moneyView(row.withheldMinor, row.currency), offset: moneyView(row.offsetMinor, row.currency), net: moneyView(row.netMinor, row.currency),
  ...optional('batchId', row.batchId), ...optional('replaces', row.replacesId), ...optional('nothingDueSince', row.nothingDueAt?.toISOString()), movedAt: row.movedAt.toISOString(),
  version: row.version,
});
