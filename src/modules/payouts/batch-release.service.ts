import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Refusal, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LongJobs, type LongJobView } from '../../platform/jobs/long-jobs.js';
import { Duties, requireProof } from '../identity/index.js';
import { BatchDeparture } from './batch-departure.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { ReleaseRecords } from './release-records.service.js';

export const RELEASE = 'payouts.release';
/** A file of 100,000 payments is written and read again within this. */
const LONGEST_SECONDS = 600;
/** How often a file is written anew because a hold fell while it was. */
const MOST_ROUNDS = 5;

/**
 * Releases an approved batch: a person asks, the file is written and judged by a job, and in one transaction the file is kept, the lines
 * are in transit and the batch is released. Whatever dies before that leaves a batch that is approved as before.
 */
@Injectable()
export class BatchRelease implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork, private readonly jobs: Jobs, private readonly longJobs: LongJobs, private readonly records: ReleaseRecords, private readonly duties: Duties,
    private readonly lifecycle: BatchLifecycle, private readonly departure: BatchDeparture,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ releaseId: string }>({ queue: RELEASE, expireInSeconds: LONGEST_SECONDS, perform: (ctx, { releaseId }) => this.perform(ctx, releaseId) });
    this.longJobs.show((ctx, id) => this.records.job(ctx, id));
  }

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.not_in_state`, `payouts.digest_differs`, `payouts.day_over`, `payouts.releasing`, `identity.proof_needed`, `identity.duty_conflict`, `access.permission`. */
  request(ctx: Context, batchId: string, version: number, digest: string): Promise<Result<LongJobView>> {
    return this.work.run(ctx, async (tx): Promise<Result<LongJobView>> => {
      const batch = await this.lifecycle.locked(tx, batchId, version);
      if (!batch.ok) return batch;
      const decided = this.lifecycle.decide(batch.value, 'release', { digestIsCurrent: digest === batch.value.digest });
      if (!decided.ok) return decided;
      const inTime = await this.departure.inTime(tx, batch.value);
      if (!inTime.ok) return inTime;
      const proved = requireProof(ctx.actor, this.records.now());
      if (!proved.ok) return proved;
      const userId = userIdOf(ctx.actor);
      const mine = await this.duties.take(tx, batchId, userId, 'releaser', 'payout.release');
      if (!mine.ok) return mine;
      const id = await this.records.asked(tx, batchId, userId, batch.value.lineCount ?? 0);
      await this.jobs.enqueue(tx, RELEASE, { releaseId: id });
      return ok({ self: `/v1/jobs/${id}`, id, kind: 'payout-release', state: 'running', doneCount: 0, totalCount: batch.value.lineCount ?? 0 });
    });
  }

  /** Done again from the beginning as often as it takes: until its last transaction nothing refers to what it wrote. */
  async perform(ctx: Context, releaseId: string): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const ready = await this.work.run(ctx, (tx) => this.departure.makeReady(tx, ctx, releaseId));
      if (!ready.ok) return this.#end(ctx, releaseId, [ready.refusal], 1);
      if (ready.value === undefined) return;
      const written = await this.departure.write(ready.value, (count) => { void this.records.progress(ctx, releaseId, count); });
      if (written.refused !== undefined) return this.#end(ctx, releaseId, written.refused.faults, written.refused.count);
      const left = await this.work.run(ctx, (tx) => this.departure.depart(tx, ctx, releaseId, written)).finally(() => written.texts.discard());
      if (!left.ok) return this.#end(ctx, releaseId, [left.refusal], 1);
      if (left.value) return;
    }
    return this.#end(ctx, releaseId, [{ code: 'payouts.too_restless', params: {} }], 1);
  }

  async #end(ctx: Context, releaseId: string, faults: readonly Refusal[], count: number): Promise<void> {
    await this.work.run(ctx, (tx) => this.records.refused(tx, ctx, releaseId, faults, count));
  }
}
