import type { LineState } from '../payment-line.machine.js';
import type { LineMoveRow, WaitingLineRow } from '../repair/line-records.repository.js';
import { remedyOf, type ReturnRemedy } from '../repair/returns.rules.js';
import { moneyView, optional, type LineView, type MoneyView } from './payout-view.js';
import type { WriteOffView } from './write-off-view.js';

/** A payment that came back and that nobody has followed up. */
export interface WaitingLineView extends Pick<LineView, 'self' | 'id' | 'claimId' | 'merchantId' | 'endToEndId' | 'method' | 'state' | 'reason' | 'net' | 'movedAt'> {
  /** Of its claim. */
  readonly reference: string;
  /** Whether it goes again by itself, waits for another account of the business, or for somebody of finance. */
  readonly waitsFor: ReturnRemedy;
  readonly stoppedBy: readonly string[];
  readonly isProposed: boolean;
}

export interface LineMoveView {
  readonly to: LineState;
  readonly reason?: string;
  readonly by: string;
  readonly at: string;
}

export interface LineRecord extends LineView {
  /** Payments of the same sum, each paying again what the one before it did not: this one is among them. Only where there are several. */
  readonly chain?: readonly { readonly id: string; readonly endToEndId: string; readonly state: LineState }[];
  readonly moves: readonly LineMoveView[];
  /** Of one that came back and that nobody has followed up: what it waits for, what stops another, and for how much that would be. */
  readonly waits?: {
    readonly for: ReturnRemedy;
    readonly stoppedBy: readonly string[];
    /** What would be paid for it now: less than before where less is granted by now. */
    readonly due: MoneyView;
  };
  readonly writeOffs: readonly WriteOffView[];
}

export const waitingLineView = ({ currency, netMinor, reason, movedAt, ...row }: WaitingLineRow): WaitingLineView => ({
  self: `/v1/payment-lines/${row.id}`, ...row, ...optional('reason', reason), net: moneyView(netMinor, currency) satisfies MoneyView, movedAt: movedAt.toISOString(), waitsFor: remedyOf(reason, row.method),
});

export const lineMoveView = ({ to, reason, by, at }: LineMoveRow): LineMoveView => ({ to, ...optional('reason', reason), by, at: at.toISOString() });
