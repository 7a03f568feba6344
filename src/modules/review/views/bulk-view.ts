import { currency, money } from '../../../core/money/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { moneyOut, type MoneyDto } from '../../../platform/http/wire.js';
import type { BulkKind, BulkState, ItemState } from '../queues/bulk.rules.js';
import type { BulkItemRow, BulkRow } from '../queues/bulk-actions.repository.js';

/** One verdict, or one owner, for many claims. */
export interface BulkView {
  readonly self: string;
  readonly id: string;
  readonly kind: BulkKind;
  readonly state: BulkState;
  readonly outcome?: string;
  readonly reasons: readonly string[];
  readonly to?: string;
  readonly of?: string;
  /** SHA-256 over the list as it was frozen; whoever sends it names it. */
  readonly digest: string;
  readonly itemCount: number;
  /** Chosen, but not where this can be done to them. */
  readonly leftOutCount: number;
  readonly sums: readonly MoneyDto[];
  readonly referredFor: readonly { readonly code: string; readonly count: number }[];
  readonly sampleCount: number;
  readonly openedCount: number;
  readonly doneCount: number;
  readonly skippedCount: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly sentAt?: string;
  readonly endedAt?: string;
  readonly items: string;
  readonly job: string;
  readonly version: number;
}

export interface BulkItemView {
  readonly n: number;
  readonly claimId: string;
  readonly reference: string;
  readonly claimVersion: number;
  readonly assessmentId?: string;
  readonly amount: MoneyDto;
  readonly isSampled: boolean;
  readonly openedAt?: string;
  readonly state: ItemState;
  /** Why it was skipped. */
  readonly refusal?: { readonly code: string; readonly params: object };
}

const sum = (minor: string, code: string): MoneyDto => moneyOut(money(BigInt(minor), currency(code)));

export const bulkView = (row: BulkRow): BulkView => ({
  self: `/v1/bulk-actions/${row.id}`, id: row.id, kind: row.kind, state: row.state, reasons: row.reasons, digest: row.digest, itemCount: row.itemCount, leftOutCount: row.leftOutCount,
  sums: row.sums.map(({ amountMinor, currency: code }) => sum(amountMinor, code)), referredFor: row.why, sampleCount: row.sampleCount, openedCount: row.openedCount,
  doneCount: row.doneCount, skippedCount: row.skippedCount, createdBy: row.createdBy, createdAt: formatInstant(row.createdAt),
  ...(row.outcome === null ? {} : { outcome: row.outcome }), ...(row.toUser === null ? {} : { to: row.toUser }), ...(row.ofId === null ? {} : { of: row.ofId }),
  ...(row.sentAt === null ? {} : { sentAt: formatInstant(row.sentAt) }), ...(row.endedAt === null ? {} : { endedAt: formatInstant(row.endedAt) }),
  items: `/v1/bulk-actions/${row.id}/items`, job: `/v1/jobs/${row.id}`, version: row.version,
});

export const bulkItemView = (row: BulkItemRow): BulkItemView => ({
  n: row.n, claimId: row.claimId, reference: row.reference, claimVersion: row.claimRowVersion, amount: sum(row.amountMinor, row.currency), isSampled: row.sampled, state: row.state,
  ...(row.assessmentId === null ? {} : { assessmentId: row.assessmentId }), ...(row.openedAt === null ? {} : { openedAt: formatInstant(row.openedAt) }),
  ...(row.code === null ? {} : { refusal: { code: row.code, params: row.params ?? {} } }),
});
