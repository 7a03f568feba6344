import { currency, formatMoney, money } from '../../../core/money/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { actionsIn, type ClaimEvent, type ClaimOrigin, type ClaimState } from '../claim.machine.js';
import type { ClaimRow } from './claim-row.js';
import type { ClaimClocks } from '../claim-notices.service.js';
import type { ObjectionView } from './objection-view.js';
import type { DeterminationRow, EntitlementRow } from '../entitlements.repository.js';
import type { PointsRow } from './points-row.js';

export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

export interface ClaimView {
  readonly self: string;
  readonly id: string;
  readonly reference: string;
  readonly state: ClaimState;
  readonly schemeId: string;
  readonly siteId: string;
  readonly merchantId: string;
  readonly head: string;
  readonly currency: string;
  readonly services: readonly string[];
  readonly window: { readonly from: string; readonly to: string };
  readonly declaredLoss?: MoneyText;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly late: boolean;
  readonly claimVersion: number;
  readonly assessmentId?: string;
  readonly autoDecisionAt?: string;
  readonly openedByStaff: boolean;
  readonly createdAt: string;
  readonly submittedAt?: string;
  readonly mandateId?: string;
  readonly origin: ClaimOrigin;
  /** What the machine lets happen now; who may is decided when it is asked for. */
  readonly allowedEvents: readonly ClaimEvent[];
  readonly version: number;
}

export interface DeterminationView {
  readonly n: number;
  readonly stage: string;
  readonly outcome: string;
  readonly reasons: DeterminationRow['reasons'];
  readonly amount?: MoneyText;
  readonly byRule: boolean;
  /** By a body outside that was named for the second objection. */
  readonly outside?: true;
  readonly at: string;
}

export interface EntitlementView {
  readonly n: number;
  readonly gross: MoneyText;
  /** Tax that is withheld from it; what is left reaches the business. */
  readonly withheld: MoneyText;
  readonly net: MoneyText;
  readonly grantedAt: string;
  readonly acceptedAt?: string;
}

export interface ClaimDetail extends ClaimView {
  readonly determinations: readonly DeterminationView[];
  readonly entitlements: readonly EntitlementView[];
  /** What it comes to in full, where its fund is shared among all claims; its entitlement is its share. */
  readonly points?: MoneyText;
  /** While it is offered. The instants are exclusive; left out while no letter is known to have arrived, for the clock has not begun. */
  readonly offer?: { readonly n: number; readonly standsUntil?: string; readonly objectUntil?: string };
  /** Until when the last decision may be objected to; exclusive. */
  readonly objectUntil?: string;
  readonly objections: readonly ObjectionView[];
}

const text = (minor: string, code: string): MoneyText => ({ amount: formatMoney(money(BigInt(minor), currency(code))), currency: code });

export function claimView(row: ClaimRow): ClaimView {
  return {
    self: `/v1/claims/${row.id}`, id: row.id, reference: row.reference, state: row.state, schemeId: row.schemeId, siteId: row.siteId, merchantId: row.merchantId,
    head: row.head, currency: row.currency, services: row.services, window: { from: formatInstant(row.window.from), to: formatInstant(row.window.to) },
    ...(row.declaredMinor === null ? {} : { declaredLoss: text(row.declaredMinor, row.currency) }),
    openedByStaff: row.openedByStaff, createdAt: formatInstant(row.createdAt), answers: row.answers, late: row.late, claimVersion: row.claimVersion,
    ...(row.assessmentId === null ? {} : { assessmentId: row.assessmentId }),
    ...(row.autoDecisionAt === null ? {} : { autoDecisionAt: formatInstant(row.autoDecisionAt) }),
    ...(row.submittedAt === null ? {} : { submittedAt: formatInstant(row.submittedAt) }),
    ...(row.mandateId === null ? {} : { mandateId: row.mandateId }),
    origin: row.origin, allowedEvents: actionsIn(row), version: row.version,
  };
}

export const determinationView = (row: DeterminationRow, code: string): DeterminationView => ({
  n: row.n, stage: row.stage, outcome: row.outcome, reasons: row.reasons, byRule: row.byRule, at: row.at.toISOString(), ...(row.outside ? { outside: true as const } : {}),
  ...(row.amountMinor === null ? {} : { amount: text(row.amountMinor, code) }),
});

export const entitlementView = (row: EntitlementRow): EntitlementView => ({
  n: row.n, gross: text(row.grossMinor, row.currency), withheld: text(row.withheldMinor, row.currency), net: text(row.netMinor, row.currency), grantedAt: row.grantedAt.toISOString(),
  ...(row.acceptedAt === null ? {} : { acceptedAt: row.acceptedAt.toISOString() }),
});

export const pointsView = (row: PointsRow | undefined): Pick<ClaimDetail, 'points'> => (row === undefined ? {} : { points: text(row.pointsMinor, row.currency) });

export function clockView({ state }: ClaimRow, { offer, objection }: ClaimClocks, latest: EntitlementRow | undefined): Pick<ClaimDetail, 'offer' | 'objectUntil'> {
  const objectUntil = objection?.until === undefined ? {} : { objectUntil: formatInstant(objection.until.at) };
  if (latest === undefined || state !== 'offered') return objectUntil;
  return { ...objectUntil, offer: { n: latest.n, ...(offer?.until === undefined ? {} : { standsUntil: formatInstant(offer.until.at) }), ...objectUntil } };
}
