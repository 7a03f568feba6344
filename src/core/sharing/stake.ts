import { ONE, roundRatio, ZERO, multiplyRatio, type Ratio } from '../money/index.js';
import type { Claimant, Factor, Share, Tier } from './plan.js';

/** A claim between the least and the most it can get, all in whole minor units; `most` is absent where nothing bounds it. */
export interface Stake {
  readonly claimId: string;
  readonly points: bigint;
  readonly least: bigint;
  readonly most: bigint | undefined;
  readonly frozen: bigint;
}

const higher = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const lower = (a: bigint, b: bigint | undefined): bigint => (b === undefined || a < b ? a : b);
const part = (points: bigint, factor: Ratio, rounding: 'floor' | 'ceiling'): bigint => roundRatio(multiplyRatio({ num: points, den: 1n }, factor), rounding);

/**
 * A claimant's bounds in its tier. Whole minor units: the least is rounded up, the most down. Throws RangeError below nought, a bug of the caller.
 * Edge: a frozen share above the most raises the most to itself; a claim of no points gets what was frozen, whatever the floor.
 */
export function stakeOf(tier: Tier, { claimId, points, frozenMinor = 0n }: Claimant): Stake {
  if (points < 0n || frozenMinor < 0n) throw new RangeError(`claim ${claimId} has points or a share below nought`);
  const { mostRatio = ONE, leastRatio = ZERO, floorMinor = 0n, capMinor } = tier;
  if (points === 0n) return { claimId, points, least: frozenMinor, most: frozenMinor, frozen: frozenMinor };
  const byPoints = mostRatio === 'unlimited' ? capMinor : lower(part(points, mostRatio, 'floor'), capMinor);
  const least = lower(higher(part(points, leastRatio, 'ceiling'), floorMinor), byPoints);
  return { claimId, points, least: higher(least, frozenMinor), most: byPoints === undefined ? undefined : higher(byPoints, frozenMinor), frozen: frozenMinor };
}

/** A share before it is whole: `minor` plus `rest` over the factor's denominator of a minor unit. At a bound there is no rest. */
export interface ExactShare extends Share {
  readonly rest: bigint;
}

const atBound = ({ claimId, frozen }: Stake, minor: bigint, bound: 'least' | 'most'): ExactShare =>
  ({ claimId, minor, rest: 0n, basis: minor === 0n ? 'nothing_left' : minor === frozen ? 'frozen' : bound });

/**
 * What a stake gets at a factor, exactly. At `full` it is the most.
 * Edge: on a bound to the unit the bound is named, since a little more or less money would not move it.
 */
export function exactShare(stake: Stake, factor: Factor): ExactShare {
  const { claimId, points, least, most } = stake;
  if (factor === 'full') return atBound(stake, most ?? least, 'most');
  const whole = points * factor.num;
  if (most !== undefined && whole >= most * factor.den) return atBound(stake, most, 'most');
  if (whole <= least * factor.den) return atBound(stake, least, 'least');
  return { claimId, minor: whole / factor.den, rest: whole % factor.den, basis: 'factor' };
}

/** What is left to a stake that shares no more: what it was given before. */
export const belowMinimum = ({ claimId, points, frozen }: Stake): ExactShare =>
  ({ claimId, minor: frozen, rest: 0n, basis: frozen > 0n ? 'frozen' : points === 0n ? 'nothing_left' : 'below_minimum' });
