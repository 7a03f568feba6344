import { ratio, ZERO } from '../money/index.js';
import type { Factor } from './plan.js';
import type { Stake } from './stake.js';

/** Where a stake's share begins to rise with the factor, or stops: at `minor / points`. */
interface Turn {
  readonly stake: Stake;
  readonly minor: bigint;
  readonly starts: boolean;
}

/** Exact, by crosswise products. Turns at one factor may stand in either order: between them the sum does not move. */
const byFactor = (a: Turn, b: Turn): number => {
  const difference = a.minor * b.stake.points - b.minor * a.stake.points;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
};

export type TakesPart = (stake: Stake) => boolean;

/**
 * What a set of stakes comes to as the factor rises from nought: piecewise straight, so the factor at which it comes to an amount is found
 * exactly, by walking the turns in their order. The order is sorted once and serves every choice of those who take part.
 */
export class Levels {
  readonly #stakes: readonly Stake[];
  readonly #turns: readonly Turn[];

  constructor(stakes: readonly Stake[]) {
    const turns: Turn[] = [];
    for (const stake of stakes) {
      if (stake.points === 0n) continue;
      if (stake.least > 0n) turns.push({ stake, minor: stake.least, starts: true });
      if (stake.most !== undefined) turns.push({ stake, minor: stake.most, starts: false });
    }
    this.#stakes = stakes;
    this.#turns = turns.sort(byFactor);
  }

  /**
   * The factor at which all come to `amountMinor`, those who take no part with what was frozen; undefined when nobody takes part.
   * The amount is not below the sum of the leasts. Edges: exactly that sum is factor 0, unless it is all that anybody may get; that, and more
   * than that, is `full`.
   */
  factorFor(amountMinor: bigint, takesPart: TakesPart): Factor | undefined {
    const base = this.#atNought(takesPart);
    if (base === undefined) return undefined;
    let { constant, slope } = base;
    if (constant === amountMinor) return base.isFixed && constant > 0n ? 'full' : ZERO;
    for (const { stake, minor, starts } of this.#turns) {
      if (!takesPart(stake)) continue;
      if (slope * minor >= (amountMinor - constant) * stake.points) break;
      constant += starts ? -minor : minor;
      slope += starts ? stake.points : -stake.points;
    }
    return slope === 0n ? 'full' : ratio(amountMinor - constant, slope);
  }

  /** What all come to at factor 0, how fast it rises from there, and whether it never will. */
  #atNought(takesPart: TakesPart): { constant: bigint; slope: bigint; isFixed: boolean } | undefined {
    let [constant, slope, isFixed, isEmpty] = [0n, 0n, true, true];
    for (const stake of this.#stakes) {
      const isIn = takesPart(stake);
      constant += isIn ? stake.least : stake.frozen;
      if (!isIn) continue;
      isEmpty = false;
      isFixed = isFixed && stake.least === stake.most;
      if (stake.least === 0n) slope += stake.points;
    }
    return isEmpty ? undefined : { constant, slope, isFixed };
  }
}
