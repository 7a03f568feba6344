import type { Levels, TakesPart } from './level.js';
import type { Factor, MinimumPayment } from './plan.js';
import type { Stake } from './stake.js';

/** Whether a share at the factor is below the minimum; an exact one, before it is whole, since the minimum is whole. */
export const isBelow = ({ points, least }: Stake, factor: Factor, minimumMinor: bigint): boolean =>
  factor !== 'full' && least < minimumMinor && points * factor.num < minimumMinor * factor.den;

/** Whether a claim can come to the minimum at all. */
export const canReach = ({ most }: Stake, minimum: MinimumPayment | undefined): boolean => minimum === undefined || most === undefined || most >= minimum.minor;

/** Who shares, and at which factor; whoever takes no part keeps what was frozen. No factor: nobody is left. */
export interface Sharers {
  readonly takesPart: TakesPart;
  readonly factor: Factor | undefined;
}

/**
 * Who is left when nobody's share is below the minimum, of stakes that can all reach it (`canReach`), and the factor then.
 *
 * `repeated` looks for the fewest claims to go. The more go, the higher the factor, and those that stay have more points, so whether it is enough
 * is false up to some count and true from there: the count is found by halving, in as many reckonings as it has binary digits.
 * Edge: claims of equal points go together, so it may be that nobody is left.
 * Source: a fund of 100, weights 90, 10 and 1, minimum 10: once pays the first alone (100), repeated pays 90 and 10.
 */
export function aboveMinimum(amountMinor: bigint, stakes: readonly Stake[], levels: Levels, { minor, passes }: MinimumPayment): Sharers {
  const sharing = (takesPart: TakesPart): Sharers => ({ takesPart, factor: levels.factorFor(amountMinor, takesPart) });
  const isShort = ({ factor, takesPart }: Sharers): boolean =>
    factor !== undefined && stakes.some((stake) => takesPart(stake) && isBelow(stake, factor, minor));
  if (passes === 'once') {
    const { factor = 'full' } = sharing(() => true);
    return sharing((stake) => !isBelow(stake, factor, minor));
  }
  const sizes = [...new Set(stakes.filter(({ least }) => least < minor).map(({ points }) => points))].sort((a, b) => (a < b ? -1 : 1));
  const without = (gone: number): Sharers => {
    const fewest = sizes[gone];
    return sharing(({ least, points }) => least >= minor || (fewest !== undefined && points >= fewest));
  };
  let [tooFew, enough] = [-1, sizes.length];
  while (enough - tooFew > 1) {
    const middle = (enough + tooFew) >> 1;
    if (isShort(without(middle))) tooFew = middle;
    else enough = middle;
  }
  return without(enough);
}
