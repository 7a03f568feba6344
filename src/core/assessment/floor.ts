import type { AssessmentResult } from './result.js';

/**
 * What a decision grants on an assessment, in whole minor units: what it comes to, and never less than what was granted before.
 * Without an earlier grant `floorMinor` is nought. Edge: an assessment that refuses, or that a person must look at, comes to nothing
 * by itself and leaves the earlier grant as it is. Source: docs/domain, "What the operator worked out".
 */
export function grantedMinor({ outcome, cashMinor }: Pick<AssessmentResult, 'outcome' | 'cashMinor'>, floorMinor: bigint): bigint {
  const computed = outcome === 'eligible' && cashMinor !== null ? BigInt(cashMinor) : 0n;
  return computed > floorMinor ? computed : floorMinor;
}
