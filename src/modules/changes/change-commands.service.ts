import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { OutageProposals, OutageRegister } from '../outages/index.js';
import type { Approval } from './approval-checks.service.js';
import { ApprovalsByKind } from './approvals-by-kind.service.js';
import { mayApprove, mayPropose } from './change-duties.rules.js';
import { ChangeLifecycle, viewOf } from './change-lifecycle.service.js';
import { RehearsalsByKind } from './rehearsals-by-kind.service.js';
import { ChangeRunsRepository } from './change-runs.repository.js';
import { amendmentOf, type ChangeRow } from './changes.repository.js';
import { runView, type ChangeView, type RunView } from './views/change-view.js';

/** What people do to a change, each in one transaction. */
@Injectable()
export class ChangeCommands {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ChangeLifecycle,
    private readonly rehearsals: RehearsalsByKind,
    private readonly approvals: ApprovalsByKind,
    private readonly runs: ChangeRunsRepository,
    private readonly register: OutageRegister,
    private readonly proposals: OutageProposals,
  ) {}

  startRun(ctx: Context, id: string): Promise<Result<RunView>> {
    return this.#open(ctx, id, undefined, async (tx, change) => {
      const may = mayPropose(ctx.actor, change.kind);
      if (!may.ok) return may;
      const run = await this.rehearsals.of(change).start(tx, ctx, change);
      return run.ok ? ok(runView(run.value)) : run;
    });
  }

  approve(ctx: Context, id: string, version: number, n: number, approval: Approval): Promise<Result<ChangeView>> {
    return this.#open(ctx, id, version, async (tx, change) => {
      const may = mayApprove(ctx.actor, change.kind);
      if (!may.ok) return may;
      const run = await this.runs.byNumber(tx, id, n);
      if (run === undefined) return refuse('changes.run_not_found', { n }, { pointer: '/run' });
      const approved = await this.approvals.of(change).approve(tx, ctx, change, run, approval);
      return approved.ok ? ok(viewOf(approved.value)) : approved;
    });
  }

  /** Takes a change back; the register hears of it in the same transaction, so that an amendment's lines no longer read as waiting, and what a source proposed is open again. */
  withdraw(ctx: Context, id: string, version: number): Promise<Result<ChangeView>> {
    return this.#open(ctx, id, version, async (tx, change) => {
      const may = mayPropose(ctx.actor, change.kind);
      if (!may.ok) return may;
      if (change.kind === 'amendment') {
        const { outageId, revision } = amendmentOf(change);
        await this.proposals.giveUpIn(tx, ctx, outageId, revision);
        const withdrawn = await this.register.withdrawIn(tx, ctx, outageId, revision);
        if (!withdrawn.ok) return withdrawn;
      }
      const after = await this.lifecycle.apply(tx, ctx, change, 'withdraw', { isAuthor: true });
      return after.ok ? ok(viewOf(after.value)) : after;
    });
  }

  #open<T>(ctx: Context, id: string, version: number | undefined, work: (tx: Tx, change: ChangeRow) => Promise<Result<T>>): Promise<Result<T>> {
    return this.work.run(ctx, async (tx): Promise<Result<T>> => {
      const change = await this.lifecycle.locked(tx, id, version);
      if (!change.ok) return change;
      const open = this.lifecycle.decide(change.value, 'withdraw', false);
      return open.ok ? work(tx, change.value) : open;
    });
  }
}
