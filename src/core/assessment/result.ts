import type { Json } from '../audit/index.js';
import type { Interval } from '../time/index.js';
import type { Fate, Reason, RecordedState, Route, TraceNode } from '../policy/index.js';

/**
 * `nil`: eligible, but for nothing; a decision of its own, never a refusal. `refer`: a person must look; every reason is given.
 */
export type AssessmentOutcome = 'eligible' | 'nil' | 'ineligible' | 'refer';

export interface RecordedPiece extends Interval {
  readonly state: RecordedState;
  readonly level?: string;
}

export interface CountedPiece extends Interval {
  /** Exact ratio text. */
  readonly weight: string;
}

/** The trace of the time blocks inside the claim window. Within a lane pieces are disjoint; half-open. */
export interface Lanes {
  readonly recorded: readonly RecordedPiece[];
  readonly open: readonly Interval[];
  readonly notRecorded: readonly Interval[];
  readonly excluded: readonly (Interval & { readonly why: Extract<Fate, 'up' | 'maintenance' | 'closed' | 'excluded'> })[];
  readonly waiting: readonly Interval[];
  readonly alreadyCompensated: readonly Interval[];
  readonly counted: readonly CountedPiece[];
  /** False when the policy has no time blocks: recorded and open are shown, and not used for the amount. */
  readonly usedForAmount: boolean;
}

/** Milliseconds of the claim window by what became of them; they add up to its length. */
export interface LaneTotals {
  readonly windowMs: number;
  readonly notRecordedMs: number;
  readonly excludedMs: number;
  readonly waitingMs: number;
  readonly alreadyCompensatedMs: number;
  readonly countedMs: number;
  /** Σ duration × weight, exact ratio text in milliseconds. */
  readonly weightedMs: string;
}

export type FindingEffect = 'blocks' | 'refers' | 'informs';

export interface Finding {
  readonly code: string;
  readonly effect: FindingEffect;
  readonly audience: 'merchant' | 'staff';
  readonly params: Readonly<Record<string, string>>;
}

export interface AssessmentResult {
  readonly schema: 1;
  readonly outcome: AssessmentOutcome;
  /** An outage that was used is not final yet: the figure may still move. */
  readonly provisional: boolean;
  readonly currency: string;
  /** Minor units as whole-number text; null unless eligible or nil. */
  readonly cashMinor: string | null;
  /** Tax withheld from the cash, and what the claimant owes instead of being paid; null when the policy names neither. */
  readonly withheldMinor: string | null;
  readonly receivableMinor: string | null;
  /** What is given beside cash. */
  readonly benefits: readonly { readonly kind: string; readonly quantity: string; readonly unit: string }[];
  /** What the policy asks for beside the outcome: a second approver, or a kind of evidence. */
  readonly routes: readonly Route[];
  readonly reasons: readonly Reason[];
  readonly findings: readonly Finding[];
  readonly lanes: Lanes;
  readonly totals: LaneTotals;
  /** Hull of claim window and counted time. */
  readonly occupied: Interval;
  readonly shownByRecords: boolean | null;
  readonly inputs: Readonly<Record<string, Json>>;
  /** Every fact the run looked at, by its name in the catalogue. */
  readonly facts: Readonly<Record<string, Json>>;
  readonly trace: readonly TraceNode[];
}
