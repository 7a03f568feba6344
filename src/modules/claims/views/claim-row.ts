import type { Instant, Interval } from '../../../core/time/index.js';
import type { FrozenEvidence } from '../../evidence/index.js';
import type { ClaimOrigin, ClaimState } from '../claim.machine.js';

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
  /** The mandate under which an agent began it. */
  readonly mandateId: string | null;
  readonly origin: ClaimOrigin;
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
  /** Files that were filed with it; left out by versions from before there were any. */
  readonly evidence?: readonly FrozenEvidence[];
}

export interface FiledClaim {
  readonly claim: ClaimRow;
  readonly frozen: FrozenClaim;
}

/** One filing of a claim: what was said then, word for word. */
export interface FiledVersion {
  readonly claim: ClaimRow;
  readonly n: number;
  readonly frozen: FrozenClaim & {
    /** Left out of what was filed before it was kept. */
    readonly policyVersionId?: string;
    /** Left out where the operator opened the claim: its merchant has declared nothing yet. */
    readonly declarations?: { readonly isTrue: boolean; readonly paidElsewhere: boolean; readonly elsewhereDigest?: string };
  };
  readonly filedAt: Instant;
}
