import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { BulkActionsRepository, type BulkItemRow, type BulkRow } from './bulk-actions.repository.js';
import { BulkRecords } from './bulk-records.service.js';
import { RUN_BULK } from './bulk-runs.service.js';
import { bulkItemView, bulkView, type BulkItemView, type BulkView } from '../views/bulk-view.js';

const AT_ONCE = 1_000;

/** Frozen lists: looked at, their sample opened one by one, and sent by its digest. */
@Injectable()
export class BulkActions {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly bulk: BulkActionsRepository, private readonly records: BulkRecords, private readonly jobs: Jobs,
  ) {}

  async get(id: string): Promise<Result<BulkView>> {
    const row = await this.bulk.find(this.database.reader, id);
    return row === undefined ? refuse('bulk.not_found') : ok(bulkView(row));
  }

  async list(wanted: { before?: string; limit: number }): Promise<Page<BulkView>> {
    const rows = await this.bulk.page(this.database.reader, { ...wanted, limit: wanted.limit + 1 });
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(bulkView) };
  }

  /** Claims of a list in the order of their numbers; `after` is the number of the last one seen. */
  async items(id: string, wanted: { after?: number; sampledOnly?: boolean; state?: 'skipped'; limit: number }): Promise<Result<Page<BulkItemView>>> {
    const action = await this.bulk.find(this.database.reader, id);
    if (action === undefined) return refuse('bulk.not_found');
    const page = pageOf(await this.bulk.items(this.database.reader, id, { ...wanted, limit: wanted.limit + 1 }), wanted.limit, ({ n }) => [n.toString()]);
    return ok({ ...page, items: page.items.map(bulkItemView) });
  }

  /** Every claim of a list, read a thousand at a time. */
  async *everyItem(id: string): AsyncGenerator<BulkItemView> {
    for (let after = 0; ;) {
      const rows: BulkItemRow[] = await this.bulk.items(this.database.reader, id, { after, limit: AT_ONCE });
      for (const row of rows) yield bulkItemView(row);
      if (rows.length < AT_ONCE) return;
      after = rows.at(-1)?.n ?? after;
    }
  }

  /** Notes that who froze the list has opened a claim of the sample. */
  open(ctx: Context, id: string, claimId: string): Promise<Result<BulkView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BulkView>> => {
      const action = await this.#mine(tx, ctx, id);
      if (!action.ok) return action;
      if (!(await this.records.open(tx, ctx, action.value, claimId))) return refuse('bulk.not_sampled', {}, { pointer: '/claimId' });
      const after = await this.bulk.find(tx, id);
      return after === undefined ? refuse('bulk.not_found') : ok(bulkView(after));
    });
  }

  /** Lets a job work through the list; whoever sends it has opened the whole sample, and names the digest they looked at. */
  send(ctx: Context, id: string, version: number, digest: string): Promise<Result<BulkView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BulkView>> => {
      const action = await this.#mine(tx, ctx, id);
      if (!action.ok) return action;
      const { sampleCount, openedCount, ...list } = action.value;
      if (list.version !== version) return refuse('http.stale', { seen: version, current: list.version });
      if (list.digest !== digest) return refuse('bulk.digest_differs', {}, { pointer: '/digest' });
      if (openedCount < sampleCount) return refuse('bulk.sample_unopened', { left: sampleCount - openedCount });
      const sent = await this.records.send(tx, ctx, action.value);
      await this.jobs.enqueue(tx, RUN_BULK, { actionId: id });
      return ok(bulkView(sent));
    });
  }

  async #mine(tx: Tx, ctx: Context, id: string): Promise<Result<BulkRow>> {
    const action = await this.bulk.lock(tx, id);
    if (action === undefined) return refuse('bulk.not_found');
    if (action.createdBy !== userIdOf(ctx.actor)) return refuse('bulk.not_yours');
    return action.state === 'frozen' ? ok(action) : refuse('bulk.sent');
  }
}

