import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { decodeCursor, pageOf, type Page } from '../../../platform/database/paging.js';
import { RegisterQueries } from '../../outages/index.js';
import { RequestQueries } from '../requests/request-queries.service.js';
import { dueAt, placeIn, QUEUE_NAMES, readFilter, type FilterText, type QueueFilter, type QueueName, type Sort } from './queue.rules.js';
import { QueueEntriesRepository, type QueueRow } from './queue-entries.repository.js';
import { queuedClaim, type QueuedClaim } from '../views/queue-view.js';

export interface QueueAsked {
  readonly queue: QueueName;
  readonly sort: Sort;
  readonly filter: FilterText;
  readonly cursor?: string;
  readonly limit: number;
}

/** A number that is not counted to its end. */
export interface BoundedCount {
  readonly count: number;
  readonly isMore: boolean;
}

/** Further than this nobody counts. */
const COUNTED = 10_000;

/** Lists of claims that wait, by name, filtered and sorted; pages go on from a place and not from a number, so that nothing is shown twice. */
@Injectable()
export class QueueLists {
  constructor(
    private readonly database: Database, private readonly entries: QueueEntriesRepository, private readonly requests: RequestQueries, private readonly register: RegisterQueries,
    private readonly clock: Clock,
  ) {}

  /** What the words ask for, for whoever asks. */
  filter({ actor }: Context, queue: QueueName, text: FilterText): Result<QueueFilter> {
    return readFilter(queue, text, { userId: userIdOf(actor), now: this.clock.now() });
  }

  async page(ctx: Context, { queue, sort, filter: text, cursor, limit }: QueueAsked): Promise<Result<Page<QueuedClaim>>> {
    const filter = this.filter(ctx, queue, text);
    if (!filter.ok) return filter;
    const parts = decodeCursor(cursor, 3);
    if (!parts.ok) return parts;
    const place = placeIn(sort, parts.value);
    if (!place.ok) return place;
    const rows = await this.entries.page(this.database.reader, filter.value, sort, { limit: limit + 1, ...(place.value === undefined ? {} : { place: place.value }) });
    const page = pageOf(rows, limit, ({ key, claimId }) => [sort, key, claimId]);
    return ok({ ...page, items: await this.#dated(page.items) });
  }

  /** Each with the day that its promise has become. */
  async #dated(rows: readonly QueueRow[]): Promise<QueuedClaim[]> {
    const { reader } = this.database;
    if (rows.length === 0) return [];
    const down = await this.register.ownDowntime(reader, Math.min(...rows.map(({ filedAt }) => filedAt)) as Instant);
    const waiting = await this.requests.waiting(reader, rows.map(({ claimId }) => claimId));
    return rows.map((row) => queuedClaim(row, row.promisedAt === null ? undefined : dueAt(row.filedAt, row.promisedAt, [...down, ...waiting.get(row.claimId)?.spans ?? []])));
  }

  async count(ctx: Context, queue: QueueName, text: FilterText): Promise<Result<BoundedCount>> {
    const filter = this.filter(ctx, queue, text);
    return filter.ok ? ok(await this.#counted(filter.value)) : filter;
  }

  /** How many wait under each name. */
  async counts(ctx: Context, names: readonly QueueName[] = QUEUE_NAMES): Promise<Result<{ name: QueueName; count: BoundedCount }[]>> {
    const counted: { name: QueueName; count: BoundedCount }[] = [];
    for (const name of names) {
      const count = await this.count(ctx, name, {});
      if (!count.ok) return count;
      counted.push({ name, count: count.value });
    }
    return ok(counted);
  }

  async #counted(filter: QueueFilter): Promise<BoundedCount> {
    const count = await this.entries.count(this.database.reader, filter, COUNTED + 1);
    return { count: Math.min(count, COUNTED), isMore: count > COUNTED };
  }
}
