import { sha256Hex } from '../audit/index.js';
import type { Share } from './plan.js';
import type { ExactShare } from './stake.js';

/**
 * The published rule for ties: of two claims with the same remainder, the minor unit goes to the one whose key is lower.
 * SHA-256, in hex, of the fund's id, a colon and the claim's id, both lower-case: known to nobody's advantage, the same for whoever reckons
 * again, and it depends neither on when a claim came nor on where it stands in a list.
 */
export const tieKey = (fundId: string, claimId: string): string => sha256Hex(`${fundId.toLowerCase()}:${claimId.toLowerCase()}`);

/**
 * Makes the shares of one factor whole: what the fractions add up to goes out in single minor units, to the largest fractions first, ties by
 * `tieKey`. The sum stays what it was, and no share is moved by a whole unit.
 *
 * What it cannot promise (Balinski and Young, 1982): a larger fund may cost a claim one minor unit, and a new claim may move one from one claim
 * to another. Never more than one, and never on a frozen share. Source: Hamilton's method.
 */
export function wholeShares(fundId: string, shares: readonly ExactShare[], spentMinor: bigint): Share[] {
  const units = spentMinor - shares.reduce((sum, { minor }) => sum + minor, 0n);
  const waiting = shares.filter(({ rest }) => rest > 0n).map(({ claimId, rest }) => ({ claimId, rest, key: tieKey(fundId, claimId) }));
  waiting.sort((a, b) => (a.rest === b.rest ? (a.key < b.key ? -1 : 1) : a.rest > b.rest ? -1 : 1));
  const lifted = new Set<string>();
  for (const { claimId } of waiting) {
    if (BigInt(lifted.size) === units) break;
    lifted.add(claimId);
  }
  return shares.map(({ claimId, minor, basis }) => ({ claimId, minor: lifted.has(claimId) ? minor + 1n : minor, basis }));
}
