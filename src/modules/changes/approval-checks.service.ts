import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Duties } from '../identity/index.js';
import { movedIn, type Drift } from './approval-bounds.rules.js';
import { tradeOf } from './change-duties.rules.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import type { RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';

export interface Approval {
  readonly digest: string;
  /** The total may move by less than this through what has changed since the run: one bound for each currency of the run. */
  readonly movesLessThan: readonly Money[];
}

/** What an approval is held to, whatever the change is about. */
@Injectable()
export class ApprovalChecks {
  constructor(private readonly clock: Clock, private readonly changes: ChangesRepository, private readonly lifecycle: ChangeLifecycle, private readonly duties: Duties) {}

  /** Still an approver of this kind, another person, a finished run, its digest. */
  async check(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow, digest: string): Promise<Result<void>> {
    for (const permission of ['change.approve', tradeOf(change.kind, 'approve')] as const) {
      const may = await this.duties.stillMay(tx, userIdOf(ctx.actor), permission);
      if (!may.ok) return may;
    }
    const duty = await this.duties.take(tx, change.id, userIdOf(ctx.actor), 'approver');
    const decided = this.lifecycle.decide(change, 'approve', !duty.ok);
    if (!decided.ok) return decided;
    if (run.state !== 'finished') return refuse('changes.run_not_finished', { n: run.n, state: run.state });
    if (run.digest !== digest) return refuse('changes.digest_differs', { n: run.n, digest: run.digest ?? '' }, { pointer: '/digest' });
    return ok(undefined);
  }

  /** Stores the approval and moves the change; `policyVersionId`: what it published. */
  async approved(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow, approval: Approval & { drift: Drift; policyVersionId: string | null }): Promise<Result<ChangeRow>> {
    const { digest, movesLessThan, drift, policyVersionId } = approval;
    await this.changes.approve(tx, change.id, {
      runId: run.id, digest, rerunCount: drift.changed, policyVersionId,
      bounds: movesLessThan.map((bound) => ({ currency: bound.currency, boundMinor: String(bound.minor), movedMinor: String(movedIn(drift, bound)) })),
      approvedBy: userIdOf(ctx.actor), approvedAt: this.clock.now(),
    });
    return this.lifecycle.apply(tx, ctx, change, 'approve', { isAuthor: false, audit: { run: run.n, digest, ...(policyVersionId === null ? {} : { policyVersionId }) } });
  }
}
