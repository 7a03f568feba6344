import type { WriteOffRow } from '../repair/write-offs.repository.js';
import type { WriteOffOutcome } from '../repair/write-offs.rules.js';
import { moneyView, type MoneyView } from './payout-view.js';

/** A proposal to give money up, and what became of it. */
export interface WriteOffView {
  readonly n: number;
  readonly amount: MoneyView;
  readonly reason: string;
  readonly proposed: { readonly by: string; readonly at: string };
  readonly decided?: { readonly by: string; readonly at: string; readonly outcome: WriteOffOutcome; readonly note: string };
}

export const writeOffView = ({ n, amountMinor, currency, reason, proposedBy, proposedAt, outcome, decidedBy, decidedAt, note }: WriteOffRow): WriteOffView => ({
  n, amount: moneyView(amountMinor, currency), reason: reason ?? '', proposed: { by: proposedBy, at: proposedAt.toISOString() },
  ...(outcome === null || decidedBy === null || decidedAt === null ? {} : { decided: { by: decidedBy, at: decidedAt.toISOString(), outcome, note: note ?? '' } }),
});
