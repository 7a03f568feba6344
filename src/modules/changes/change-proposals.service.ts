import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Duties } from '../identity/index.js';
import { PolicyPublication } from '../policies/index.js';
import { ChangeLifecycle, viewOf } from './change-lifecycle.service.js';
import type { ChangeKind } from './change.machine.js';
import { ChangesRepository } from './changes.repository.js';
import type { ChangeView } from './views/change-view.js';

export interface Proposal {
  readonly kind: ChangeKind;
  /** Key and number of a draft that is in review. */
  readonly policy: { readonly key: string; readonly number: number };
}

/** Proposes changes and takes them back. */
@Injectable()
export class ChangeProposals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly lifecycle: ChangeLifecycle,
    private readonly publication: PolicyPublication,
    private readonly duties: Duties,
  ) {}

  propose(ctx: Context, { kind, policy }: Proposal): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      switch (kind) {
        case 'policy_version': break;
        case 'amendment': case 'allocation': case 'pre_computation': return refuse('changes.kind_not_available', { kind });
      }
      const candidate = await this.publication.candidate(tx, policy.key, String(policy.number));
      if (!candidate.ok) return candidate;
      const createdBy = userIdOf(ctx.actor);
      const row = await this.changes.add(tx, {
        kind, editionId: candidate.value.editionId, policyKey: policy.key, policyNumber: policy.number, createdBy, createdAt: this.clock.now(),
      });
      const author = await this.duties.take(tx, row.id, createdBy, 'author');
      if (!author.ok) return author;
      await this.lifecycle.proposed(tx, ctx, row);
      return ok(viewOf(row));
    });
  }

  withdraw(ctx: Context, id: string, version: number): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const row = await this.lifecycle.locked(tx, id, version);
      if (!row.ok) return row;
      const after = await this.lifecycle.apply(tx, ctx, row.value, 'withdraw', { isAuthor: true });
      return after.ok ? ok(viewOf(after.value)) : after;
    });
  }
}
