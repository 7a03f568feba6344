import { formatMoney, money, ZERO } from '../money/index.js';
import { wholeShares } from './largest-remainder.js';
import { Levels } from './level.js';
import { aboveMinimum, canReach } from './minimum.js';
import type { Factor, Share, SharingPlan } from './plan.js';
import { belowMinimum, exactShare, type ExactShare, type Stake } from './stake.js';

/** One sum shared at one factor. */
export interface SharedPool {
  readonly shares: readonly Share[];
  readonly factor: Factor;
  readonly spentMinor: bigint;
}

export const sumOf = <T>(items: readonly T[], minorOf: (item: T) => bigint): bigint => items.reduce((sum, item) => sum + minorOf(item), 0n);

/** An amount of the fund as a refusal says it. */
export const inWords = ({ fund }: SharingPlan, minor: bigint): string => formatMoney(money(minor, fund.currency));

/** What the stakes may not get less than; those that can never reach the minimum are promised no more than they have. */
export const leastOf = (plan: SharingPlan, stakes: readonly Stake[]): bigint => sumOf(stakes, (stake) => (canReach(stake, plan.minimum) ? stake.least : stake.frozen));

/**
 * Shares an amount, not below what the stakes must get at least, at one factor within their bounds.
 * Edge: where the minimum leaves nobody, nothing is spent but what was frozen, and the factor is that of the reckoning with all of them.
 * A tier without claims is `full` if there was money for it.
 */
export function sharePool(plan: SharingPlan, stakes: readonly Stake[], amountMinor: bigint): SharedPool {
  const { minimum } = plan;
  const able = stakes.filter((stake) => canReach(stake, minimum));
  const amount = amountMinor - sumOf(stakes, (stake) => (canReach(stake, minimum) ? 0n : stake.frozen));
  const levels = new Levels(able);
  const everybody = { takesPart: () => true, factor: levels.factorFor(amount, () => true) };
  const { takesPart, factor } = minimum === undefined || amount === 0n ? everybody : aboveMinimum(amount, able, levels, minimum);
  const shareOf = (stake: Stake): ExactShare =>
    (factor !== undefined && canReach(stake, minimum) && takesPart(stake) ? exactShare(stake, factor) : belowMinimum(stake));
  const exact = stakes.map(shareOf);
  const spentMinor = factor === undefined || factor === 'full' ? sumOf(exact, ({ minor }) => minor) : amountMinor;
  return { shares: wholeShares(plan.fundId, exact, spentMinor), factor: factor ?? everybody.factor ?? (amount > 0n ? 'full' : ZERO), spentMinor };
}
