import { formatMoney, formatRatio, money, roundRatio, type CurrencyCode } from '../../../core/money/index.js';
import type { Factor, ShareBasis } from '../../../core/sharing/index.js';

export interface ShareReason {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

const CODES: Readonly<Record<ShareBasis, string>> = {
  factor: 'fund_share', least: 'fund_share_least', most: 'fund_share_most', frozen: 'fund_share_kept', below_minimum: 'fund_share_below_minimum', nothing_left: 'fund_share_nothing_left',
};

/** Hundredths of a percent, rounded down: what is said beside the exact fraction. Edge: 25/28 is 89.28. */
function percentText(factor: Exclude<Factor, 'full'>): string {
  const digits = roundRatio({ num: factor.num * 10_000n, den: factor.den }, 'floor').toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Why a claim gets its share, as a reason of the shared catalogue: with the factor, what the claim comes to in full, and the minimum. */
export function shareReason(basis: ShareBasis, { factor, pointsMinor, minimumMinor, currency }: { factor: Factor; pointsMinor: bigint; minimumMinor: bigint; currency: CurrencyCode }): ShareReason {
  const said = (minor: bigint): string => `${formatMoney(money(minor, currency))} ${currency}`;
  const fraction = factor === 'full' ? { factor: '1', percent: '100' } : { factor: formatRatio(factor), percent: percentText(factor) };
  return { code: CODES[basis], params: { points: said(pointsMinor), ...fraction, minimum: said(minimumMinor) } };
}
