import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { ClaimHolds } from '../../claims/index.js';
import { TaskBook } from '../../tasks/index.js';

export const HOLD_REVIEWS = 'review.hold-reviews';
const AT_ONCE = 100;

/** A hold whose day has come becomes somebody's task: once for each day that was set. */
@Injectable()
export class HoldReviews implements OnModuleInit {
  constructor(private readonly jobs: Jobs, private readonly holds: ClaimHolds, private readonly tasks: TaskBook) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: HOLD_REVIEWS, step: (ctx, tx) => this.#step(ctx, tx) });
  }

  async #step(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    const due = await this.holds.due(tx, AT_ONCE);
    for (const { claimId, reviewId } of due) {
      await this.tasks.open(tx, ctx, { kind: 'hold_review', subject: { type: 'claim', id: claimId }, cause: { type: 'claim_hold', id: reviewId }, reasons: [] });
    }
    return ok({ done: due.length < AT_ONCE });
  }
}
