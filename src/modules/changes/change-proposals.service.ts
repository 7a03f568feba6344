import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Duties } from '../identity/index.js';
import { ChangeLifecycle, viewOf } from './change-lifecycle.service.js';
import { mayPropose, tradeOf } from './change-duties.rules.js';
import { ChangesRepository } from './changes.repository.js';
import { ProposalSubjects, type Proposal } from './proposal-subjects.service.js';
import type { ChangeView } from './views/change-view.js';

/** Proposes changes; an amendment, which comes with its lines, is proposed by `Amendments`. */
@Injectable()
export class ChangeProposals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly lifecycle: ChangeLifecycle,
    private readonly duties: Duties,
    private readonly subjects: ProposalSubjects,
  ) {}

  propose(ctx: Context, proposal: Proposal): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const may = mayPropose(ctx.actor, proposal.kind);
      if (!may.ok) return may;
      const subject = await this.subjects.of(tx, proposal);
      if (!subject.ok) return subject;
      const createdBy = userIdOf(ctx.actor);
      const still = await this.duties.stillMay(tx, createdBy, tradeOf(proposal.kind, 'propose'));
      if (!still.ok) return still;
      const row = await this.changes.add(tx, { kind: proposal.kind, ...subject.value, outageId: null, outageRevision: null, fromClaimId: null, createdBy, createdAt: this.clock.now() });
      const author = await this.duties.take(tx, row.id, createdBy, 'author', 'change.propose');
      if (!author.ok) return author;
      await this.lifecycle.proposed(tx, ctx, row);
      return ok(viewOf(row));
    });
  }
}
