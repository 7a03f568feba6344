/** The three sums of a proof. */
export const PROOF_SUMS = ['claims', 'ledger', 'bank'] as const;
export type ProofSum = (typeof PROOF_SUMS)[number];

/**
 * Which of the sums stands alone where they do not agree; `several` where no two do. Undefined: they agree. Edge: of a fund that shares
 * its account only two sums are known, and neither can be told to be the wrong one.
 */
export function oddOneOut({ claimsMinor, ledgerMinor, bankMinor }: { claimsMinor: bigint; ledgerMinor: bigint; bankMinor: bigint | undefined }): ProofSum | 'several' | undefined {
  if (bankMinor === undefined) return claimsMinor === ledgerMinor ? undefined : 'several';
  if (claimsMinor === ledgerMinor) return ledgerMinor === bankMinor ? undefined : 'bank';
  if (claimsMinor === bankMinor) return 'ledger';
  return ledgerMinor === bankMinor ? 'claims' : 'several';
}
