import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { QueueLists } from './queue-lists.service.js';
import { SavedFiltersRepository, type SavedFilterRow, type SavedQuery } from './saved-filters.repository.js';

export interface SavedFilterView {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly sort: string;
  readonly filter: SavedQuery['filter'];
  readonly isShared: boolean;
  readonly isMine: boolean;
}

const MOST = 50;

/** Filters that a person keeps under a name; those of supervisors may be everybody's. */
@Injectable()
export class SavedFilters {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly filters: SavedFiltersRepository, private readonly lists: QueueLists, private readonly clock: Clock,
  ) {}

  async list({ actor }: Context): Promise<SavedFilterView[]> {
    const me = userIdOf(actor);
    return (await this.filters.list(this.database.reader, me)).map((row) => viewOf(row, me));
  }

  save(ctx: Context, { name, query, isShared }: { name: string; query: SavedQuery; isShared: boolean }): Promise<Result<SavedFilterView>> {
    const userId = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx): Promise<Result<SavedFilterView>> => {
      if (isShared && !isAllowed(ctx.actor, 'claim.assign')) return refuse('queues.share_not_yours', {}, { pointer: '/shared' });
      const read = this.lists.filter(ctx, query.queue, query.filter);
      if (!read.ok) return read;
      if ((await this.filters.countOf(tx, userId)) >= MOST) return refuse('queues.filters_full', { most: MOST });
      const row = { userId, name, query, isShared };
      const id = await this.filters.insert(tx, { ...row, at: this.clock.now() });
      return ok(viewOf({ ...row, id }, userId));
    });
  }

  remove(ctx: Context, id: string): Promise<Result<{ id: string }>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ id: string }>> =>
      (await this.filters.remove(tx, id, userIdOf(ctx.actor)) ? ok({ id }) : refuse('queues.filter_not_found')));
  }
}

const viewOf = ({ id, userId, name, query, isShared }: SavedFilterRow, me: string): SavedFilterView => ({ id, name, ...query, isShared, isMine: userId === me });
