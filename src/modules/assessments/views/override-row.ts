import type { Instant } from '../../../core/time/index.js';

export type OverrideKind = 'money' | 'ratio' | 'number' | 'boolean' | 'waiver' | 'lifted';

export interface NewOverrideRow {
  readonly claimId: string;
  readonly merchantId: string;
  readonly step: string;
  readonly kind: OverrideKind;
  readonly amountMinor: string | null;
  readonly currency: string | null;
  readonly figure: string | null;
  readonly waives: readonly string[] | null;
  readonly reason: string;
  readonly evidenceDigest: string | null;
  /** Null for a row that lifts: it rests on nothing. */
  readonly basis: string | null;
  readonly assessmentId: string;
  /** Null: a body outside, deciding an objection. */
  readonly userId: string | null;
  /** The objection in whose decision it was put. */
  readonly objectionNo: number | null;
  readonly at: Instant;
}

export interface OverrideRow extends Omit<NewOverrideRow, 'at'> {
  readonly n: number;
  readonly at: Date;
}
