import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { salesBasisOf, type PolicyDocument } from '../../core/policy/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { kindsOf, type TaxBasis } from '../evidence/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { ClaimRow } from './views/claim-row.js';

export type EvidenceKinds = ReturnType<typeof kindsOf>;

/** What a policy says of evidence. */
export const evidenceKindsIn = ({ process, inputs }: Pick<PolicyDocument, 'process' | 'inputs'>): EvidenceKinds =>
  kindsOf(process.evidence, Object.values(inputs).map(({ evidence }) => evidence));

/** What a claim's policy says of evidence: which kinds it asks for, which its inputs name as their proof, and how it counts sales. */
@Injectable()
export class EvidenceKindsOfPolicy {
  constructor(private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries) {}

  async of(reader: Reader, claim: Pick<ClaimRow, 'schemeId' | 'window'>): Promise<Result<EvidenceKinds>> {
    const document = await this.#document(reader, claim);
    return document.ok ? ok(evidenceKindsIn(document.value)) : document;
  }

  /** Whether sales count with or without tax; undefined where the policy does not say. */
  async salesBasis(reader: Reader, claim: Pick<ClaimRow, 'schemeId' | 'window'>): Promise<TaxBasis | undefined> {
    const document = await this.#document(reader, claim);
    return document.ok ? salesBasisOf(document.value) : undefined;
  }

  async #document(reader: Reader, { schemeId, window }: Pick<ClaimRow, 'schemeId' | 'window'>): Promise<Result<PolicyDocument>> {
    const scheme = await this.schemes.get(reader, schemeId);
    if (!scheme.ok) return scheme;
    const policy = await this.policies.effective(reader, scheme.value.policyKey, window.from);
    return policy.ok ? ok(policy.value.resolved.document) : policy;
  }

  /** The kind that was stated; left out, it is "other". Code: `evidence.what_unknown`. */
  async known(reader: Reader, claim: Pick<ClaimRow, 'schemeId' | 'window'>, stated: string | undefined): Promise<Result<string>> {
    const kinds = await this.of(reader, claim);
    if (!kinds.ok) return kinds;
    const kind = stated === undefined || stated === '' ? 'other' : stated;
    return kinds.value.taken.includes(kind) ? ok(kind) : refuse('evidence.what_unknown', { value: kind.slice(0, 60), taken: [...kinds.value.taken] }, { pointer: '/kind' });
  }
}
