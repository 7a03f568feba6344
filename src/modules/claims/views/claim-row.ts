import type { Instant, Interval } from '../../../core/time/index.js';
import type { ClaimState } from '../claim.machine.js';

/** A claim as it stands; instants are UTC milliseconds, amounts minor units as text. */
export interface ClaimRow {
  readonly id: string;
  readonly reference: string;
  readonly schemeId: string;
  readonly siteId: string;
  readonly merchantId: string;
  readonly head: string;
  readonly currency: string;
  readonly services: readonly string[];
  readonly window: Interval;
  readonly declaredMinor: string | null;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly state: ClaimState;
  readonly late: boolean;
  readonly openedByStaff: boolean;
  readonly claimVersion: number;
  readonly assessmentId: string | null;
  readonly autoDecisionAt: Instant | null;
  readonly createdBy: string;
  readonly submittedBy: string | null;
  readonly createdAt: Instant;
  readonly submittedAt: Instant | null;
  readonly version: number;
}

/** What was filed, as frozen in a claim version. */
export interface FrozenClaim {
  readonly services: readonly string[];
  readonly window: Interval;
  readonly declaredMinor: string | null;
  readonly currency: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly salesSetId: string | null;
}

export interface FiledClaim {
  readonly claim: ClaimRow;
  readonly frozen: FrozenClaim;
}
