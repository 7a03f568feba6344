import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimQueries } from '../claims/index.js';
import { Duties } from '../identity/index.js';
import { OutageRegister, type ProposedRevision } from '../outages/index.js';
import { ChangeLifecycle, viewOf } from './change-lifecycle.service.js';
import { mayPropose } from './change-duties.rules.js';
import { amendmentOf, ChangesRepository, type ChangeRow } from './changes.repository.js';
import type { ChangeView } from './views/change-view.js';

export interface ProposedAmendment extends ProposedRevision {
  readonly outageId: string;
  /** Of the outage, as its author saw it. */
  readonly version: number;
  /** The claim over which it is asked for, where there is one. */
  readonly fromClaimId?: string;
}

/** The one way to alter what the register holds, other than ending and finalising: a revision that waits, and a change about it. */
@Injectable()
export class Amendments {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly lifecycle: ChangeLifecycle,
    private readonly register: OutageRegister,
    private readonly claims: ClaimQueries,
    private readonly duties: Duties,
  ) {}

  propose(ctx: Context, amendment: ProposedAmendment): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx) => {
      const row = await this.proposeIn(tx, ctx, amendment);
      return row.ok ? ok(viewOf(row.value)) : row;
    });
  }

  /** Codes: those of the register's lines, `outages.not_recorded`, `http.stale`, `claims.not_found`, `changes.amended_already`. */
  async proposeIn(tx: Tx, ctx: Context, { outageId, version, fromClaimId, ...proposal }: ProposedAmendment): Promise<Result<ChangeRow>> {
    const may = mayPropose(ctx.actor, 'amendment');
    if (!may.ok) return may;
    if (fromClaimId !== undefined && await this.claims.find(tx, fromClaimId) === undefined) return refuse('claims.not_found');
    const revision = await this.register.amendIn(tx, ctx, outageId, version, proposal);
    if (!revision.ok) return revision;
    const createdBy = userIdOf(ctx.actor);
    const row = await this.changes.add(tx, {
      kind: 'amendment', editionId: null, policyKey: null, policyNumber: null, schemeId: null, fundId: null, stage: null, keptBack: null, outageId, outageRevision: revision.value, fromClaimId: fromClaimId ?? null,
      createdBy, createdAt: this.clock.now(),
    });
    const author = await this.duties.take(tx, row.id, createdBy, 'author', 'outage.amend');
    if (!author.ok) return author;
    await this.lifecycle.proposed(tx, ctx, row);
    return ok(row);
  }

  /** Writes the lines of an open amendment anew; runs made before are out of date. Whoever writes is an author and does not approve. */
  rewrite(ctx: Context, id: string, version: number, proposal: ProposedRevision): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const may = mayPropose(ctx.actor, 'amendment');
      if (!may.ok) return may;
      const change = await this.lifecycle.locked(tx, id, version);
      if (!change.ok) return change;
      if (change.value.kind !== 'amendment') return refuse('changes.not_amendment');
      const open = this.lifecycle.decide(change.value, 'withdraw', false);
      if (!open.ok) return open;
      const author = await this.duties.take(tx, id, userIdOf(ctx.actor), 'author', 'outage.amend');
      if (!author.ok) return author;
      const revision = await this.register.amendIn(tx, ctx, amendmentOf(change.value).outageId, undefined, proposal);
      if (!revision.ok) return revision;
      const after = await this.changes.rewrite(tx, id, revision.value);
      await this.lifecycle.rewritten(tx, ctx, after);
      return ok(viewOf(after));
    });
  }
}
