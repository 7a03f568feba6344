import type { ClaimHoldKind } from '../claim-holds.rules.js';

export interface ClaimHoldRow {
  readonly id: string;
  readonly claimId: string;
  readonly kind: ClaimHoldKind;
  readonly reason: string | null;
  /** Null: placed by the system. */
  readonly placedBy: string | null;
  readonly placedAt: Date;
  /** A calendar day, `YYYY-MM-DD`, by which somebody looks whether it is still needed. */
  readonly reviewOn: string | null;
  readonly releasedBy: string | null;
  readonly releasedAt: Date | null;
  readonly releaseReason: string | null;
  readonly version: number;
}
