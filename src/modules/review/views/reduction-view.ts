import { currency, formatMoney, money } from '../../../core/money/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { ReductionAnswerRow, ReductionRow } from '../holds/reductions.repository.js';

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
  /** The end of the time to answer; left out while no letter about it is known to have arrived. */
  readonly heardUntil?: string;
  /** What the business said to it, oldest first. */
  readonly answers: readonly { readonly text?: string; readonly at: string; readonly by?: string }[];
  readonly withoutHearing: boolean;
  readonly outcome: 'open' | 'reduced' | 'dropped';
  readonly decidedAt?: string;
  /** For staff only. */
  readonly proposedBy?: string;
  readonly decidedBy?: string;
  readonly note?: string;
}

export const reductionView = (claimId: string, row: ReductionRow, { forStaff, heardUntil, answers }: { readonly forStaff: boolean; readonly heardUntil: Instant | undefined; readonly answers: readonly ReductionAnswerRow[] }): ReductionView => ({
  self: `/v1/claims/${claimId}/reductions`, n: row.n, entitlement: row.entitlementNo, reason: row.reason, ...(row.text === null ? {} : { text: row.text }),
  amount: { amount: formatMoney(money(BigInt(row.toMinor), currency(row.currency))), currency: row.currency }, proposedAt: row.proposedAt.toISOString(),
  ...(heardUntil === undefined ? {} : { heardUntil: formatInstant(heardUntil) }),
  answers: answers.map(({ text, at, userId }) => ({ at: at.toISOString(), ...(text === null ? {} : { text }), ...(forStaff ? { by: userId } : {}) })), withoutHearing: row.waived, outcome: row.outcome ?? 'open', ...(row.decidedAt === null ? {} : { decidedAt: row.decidedAt.toISOString() }),
  ...(forStaff ? { proposedBy: row.proposedBy, ...(row.decidedBy === null ? {} : { decidedBy: row.decidedBy }), ...(row.note === null ? {} : { note: row.note }) } : {}),
});
