/** The three sums of a proof. */
export const PROOF_SUMS = ['claims', 'ledger', 'bank'] as const;
export type ProofSum = (typeof PROOF_SUMS)[number];

export interface Sums {
  readonly claimsMinor: bigint;
  readonly ledgerMinor: bigint;
  /** Undefined of a fund that shares its account. */
  readonly bankMinor: bigint | undefined;
  /** Of what was settled, what the bank has not booked; it is to come. */
  readonly unbookedMinor: bigint;
}

/**
 * Which of the sums stands alone where they do not agree; `several` where no two do. Undefined: they agree, what is to be booked yet added to what is. Edge: of a fund that
 * shares its account only two sums are known, and neither can be told to be the wrong one.
 */
export function oddOneOut({ claimsMinor, ledgerMinor, bankMinor: booked, unbookedMinor }: Sums): ProofSum | 'several' | undefined {
  if (booked === undefined) return claimsMinor === ledgerMinor ? undefined : 'several';
  const bankMinor = booked + unbookedMinor;
  if (claimsMinor === ledgerMinor) return ledgerMinor === bankMinor ? undefined : 'bank';
  if (claimsMinor === bankMinor) return 'ledger';
  return ledgerMinor === bankMinor ? 'claims' : 'several';
}
