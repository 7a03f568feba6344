import { ok, refuse, type Result } from '../errors/index.js';
import type { SharingFault } from './faults.js';
import { canReach, isBelow } from './minimum.js';
import type { Claimant, Factor, Share, SharingPlan } from './plan.js';
import { inWords } from './share-pool.js';
import { belowMinimum, exactShare, stakeOf } from './stake.js';

/**
 * The share of a claim that came late, or was granted more (`frozenMinor` is what it has), at the factor of the allocation, from what was kept back.
 *
 * Rounded down to the minor unit, so nobody late gets more than an equal claim did. The amount is the total, as with any share; what it
 * adds to a frozen share comes out of `reserveMinor`. Codes: `sharing.tier_unknown`, `sharing.reserve_exhausted`.
 * Edge: 100 among three claims of 100 gave 34, 33, 33; a fourth, late, gets 33.
 */
export function lateShare(plan: SharingPlan, factors: ReadonlyMap<string, Factor>, reserveMinor: bigint, claimant: Claimant): Result<Share, SharingFault> {
  const { claimId } = claimant;
  const tier = plan.tiers.find(({ key }) => key === claimant.tier);
  const factor = factors.get(claimant.tier);
  if (tier === undefined || factor === undefined) {
    return refuse('sharing.tier_unknown', { claimId, tier: claimant.tier, tiers: plan.tiers.map(({ key }) => key) });
  }
  const stake = stakeOf(tier, claimant);
  if (!canReach(stake, plan.minimum) || (plan.minimum !== undefined && isBelow(stake, factor, plan.minimum.minor))) {
    const { minor, basis } = belowMinimum(stake);
    return ok({ claimId, minor, basis });
  }
  const { minor, basis } = exactShare(stake, factor);
  if (minor - stake.frozen > reserveMinor) {
    return refuse('sharing.reserve_exhausted', { claimId, share: inWords(plan, minor), reserve: inWords(plan, reserveMinor), currency: plan.fund.currency });
  }
  return ok({ claimId, minor, basis });
}
