import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Duties } from '../identity/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { batchView, type BatchView } from './views/payout-view.js';

/** People who looked at a locked batch and say so, by its digest. */
@Injectable()
export class BatchApprovals {
  constructor(
    private readonly work: UnitOfWork, private readonly batches: PayoutBatchesRepository, private readonly lifecycle: BatchLifecycle, private readonly duties: Duties, private readonly clock: Clock,
  ) {}

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.not_in_state`, `payouts.digest_differs`, `payouts.approved_already`, `identity.duty_conflict`, `access.permission`. */
  approve(ctx: Context, batchId: string, version: number, digest: string): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const batch = await this.lifecycle.locked(tx, batchId, version);
      if (!batch.ok) return batch;
      const needed = batch.value.approvalsNeeded ?? 1;
      const given = (await this.batches.approvals(tx, batchId)).length + 1;
      const decided = this.lifecycle.decide(batch.value, 'approve', { digestIsCurrent: digest === batch.value.digest }, given >= needed ? 'approved' : 'locked');
      if (!decided.ok) return decided;
      const userId = userIdOf(ctx.actor);
      const mine = await this.duties.take(tx, batchId, userId, 'batch_approver', 'payout.approve');
      if (!mine.ok) return mine;
      await this.batches.approve(tx, { batchId, userId, digest, at: this.clock.now() });
      return ok(batchView(await this.lifecycle.move(tx, ctx, batch.value, decided.value, { event: 'approve', data: { digest, given, needed } })));
    });
  }
}
