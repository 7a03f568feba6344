import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isAllowed, type Permission } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { isStaff } from '../../../platform/access/ownership.js';
import { attempt } from '../../../platform/database/attempt.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { LongJobs, type LongJobView } from '../../../platform/jobs/long-jobs.js';
import { Assignments } from './assignments.service.js';
import { BulkLists } from './bulk-lists.service.js';
import { BulkActionsRepository, type BulkItemRow, type BulkRow, type ItemOutcome } from './bulk-actions.repository.js';
import { BulkRecords } from './bulk-records.service.js';
import type { BulkKind } from './bulk.rules.js';

export const RUN_BULK = 'review.run-bulk-action';

/** Claims a transaction. */
const ITEMS = 25;

/** What each kind needs; who may give claims to others is asked claim by claim. */
export const BULK_PERMISSIONS: Readonly<Record<BulkKind, Permission>> = { recommend: 'claim.recommend', decide: 'claim.decide', assign: 'claim.take', release: 'claim.take' };

/** Works through a frozen list by a job, as whoever sent it: the same duties, limits and holds as one by one, and what is not as it was is left alone. */
@Injectable()
export class BulkRuns implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly longJobs: LongJobs, private readonly database: Database, private readonly bulk: BulkActionsRepository,
    private readonly assignments: Assignments, private readonly records: BulkRecords, private readonly lists: BulkLists,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ actionId: string }>({ queue: RUN_BULK, step: (ctx, { actionId }, tx) => this.step(tx, ctx, actionId) });
    this.longJobs.show((ctx, id) => this.#job(ctx, id));
  }

  async step(tx: Tx, ctx: Context, actionId: string): Promise<Result<{ done: boolean }>> {
    const action = await this.bulk.lock(tx, actionId);
    if (action?.state !== 'running') return ok({ done: true });
    const items = await this.bulk.items(tx, actionId, { state: 'pending', limit: ITEMS });
    if (items.length === 0) {
      await this.records.end(tx, ctx, action);
      return ok({ done: true });
    }
    const sender = await this.records.sender(action, ctx);
    const outcomes = await this.lists.allAtOnce(tx, sender.ctx, action, items, sender.note) ? items.map(({ n }): ItemOutcome => ({ n, refusal: undefined })) : await this.#oneByOne(tx, sender.ctx, action, items, sender.note);
    await this.bulk.settle(tx, actionId, outcomes);
    return ok({ done: false });
  }

  /** Each in an attempt of its own, so that one that is refused takes back nothing but itself. */
  async #oneByOne(tx: Tx, as: Context, action: BulkRow, items: readonly BulkItemRow[], note: string | undefined): Promise<ItemOutcome[]> {
    const outcomes: ItemOutcome[] = [];
    for (const item of items) {
      const done = await attempt(tx, (inner) => this.#one(inner, as, action, item, note));
      outcomes.push({ n: item.n, refusal: done.ok ? undefined : done.refusal });
    }
    return outcomes;
  }

  #one(tx: Tx, as: Context, action: BulkRow, item: BulkItemRow, note: string | undefined): Promise<Result<unknown>> {
    const { kind, toUser } = action;
    // Asked again for every claim: whoever has lost the role meanwhile does nothing more by this list.
    if (!isAllowed(as.actor, BULK_PERMISSIONS[kind])) return Promise.resolve(refuse('bulk.may_not', { permission: BULK_PERMISSIONS[kind] }));
    if (kind === 'assign' || kind === 'release') return this.assignments.assignIn(tx, as, item.claimId, kind === 'assign' ? toUser : null);
    return this.lists.one(tx, as, action, item, note);
  }

  async #job(ctx: Context, id: string): Promise<LongJobView | undefined> {
    if (!isStaff(ctx.actor) || !isAllowed(ctx.actor, 'queue.read')) return undefined;
    const action = await this.bulk.find(this.database.reader, id);
    if (action === undefined) return undefined;
    return {
      self: `/v1/jobs/${id}`, id, kind: `bulk-${action.kind}`, state: action.state === 'done' ? 'done' : 'running', doneCount: action.doneCount + action.skippedCount, totalCount: action.itemCount,
      result: `/v1/bulk-actions/${id}/items`,
    };
  }
}
