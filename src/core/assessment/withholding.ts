import type { AssessmentResult } from './result.js';

/** A total and what is withheld of it, in whole minor units. */
export interface Withheld {
  readonly grossMinor: bigint;
  readonly withheldMinor: bigint;
}

/** Rounded down to a whole minor unit: never more is withheld than the rate in force comes to. */
const share = (grossMinor: bigint, of: Withheld): bigint => (of.grossMinor > 0n ? (grossMinor * of.withheldMinor) / of.grossMinor : 0n);

const between = (least: bigint, value: bigint, most: bigint): bigint => {
  if (value < least) return least;
  return value > most ? most : value;
};

/**
 * What is withheld of a new total, in whole minor units: its share by the assessment, or, where that comes to nothing, by the total before. A
 * total that rises takes nothing back: neither what was withheld before nor what was left of it falls. One that falls keeps the share of the
 * total before, whatever the assessment. Without an earlier grant `before` is nought. Rounds down. Edge: a total that is the assessment's own
 * has exactly what its policy says. Source: docs/domain/payouts.md, "Tax withheld".
 */
export function withheldOf(grossMinor: bigint, before: Withheld, { cashMinor, withheldMinor }: Pick<AssessmentResult, 'cashMinor' | 'withheldMinor'>): bigint {
  if (grossMinor < before.grossMinor) return share(grossMinor, before);
  const assessed = { grossMinor: BigInt(cashMinor ?? '0'), withheldMinor: BigInt(withheldMinor ?? '0') };
  const due = share(grossMinor, assessed.grossMinor > 0n ? assessed : before);
  return between(before.withheldMinor, due, before.withheldMinor + grossMinor - before.grossMinor);
}
