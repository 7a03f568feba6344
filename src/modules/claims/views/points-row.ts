import type { ClaimState } from '../claim.machine.js';

export interface PointsRow {
  readonly claimId: string;
  readonly n: number;
  readonly merchantId: string;
  readonly determinationId: string;
  readonly assessmentId: string;
  readonly tier: string;
  readonly pointsMinor: string;
  readonly currency: string;
}

/** A claim that shares in a fund, with what it was given so far. */
export interface SharingClaim extends PointsRow {
  readonly state: ClaimState;
  readonly claimVersion: number;
  readonly grantedMinor: string;
}

/** A filed claim that nobody has decided. */
export interface UndecidedClaim {
  readonly id: string;
  readonly assessmentId: string | null;
}
