import { ok, refuse, type Result } from '../errors/index.js';
import { allocate, compareRatio, money, ONE, roundRatio, ZERO, multiplyRatio, addRatio } from '../money/index.js';
import type { SharingFault } from './faults.js';
import type { Claimant, Factor, Share, SharedFund, SharingPlan } from './plan.js';
import { inWords, leastOf, sharePool, sumOf } from './share-pool.js';
import { stakeOf, type Stake } from './stake.js';

type Pools = ReadonlyMap<string, readonly Stake[]>;

/** A plan that contradicts itself is a bug of whoever read it, not a case to be answered. */
function assertPlan({ reserveRatio, tiers, order }: SharingPlan): void {
  if (compareRatio(reserveRatio, ZERO) < 0 || compareRatio(reserveRatio, ONE) >= 0) throw new RangeError('the part kept back is from 0 to less than 1');
  if (tiers.length === 0 || new Set(tiers.map(({ key }) => key)).size !== tiers.length) throw new RangeError('a fund has tiers, each once');
  const whole = tiers.reduce((sum, { fractionRatio = ZERO }) => addRatio(sum, fractionRatio), ZERO);
  if (order === 'by_fraction' && compareRatio(whole, ONE) !== 0) throw new RangeError('the fractions of the tiers do not add up to 1');
}

function poolsOf(plan: SharingPlan, claimants: readonly Claimant[]): Result<Pools, SharingFault> {
  const tiers = new Map(plan.tiers.map((tier) => [tier.key, tier]));
  const pools = new Map<string, Stake[]>(plan.tiers.map(({ key }) => [key, []]));
  const seen = new Set<string>();
  for (const claimant of claimants) {
    const tier = tiers.get(claimant.tier);
    if (tier === undefined) return refuse('sharing.tier_unknown', { claimId: claimant.claimId, tier: claimant.tier, tiers: [...tiers.keys()] });
    if (seen.has(claimant.claimId)) throw new RangeError(`claim ${claimant.claimId} stands twice among the claimants`);
    seen.add(claimant.claimId);
    pools.get(claimant.tier)?.push(stakeOf(tier, claimant));
  }
  return ok(pools);
}

const stakesOf = (pools: Pools, tiers: readonly string[]): Stake[] => tiers.flatMap((key) => pools.get(key) ?? []);

const isOfNothing = ({ points, frozen }: Stake): boolean => points === 0n && frozen === 0n;

/** The parts of an amount that are shared on their own, in their order; `amountOf` is told what is still there. */
interface Part {
  readonly tiers: readonly string[];
  readonly amountOf: (left: bigint) => bigint;
}

function partsOf(plan: SharingPlan, pools: Pools, toShare: bigint): Part[] {
  const keys = plan.tiers.map(({ key }) => key);
  if (plan.order === 'together') return [{ tiers: keys, amountOf: (left) => left }];
  if (plan.order === 'by_fraction') {
    const amounts = allocate(money(toShare, plan.fund.currency), plan.tiers.map(({ fractionRatio = ZERO }) => fractionRatio));
    return keys.map((key, index) => ({ tiers: [key], amountOf: () => amounts[index]?.minor ?? 0n }));
  }
  const leasts = keys.map((key) => leastOf(plan, stakesOf(pools, [key])));
  return keys.map((key, index) => ({ tiers: [key], amountOf: (left) => left - sumOf(leasts.slice(index + 1), (minor) => minor) }));
}

/** Whether everybody can get their least: of the whole, or of each tier's own part. */
function leastsFit(plan: SharingPlan, pools: Pools, parts: readonly Part[], toShare: bigint): Result<void, SharingFault> {
  const alone = plan.order === 'by_fraction' ? parts : [{ tiers: plan.tiers.map(({ key }) => key), amountOf: (left: bigint) => left }];
  for (const { tiers, amountOf } of alone) {
    const [available, least] = [amountOf(toShare), leastOf(plan, stakesOf(pools, tiers))];
    if (least <= available) continue;
    const amounts = { least: inWords(plan, least), available: inWords(plan, available), shortfall: inWords(plan, least - available) };
    return refuse('sharing.floors_exceed_fund', { ...amounts, tiers: [...tiers], currency: plan.fund.currency });
  }
  return ok(undefined);
}

/**
 * Shares a fund among claims: each gets points × one factor (one a tier, unless they share `together`), within its bounds, in whole minor units.
 *
 * Exact: factors are ratios, the only rounding is the largest remainder (`wholeShares`), and Σ shares + kept back + left is the fund. The order of
 * claimants changes nothing. In the fund, exact shares only rise; whole ones may lose one minor unit, and where there is a minimum a claim
 * that comes to it newly takes its share from the others. An interim share is a run with more kept back; the later run takes it as `frozenMinor`.
 *
 * Codes: those of `SHARING_FAULTS` but `sharing.reserve_exhausted`. Throws RangeError for a plan that contradicts itself or a claim named twice.
 * Edge: 100 among three equal claims of 100 is 34, 33, 33; who gets 34 is said by `tieKey`. Source: docs/domain/sharing-a-fund.md.
 */
export function shareFund(plan: SharingPlan, claimants: readonly Claimant[]): Result<SharedFund, SharingFault> {
  assertPlan(plan);
  const pools = poolsOf(plan, claimants);
  if (!pools.ok) return pools;
  const { fund: { minor: fundMinor, currency }, minimum } = plan;
  const reserveMinor = roundRatio(multiplyRatio({ num: fundMinor, den: 1n }, plan.reserveRatio), 'ceiling');
  const toShare = fundMinor - reserveMinor;
  if (toShare <= 0n) return refuse('sharing.nothing_to_share', { fund: inWords(plan, fundMinor), reserve: inWords(plan, reserveMinor), currency });
  if ([...pools.value.values()].every((stakes) => stakes.every(isOfNothing))) return refuse('sharing.nobody');
  const parts = partsOf(plan, pools.value, toShare);
  const fits = leastsFit(plan, pools.value, parts, toShare);
  if (!fits.ok) return fits;
  const factors = new Map<string, Factor>();
  const found = new Map<string, Share>();
  let left = toShare;
  for (const { tiers, amountOf } of parts) {
    const { shares, factor, spentMinor } = sharePool(plan, stakesOf(pools.value, tiers), amountOf(left));
    for (const tier of tiers) factors.set(tier, factor);
    for (const share of shares) found.set(share.claimId, share);
    left -= spentMinor;
  }
  if (left === toShare && minimum !== undefined) return refuse('sharing.minimum_leaves_nobody', { minimum: inWords(plan, minimum.minor), currency });
  if (left > 0n && plan.surplus === undefined) return refuse('sharing.fund_exceeds_claims', { left: inWords(plan, left), currency });
  return ok({ shares: claimants.flatMap(({ claimId }) => found.get(claimId) ?? []), factors, reserveMinor, leftMinor: left });
}
