import type { Instant, Interval } from '../../../core/time/index.js';

/** Dropped: its merchant settled the matter, or took the claim back, before it was decided. */
export type ObjectionOutcome = 'upheld' | 'dismissed' | 'dropped';

/** Downtime as recorded that the merchant says was otherwise. */
export interface ContestedTime extends Interval {
  readonly service: string;
}

export interface NewObjection {
  readonly level: number;
  /** What it objects to; undefined where nobody was told of the decision by a letter of ours. */
  readonly noticeId: string | undefined;
  readonly grounds: readonly string[];
  readonly textDigest: string;
  readonly contested: ContestedTime | undefined;
  readonly onAccount: boolean;
  readonly openedBy: string;
  readonly at: Instant;
}

export interface ObjectionRow {
  readonly claimId: string;
  readonly k: number;
  readonly merchantId: string;
  readonly noticeId: string | null;
  readonly level: number;
  readonly grounds: readonly string[];
  /** Null when it was erased. */
  readonly text: string | null;
  readonly contestedService: string | null;
  readonly contestedFrom: Date | null;
  readonly contestedTo: Date | null;
  readonly onAccount: boolean;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly outcome: ObjectionOutcome | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly outside: boolean;
  readonly determinationId: string | null;
}
