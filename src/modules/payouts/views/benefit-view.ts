import type { BenefitState } from '../benefits/benefits.rules.js';
import type { BenefitListRow, BenefitRow } from '../benefits/benefits.repository.js';

export interface BenefitListView {
  readonly self: string;
  readonly id: string;
  readonly number: string;
  readonly schemeId: string;
  readonly drawnUpBy: string;
  readonly drawnUpAt: string;
  /** How many of it stand where. */
  readonly counts: Readonly<Partial<Record<BenefitState, number>>>;
}

/** What a business was granted beside money. */
export interface BenefitView {
  readonly reference: string;
  readonly kind: string;
  readonly quantity: string;
  readonly unit: string;
  readonly state: BenefitState;
  /** In the words of whoever hands it over, where it was not. */
  readonly reason?: string;
  /** The day on which it was given or withdrawn, where that was said. */
  readonly on?: string;
  /** When it came to where it stands. */
  readonly since: string;
}

/** As finance sees it on its list. */
export interface BenefitLineView extends BenefitView {
  readonly claimReference: string;
  readonly customerName: string;
}

export const benefitListView = ({ drawnUpAt, ...row }: BenefitListRow): BenefitListView => ({ self: `/v1/benefit-lists/${row.id}`, ...row, drawnUpAt: drawnUpAt.toISOString() });

export const benefitView = ({ reference, kind, quantity, unit, state, reason, saidOn, movedAt }: BenefitRow): BenefitView => ({
  reference, kind, quantity, unit, state, ...(reason === null ? {} : { reason }), ...(saidOn === null ? {} : { on: saidOn }), since: movedAt.toISOString(),
});

export const benefitLineView = (row: BenefitRow): BenefitLineView => ({ ...benefitView(row), claimReference: row.claimReference, customerName: row.customerName });
