import { shownHold, STOPPED_BY, type ClaimHoldKind, type ClaimHoldRow, type HeldAct, type ShownHold } from '../../claims/index.js';

export interface HoldView {
  readonly self: string;
  readonly id: string;
  readonly claimId: string;
  readonly kind: ClaimHoldKind;
  readonly stops: readonly HeldAct[];
  readonly reason?: string;
  readonly placedBy?: string;
  readonly placedAt: string;
  readonly reviewOn?: string;
  readonly released?: { readonly at: string; readonly by?: string; readonly reason?: string };
  readonly version: number;
}

/** What a merchant is told of a hold: that it stands, why where it may know, and what stands still meanwhile. */
export interface ShownHoldView {
  readonly kind: ShownHold;
  readonly stops: readonly HeldAct[];
  readonly placedAt: string;
}

export interface OverdueHold extends HoldView {
  readonly reference: string;
}

export const holdView = (row: ClaimHoldRow): HoldView => ({
  self: `/v1/claims/${row.claimId}/holds`, id: row.id, claimId: row.claimId, kind: row.kind, stops: STOPPED_BY[row.kind], placedAt: row.placedAt.toISOString(),
  ...(row.reason === null ? {} : { reason: row.reason }), ...(row.placedBy === null ? {} : { placedBy: row.placedBy }), ...(row.reviewOn === null ? {} : { reviewOn: row.reviewOn }),
  ...(row.releasedAt === null ? {} : {
    released: { at: row.releasedAt.toISOString(), ...(row.releasedBy === null ? {} : { by: row.releasedBy }), ...(row.releaseReason === null ? {} : { reason: row.releaseReason }) },
  }),
  version: row.version,
});

/** Standing ones, each kind once: two that are only looked into read as one. */
export function holdForMerchant(rows: readonly ClaimHoldRow[]): ShownHoldView[] {
  const shown = new Map<ShownHold, ShownHoldView>();
  for (const { kind, placedAt } of rows.filter(({ releasedAt }) => releasedAt === null)) {
    if (!shown.has(shownHold(kind))) shown.set(shownHold(kind), { kind: shownHold(kind), stops: STOPPED_BY[kind], placedAt: placedAt.toISOString() });
  }
  return [...shown.values()];
}
