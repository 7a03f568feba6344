import { Injectable } from '@nestjs/common';
import { ok, type Refusal, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { isStaff } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { LongJobView } from '../../platform/jobs/long-jobs.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';

/** How many of the faults are kept; all are counted. */
const MOST_FAULTS = 100;

/** How far a release is, and why it was refused. */
@Injectable()
export class ReleaseRecords {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly releases: PayoutReleasesRepository, private readonly lifecycle: BatchLifecycle, private readonly clock: Clock,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  asked(tx: Tx, batchId: string, askedBy: string, totalCount: number): Promise<string> {
    return this.releases.insert(tx, { batchId, askedBy, totalCount, at: this.clock.now() });
  }

  /** A figure for whoever waits; what becomes of it decides nothing. */
  async progress(ctx: Context, id: string, count: number): Promise<void> {
    await this.work.run(ctx, async (tx) => ok(await this.releases.progress(tx, id, count)));
  }

  /** Nothing has left: the batch is approved as before, and the file's faults can be seen with it. */
  async refused(tx: Tx, ctx: Context, id: string, faults: readonly Refusal[], count: number): Promise<Result<void>> {
    const release = await this.releases.lock(tx, id);
    if (release?.state !== 'running') return ok(undefined);
    await this.releases.finish(tx, id, { state: 'refused', count, faults: faults.slice(0, MOST_FAULTS), at: this.clock.now() });
    await this.lifecycle.note(tx, ctx, release.batchId, 'payout_batch.release_refused', { faults: count, codes: [...new Set(faults.map(({ code }) => code))] });
    return ok(undefined);
  }

  async job({ actor }: Context, id: string): Promise<LongJobView | undefined> {
    if (!isStaff(actor) || !isAllowed(actor, 'payout.read')) return undefined;
    const row = await this.releases.find(this.database.reader, id);
    if (row === undefined) return undefined;
    const { batchId, state, writtenCount, totalCount, faults } = row;
    return {
      self: `/v1/jobs/${id}`, id, kind: 'payout-release', state: state === 'refused' ? 'failed' : state, doneCount: state === 'done' ? totalCount : writtenCount, totalCount,
      result: `/v1/payout-batches/${batchId}`, ...(faults[0] === undefined ? {} : { refusal: faults[0] }),
    };
  }
}
