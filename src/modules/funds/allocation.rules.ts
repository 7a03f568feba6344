import { formatRatio, parseRatio, type Ratio } from '../../core/money/index.js';
import type { Factor, SharingPlan, Tier, TierOrder } from '../../core/sharing/index.js';

/** A first share while claims are still decided, or the one that is the total. */
export const ALLOCATION_STAGES = ['interim', 'final'] as const;
export type AllocationStage = (typeof ALLOCATION_STAGES)[number];

/** How a fund is shared, as it is kept: ratios and minor units as text, so that it can be read again and compared. */
export interface StoredRule {
  readonly reserveRatio: string;
  readonly order: TierOrder;
  readonly tiers: readonly Readonly<Partial<Record<keyof Tier, string>>>[];
  readonly minimum?: { readonly minor: string; readonly passes: 'once' | 'repeated' };
  readonly surplus?: 'stays';
}

export type SharingRule = Omit<SharingPlan, 'fundId' | 'fund'>;

const ratioText = (value: Ratio | 'unlimited'): string => (value === 'unlimited' ? value : formatRatio(value));

/** A ratio that was written by `formatRatio`; anything else is a bug. */
export function ratioOf(text: string): Ratio {
  const read = parseRatio(text);
  if (!read.ok) throw new TypeError(`"${text}" is no ratio`);
  return read.value;
}

export const storedRule = ({ reserveRatio, order, tiers, minimum, surplus }: SharingRule): StoredRule => ({
  reserveRatio: formatRatio(reserveRatio), order,
  tiers: tiers.map(({ key, leastRatio, mostRatio, floorMinor, capMinor, fractionRatio }) => ({
    key, ...(leastRatio === undefined ? {} : { leastRatio: formatRatio(leastRatio) }), ...(mostRatio === undefined ? {} : { mostRatio: ratioText(mostRatio) }),
    ...(floorMinor === undefined ? {} : { floorMinor: String(floorMinor) }), ...(capMinor === undefined ? {} : { capMinor: String(capMinor) }),
    ...(fractionRatio === undefined ? {} : { fractionRatio: formatRatio(fractionRatio) }),
  })),
  ...(minimum === undefined ? {} : { minimum: { minor: String(minimum.minor), passes: minimum.passes } }), ...(surplus === undefined ? {} : { surplus }),
});

const tierOf = ({ key = '', leastRatio, mostRatio, floorMinor, capMinor, fractionRatio }: StoredRule['tiers'][number]): Tier => ({
  key, ...(leastRatio === undefined ? {} : { leastRatio: ratioOf(leastRatio) }),
  ...(mostRatio === undefined ? {} : { mostRatio: mostRatio === 'unlimited' ? 'unlimited' as const : ratioOf(mostRatio) }),
  ...(floorMinor === undefined ? {} : { floorMinor: BigInt(floorMinor) }), ...(capMinor === undefined ? {} : { capMinor: BigInt(capMinor) }),
  ...(fractionRatio === undefined ? {} : { fractionRatio: ratioOf(fractionRatio) }),
});

export const readRule = ({ reserveRatio, order, tiers, minimum, surplus }: StoredRule): SharingRule => ({
  reserveRatio: ratioOf(reserveRatio), order, tiers: tiers.map(tierOf),
  ...(minimum === undefined ? {} : { minimum: { minor: BigInt(minimum.minor), passes: minimum.passes } }), ...(surplus === undefined ? {} : { surplus }),
});

export const factorText = (factor: Factor): string => (factor === 'full' ? factor : formatRatio(factor));
export const readFactor = (text: string): Factor => (text === 'full' ? text : ratioOf(text));
