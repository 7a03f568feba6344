import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseRatio } from '../../core/money/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { FundAllocations, FundLedger, type AllocationStage } from '../funds/index.js';
import { PolicyPublication } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { ChangeKind } from './change.machine.js';
import type { ChangeRow } from './changes.repository.js';

export interface Proposal {
  readonly kind: ChangeKind;
  /** Of a policy version: key and number of a draft that is in review. */
  readonly policy?: { readonly key: string; readonly number: number };
  /** Of a pre-computation: for whose enrolled sites claims are opened. */
  readonly schemeId?: string;
  /** Of an allocation. */
  readonly allocation?: { readonly fundId: string; readonly stage: AllocationStage; /** Of an interim one, as text: the part of the fund that is not shared yet. */ readonly keptBack?: string };
}

type Subject = Pick<ChangeRow, 'editionId' | 'policyKey' | 'policyNumber' | 'schemeId' | 'fundId' | 'stage' | 'keptBack'>;

const OF_NOTHING: Subject = { editionId: null, policyKey: null, policyNumber: null, schemeId: null, fundId: null, stage: null, keptBack: null };

/** What a proposed change is about, and whether it may be. */
@Injectable()
export class ProposalSubjects {
  constructor(
    private readonly publication: PolicyPublication, private readonly schemes: SchemeQueries, private readonly ledger: FundLedger, private readonly allocations: FundAllocations,
  ) {}

  async of(tx: Tx, { kind, policy, schemeId, allocation }: Proposal): Promise<Result<Subject>> {
    switch (kind) {
      case 'policy_version': return policy === undefined ? refuse('changes.subject_missing', { kind, field: 'policy' }, { pointer: '/policy' }) : this.#draft(tx, policy);
      case 'pre_computation': return schemeId === undefined ? refuse('changes.subject_missing', { kind, field: 'schemeId' }, { pointer: '/schemeId' }) : this.#scheme(tx, schemeId);
      case 'amendment': return refuse('changes.subject_missing', { kind, field: 'its lines, at the amendments of an outage' }, { pointer: '/kind' });
      case 'allocation': return allocation === undefined ? refuse('changes.subject_missing', { kind, field: 'its fund, at the allocations of a fund' }, { pointer: '/kind' }) : this.#fund(tx, allocation);
    }
  }

  async #draft(tx: Tx, { key, number }: NonNullable<Proposal['policy']>): Promise<Result<Subject>> {
    const candidate = await this.publication.candidate(tx, key, String(number));
    return candidate.ok ? ok({ ...OF_NOTHING, editionId: candidate.value.editionId, policyKey: key, policyNumber: number }) : candidate;
  }

  /** What is offered is reserved, so there is a fund first. */
  async #scheme(tx: Tx, id: string): Promise<Result<Subject>> {
    const scheme = await this.schemes.get(tx, id);
    if (!scheme.ok) return scheme;
    const { fundId, policyKey } = scheme.value;
    return fundId === undefined ? refuse('review.fund_missing') : ok({ ...OF_NOTHING, policyKey, schemeId: id });
  }

  /** What is kept back of an interim share is stated; of the total the rule says it. */
  async #fund(tx: Tx, { fundId, stage, keptBack }: NonNullable<Proposal['allocation']>): Promise<Result<Subject>> {
    const mode = await this.ledger.modeOf(tx, fundId);
    if (mode === undefined) return refuse('funds.not_found');
    if (mode !== 'shared') return refuse('changes.fund_not_shared', { mode });
    if (await this.ledger.isEmpty(tx, fundId)) return refuse('changes.fund_empty');
    if (await this.allocations.state(tx, fundId) === 'final') return refuse('changes.fund_shared_already');
    const kept = keptBack === undefined ? undefined : parseRatio(keptBack);
    const isPart = kept?.ok === true && kept.value.num > 0n && kept.value.num < kept.value.den;
    if (stage === 'final' ? keptBack !== undefined : !isPart) return refuse('changes.kept_back', {}, { pointer: '/keptBack' });
    return ok({ ...OF_NOTHING, fundId, stage, keptBack: keptBack ?? null });
  }
}
