import type { Money, Ratio } from '../money/index.js';

/**
 * A class of claims within a fund. What a claim comes to is its points; its share is points × factor, held between a least and a most.
 *
 * The most is the lower of `mostRatio` × points (rounded down; 1 when absent, so nobody gets more than their claim; `unlimited` where points
 * are weights) and `capMinor`. The least is the higher of `leastRatio` × points (rounded up; a protected tier has 1) and `floorMinor`, and
 * never above the most: a floor lifts nobody above what their claim may come to.
 */
export interface Tier {
  readonly key: string;
  readonly leastRatio?: Ratio;
  readonly mostRatio?: Ratio | 'unlimited';
  readonly floorMinor?: bigint;
  readonly capMinor?: bigint;
  /** Of what is shared; with `by_fraction` every tier has one and they add up to 1. */
  readonly fractionRatio?: Ratio;
}

/**
 * `together`: one factor over all tiers, each within its own bounds. `in_turn`: a tier is paid up to its most before the next gets more than
 * its least. `by_fraction`: each tier shares its own part, found by largest remainder, ties to the earlier tier.
 */
export type TierOrder = 'together' | 'in_turn' | 'by_fraction';

/**
 * The least sum that is worth a payment. `once`: whoever comes out below it in one reckoning gets nothing, and the others share once more.
 * `repeated`: of those below it the ones with the fewest points go, those with equal points together, and it is reckoned again, until nobody is
 * below. Whoever could not reach it at their most goes first, in both. Whoever goes keeps a frozen share, and no more.
 */
export interface MinimumPayment {
  readonly minor: bigint;
  readonly passes: 'once' | 'repeated';
}

export interface SharingPlan {
  /** Goes into the rule for ties: `tieKey`. */
  readonly fundId: string;
  readonly fund: Money;
  /** Part of the fund kept for late and upheld claims, from 0 to less than 1; in minor units it is rounded up. */
  readonly reserveRatio: Ratio;
  /** At least one, in their order. */
  readonly tiers: readonly Tier[];
  readonly order: TierOrder;
  readonly minimum?: MinimumPayment;
  /** What becomes of money when everybody is at their most: it stays in the fund. A plan that says nothing is refused in that case. */
  readonly surplus?: 'stays';
}

export interface Claimant {
  readonly claimId: string;
  readonly tier: string;
  /** Minor units that were granted, not below nought. */
  readonly points: bigint;
  /** The share that an earlier allocation gave; it is never lowered. */
  readonly frozenMinor?: bigint;
}

/** Every claim of the tier is at its most: the money was enough. */
export type Factor = Ratio | 'full';

/** What a share came from: points × factor, a bound, an earlier share; or why it is nought. */
export type ShareBasis = 'factor' | 'least' | 'most' | 'frozen' | 'below_minimum' | 'nothing_left';

export interface Share {
  readonly claimId: string;
  readonly minor: bigint;
  readonly basis: ShareBasis;
}

/** Σ shares + `reserveMinor` + `leftMinor` is the fund, exactly. */
export interface SharedFund {
  /** In the order of the claimants. */
  readonly shares: readonly Share[];
  readonly factors: ReadonlyMap<string, Factor>;
  /** Kept back for late and upheld claims. */
  readonly reserveMinor: bigint;
  /** What nobody may take, everybody being at their most. */
  readonly leftMinor: bigint;
}
