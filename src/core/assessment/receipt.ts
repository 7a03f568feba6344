import { canonicalJson, sha256Hex } from '../audit/index.js';
import { type CompiledPolicy, type PolicyDocument, type PolicyFacts } from '../policy/index.js';
import type { Instant } from '../time/index.js';
import { assess, ENGINE } from './assess.js';
import { receiptFacts } from './receipt-facts.js';
import type { AssessmentResult } from './result.js';

/** What a receipt says about one assessment, in the order a reader wants it. Everything but `signature` is signed. */
export interface Receipt {
  readonly schema: 1;
  readonly kind: 'makegood.receipt';
  readonly engine: string;
  readonly claim: { readonly reference: string; readonly version: number };
  /** The stored assessment, which also has the ids: whoever keeps it can make `input.facts` from it again. */
  readonly assessment: { readonly n: number; readonly assessedAt: Instant; readonly inputHash: string; readonly resultHash: string };
  readonly policy: { readonly key: string; readonly version: number; readonly hash: string; readonly document: PolicyDocument };
  readonly input: { readonly hash: string; readonly facts: PolicyFacts };
  readonly result: AssessmentResult;
  readonly signature: ReceiptSignature;
}

export interface ReceiptSignature {
  readonly alg: 'EdDSA';
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  /** Ed25519 over the canonical JSON of everything else, base64url. */
  readonly value: string;
}

export type ReceiptBody = Omit<Receipt, 'signature'>;

export interface StoredAssessment {
  readonly reference: string;
  readonly n: number;
  readonly assessedAt: Instant;
  readonly facts: PolicyFacts;
  readonly inputHash: string;
  readonly result: AssessmentResult;
  readonly resultHash: string;
}

/** Findings for staff stay with staff. */
export const forMerchant = (result: AssessmentResult): AssessmentResult =>
  ({ ...result, findings: result.findings.filter(({ audience }) => audience === 'merchant') });

/** What a verifier compares: everything that was decided, and nothing that was typed. */
const decided = ({ outcome, cashMinor, withheldMinor, receivableMinor, benefits, lanes, totals }: AssessmentResult): string =>
  canonicalJson({ outcome, cashMinor, withheldMinor, receivableMinor, benefits, lanes, totals });

/**
 * A receipt of a stored assessment, ready to be signed: the facts without what points to a person, the whole policy, and what
 * comes out of both. Throws TypeError when that is not what was stored: then something the amount depends on was left out.
 * Edge: texts that were withheld are withheld in the trace too, so `result` may differ from the stored one in words, never in figures.
 */
export function receiptOf(stored: StoredAssessment, policy: CompiledPolicy): ReceiptBody {
  const facts = receiptFacts(stored.facts, policy.document, stored.reference);
  const again = assess(facts, policy);
  if (again.kind !== 'assessed' || decided(again.result) !== decided(stored.result)) {
    throw new TypeError(`assessment ${stored.n} of ${stored.reference} does not come out of what its receipt may say`);
  }
  const { key, version } = facts.policy;
  return {
    schema: 1, kind: 'makegood.receipt', engine: ENGINE,
    claim: { reference: stored.reference, version: facts.claim.version },
    assessment: { n: stored.n, assessedAt: stored.assessedAt, inputHash: stored.inputHash, resultHash: stored.resultHash },
    policy: { key, version, hash: policy.hash, document: policy.document },
    input: { hash: sha256Hex(canonicalJson(facts)), facts },
    result: forMerchant(again.result),
  };
}

/** The bytes that are signed. */
export const signedText = (body: ReceiptBody): string => canonicalJson(body);
