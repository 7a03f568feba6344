import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Duties } from '../identity/index.js';
import { PolicyPublication } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { ChangeLifecycle, viewOf } from './change-lifecycle.service.js';
import { mayPropose } from './change-duties.rules.js';
import type { ChangeKind } from './change.machine.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';
import type { ChangeView } from './views/change-view.js';

export interface Proposal {
  readonly kind: ChangeKind;
  /** Of a policy version: key and number of a draft that is in review. */
  readonly policy?: { readonly key: string; readonly number: number };
  /** Of a pre-computation: for whose enrolled sites claims are opened. */
  readonly schemeId?: string;
}

type Subject = Pick<ChangeRow, 'editionId' | 'policyKey' | 'policyNumber' | 'schemeId'>;

/** Proposes changes; an amendment, which comes with its lines, is proposed by `Amendments`. */
@Injectable()
export class ChangeProposals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly lifecycle: ChangeLifecycle,
    private readonly publication: PolicyPublication,
    private readonly duties: Duties,
    private readonly schemes: SchemeQueries,
  ) {}

  propose(ctx: Context, proposal: Proposal): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const may = mayPropose(ctx.actor, proposal.kind);
      if (!may.ok) return may;
      const subject = await this.#subject(tx, proposal);
      if (!subject.ok) return subject;
      const createdBy = userIdOf(ctx.actor);
      const row = await this.changes.add(tx, { kind: proposal.kind, ...subject.value, outageId: null, outageRevision: null, fromClaimId: null, createdBy, createdAt: this.clock.now() });
      const author = await this.duties.take(tx, row.id, createdBy, 'author', 'change.propose');
      if (!author.ok) return author;
      await this.lifecycle.proposed(tx, ctx, row);
      return ok(viewOf(row));
    });
  }

  async #subject(tx: Tx, { kind, policy, schemeId }: Proposal): Promise<Result<Subject>> {
    switch (kind) {
      case 'policy_version': return policy === undefined ? refuse('changes.subject_missing', { kind, field: 'policy' }, { pointer: '/policy' }) : this.#draft(tx, policy);
      case 'pre_computation': return schemeId === undefined ? refuse('changes.subject_missing', { kind, field: 'schemeId' }, { pointer: '/schemeId' }) : this.#scheme(tx, schemeId);
      case 'amendment': return refuse('changes.subject_missing', { kind, field: 'its lines, at the amendments of an outage' }, { pointer: '/kind' });
      case 'allocation': return refuse('changes.kind_not_available', { kind });
    }
  }

  async #draft(tx: Tx, { key, number }: NonNullable<Proposal['policy']>): Promise<Result<Subject>> {
    const candidate = await this.publication.candidate(tx, key, String(number));
    return candidate.ok ? ok({ editionId: candidate.value.editionId, policyKey: key, policyNumber: number, schemeId: null }) : candidate;
  }

  /** What is offered is reserved, so there is a fund first. */
  async #scheme(tx: Tx, id: string): Promise<Result<Subject>> {
    const scheme = await this.schemes.get(tx, id);
    if (!scheme.ok) return scheme;
    const { fundId, policyKey } = scheme.value;
    return fundId === undefined ? refuse('review.fund_missing') : ok({ editionId: null, policyKey, policyNumber: null, schemeId: id });
  }
}
