import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { kindsOf } from '../evidence/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { ClaimRow } from './views/claim-row.js';

export type EvidenceKinds = ReturnType<typeof kindsOf>;

/** Which kinds of evidence a claim's policy asks for, and which its inputs name as their proof. */
@Injectable()
export class EvidenceKindsOfPolicy {
  constructor(private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries) {}

  async of(reader: Reader, claim: Pick<ClaimRow, 'schemeId' | 'window'>): Promise<Result<EvidenceKinds>> {
    const scheme = await this.schemes.get(reader, claim.schemeId);
    if (!scheme.ok) return scheme;
    const policy = await this.policies.effective(reader, scheme.value.policyKey, claim.window.from);
    if (!policy.ok) return policy;
    const { process, inputs } = policy.value.resolved.document;
    return ok(kindsOf(process.evidence, Object.values(inputs).map(({ evidence }) => evidence)));
  }

  /** The kind that was stated; left out, it is "other". Code: `evidence.what_unknown`. */
  async known(reader: Reader, claim: Pick<ClaimRow, 'schemeId' | 'window'>, stated: string | undefined): Promise<Result<string>> {
    const kinds = await this.of(reader, claim);
    if (!kinds.ok) return kinds;
    const kind = stated === undefined || stated === '' ? 'other' : stated;
    return kinds.value.taken.includes(kind) ? ok(kind) : refuse('evidence.what_unknown', { value: kind.slice(0, 60), taken: [...kinds.value.taken] }, { pointer: '/kind' });
  }
}
