import type { TaxBasis } from './document/document.js';
import type { Instant, Interval, OpeningHours } from '../time/index.js';

/**
 * Everything a policy may know about one claim, as plain JSON: amounts and ratios are text, instants whole UTC milliseconds,
 * intervals half-open. Its canonical text is the frozen input of an assessment.
 */
export interface PolicyFacts {
  readonly schema: 1;
  readonly engine: string;
  readonly policy: {
    readonly key: string; readonly version: number; readonly hash: string;
    /** Numbers of all versions that are for parts of the claim window, when there is more than one. */
    readonly straddles?: readonly number[];
  };
  readonly registerVersion: number;
  readonly claim: ClaimFacts;
  readonly site: SiteFacts;
  readonly merchant: MerchantFacts;
  readonly enrolments: readonly EnrolmentFacts[];
  readonly outages: readonly OutageFacts[];
  readonly inputs: Readonly<Record<string, InputFact>>;
  readonly sales?: SalesFacts;
  readonly earlier: readonly EarlierAward[];
  readonly overrides: readonly OverrideFact[];
  /** What other claims have already used of a cap over several claims, in minor units, by cap key. */
  readonly capUse?: Readonly<Record<string, string>>;
}

export interface ClaimFacts {
  readonly id: string;
  readonly version: number;
  readonly filedAt: Instant;
  readonly window: Interval;
  /** Codes of leaf services, sorted. */
  readonly services: readonly string[];
  readonly declaredLoss?: MoneyFact;
}

export interface MoneyFact {
  readonly minor: string;
  readonly currency: string;
}

export interface SiteFacts {
  readonly id: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly openingHours: OpeningHours;
  readonly openingHoursEnteredAt: Instant;
}

export interface MerchantFacts {
  readonly id: string;
  readonly verified: boolean;
  readonly sector: { readonly system: string; readonly code: string };
  readonly sizes: readonly SizeFact[];
}

export interface SizeFact {
  readonly measure: string;
  readonly year: number;
  readonly value: string;
  readonly currency?: string;
  readonly source: string;
}

export interface EnrolmentFacts {
  readonly service: string;
  readonly region: string;
  readonly tier?: string;
  readonly fee?: MoneyFact;
  readonly from: Instant;
  readonly to?: Instant;
}

export const SEGMENT_STATES = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const;
export type SegmentState = (typeof SEGMENT_STATES)[number];

export interface OutageFacts {
  readonly id: string;
  readonly revision: number;
  readonly ended: boolean;
  readonly final: boolean;
  readonly complete: boolean;
  readonly scopes: readonly (Interval & { readonly service: string; readonly region: string })[];
  readonly officialWindows: readonly (Interval & { readonly service: string })[];
  readonly segments: readonly SegmentFact[];
}

export interface SegmentFact extends Interval {
  readonly service: string;
  readonly region: string;
  readonly state: SegmentState;
  /** Share of the service that was lost, as ratio text; only with `degraded`. */
  readonly level?: string;
  readonly source: string;
}

/** A figure that a person stated for a step, or refusal reasons put aside: the only way a person enters an amount. */
export interface OverrideFact {
  readonly step: string;
  /** As `overriddenValue` reads it. */
  readonly value?: string;
  /** Reasons of a gate that are put aside; only waivable ones are. */
  readonly waives?: readonly string[];
  /** Digest of what the step rested on when the person decided. */
  readonly basis: string;
  readonly reason: string;
}

export type Provenance = 'declared' | 'evidenced' | 'verified';

export interface InputFact {
  readonly value: unknown;
  readonly provenance: Provenance;
}

/** By the tax that stands on each line, or by one stated rate of tax on amounts without tax; the sums are exact fractions, not rounded. */
export type SalesConversion =
  | { readonly from: TaxBasis; readonly to: TaxBasis; readonly by: 'column' }
  | { readonly from: TaxBasis; readonly to: TaxBasis; readonly by: 'rate'; readonly ratePercent: string };

/** Sales of one set, as sums of exactly the windows the policy asked for. */
export interface SalesFacts {
  readonly setId: string;
  readonly fileSha256: string;
  readonly currency: string;
  /** What the sums hold, after any conversion. */
  readonly basis: TaxBasis;
  /** How sums of this basis came from a file of the other one; left out when nothing was converted. */
  readonly conversion?: SalesConversion;
  /** Time the file speaks for, confirmed by the merchant. */
  readonly coverage: readonly Interval[];
  /** Length of one record's period; 0 when each line is one sale at one instant. */
  readonly granularityMs: number;
  readonly sums: readonly WindowSum[];
}

/** Sums over the records that begin in `[from, to)`; a record with a period that straddles an edge counts by its exact share. */
export interface WindowSum extends Interval {
  /** Minor units as ratio text: sales after voids and after refunds that name their sale. */
  readonly net: string;
  /** Minor units of refunds that name no sale; they reduce nothing. */
  readonly looseRefunds: string;
  readonly records: number;
}

/** An award already made to this site for the same or another head of loss. */
export interface EarlierAward {
  readonly claimId: string;
  readonly head: string;
  readonly intervals: readonly Interval[];
  readonly gross: MoneyFact;
}
