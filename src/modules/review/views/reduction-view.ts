import { currency, formatMoney, money } from '../../../core/money/index.js';
import type { ReductionRow } from '../holds/reductions.repository.js';

export interface ReductionView {
  readonly self: string;
  readonly n: number;
  readonly entitlement: number;
  /** What it comes to in all. */
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly reason: string;
  /** What the business was told beside the reason. */
  readonly text?: string;
  readonly proposedAt: string;
  readonly heardUntil: string;
  readonly withoutHearing: boolean;
  readonly outcome: 'open' | 'reduced' | 'dropped';
  readonly decidedAt?: string;
  /** For staff only. */
  readonly proposedBy?: string;
  readonly decidedBy?: string;
  readonly note?: string;
}

export const reductionView = (claimId: string, row: ReductionRow, forStaff: boolean): ReductionView => ({
  self: `/v1/claims/${claimId}/reductions`, n: row.n, entitlement: row.entitlementNo, reason: row.reason, ...(row.text === null ? {} : { text: row.text }),
  amount: { amount: formatMoney(money(BigInt(row.toMinor), currency(row.currency))), currency: row.currency }, proposedAt: row.proposedAt.toISOString(),
  heardUntil: row.heardUntil.toISOString(), withoutHearing: row.waived, outcome: row.outcome ?? 'open', ...(row.decidedAt === null ? {} : { decidedAt: row.decidedAt.toISOString() }),
  ...(forStaff ? { proposedBy: row.proposedBy, ...(row.decidedBy === null ? {} : { decidedBy: row.decidedBy }), ...(row.note === null ? {} : { note: row.note }) } : {}),
});
