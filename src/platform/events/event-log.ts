import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Actor } from '../access/actor.js';
import type { Context } from '../access/context.js';
import { Clock } from '../clock/clock.js';
import type { Tx } from '../database/tx.js';
import { Jobs } from '../jobs/jobs.js';
import type { DomainEvent } from './event.js';

export interface StoredEvent<Payload extends object = object> extends DomainEvent<string, Payload> {
  readonly id: string;
  readonly at: Instant;
}

export interface Subscription<Payload extends object> {
  readonly topic: string;
  /** Name of the queue, such as `assessments.assess-claim`; stable, since jobs in flight carry it. */
  readonly subscriber: string;
  /** Tried in the same process right after the commit, before the request is answered. */
  readonly inline: boolean;
  handle(ctx: Context, event: StoredEvent<Payload>, tx: Tx): Promise<Result<unknown> | void>;
  /** As `handle` for many in one transaction, where that takes fewer statements than one by one. */
  handleAll?(ctx: Context, events: readonly StoredEvent<Payload>[], tx: Tx): Promise<Result<unknown>>;
}

export const actorName = (actor: Actor): string =>
  actor.kind === 'user' ? actor.userId : actor.kind === 'anonymous' ? 'anonymous' : `${actor.kind}:${actor.name}`;

/**
 * Facts, stored in the transaction that made them true, with a job for everybody who asked to hear of them. This is the only
 * way a lower module tells a higher one something.
 */
@Injectable()
export class EventLog {
  readonly #subscriptions = new Map<string, Subscription<object>[]>();

  constructor(private readonly clock: Clock, private readonly jobs: Jobs) {}

  subscribe<Payload extends object>(subscription: Subscription<Payload>): void {
    const { topic, subscriber } = subscription;
    this.#subscriptions.set(topic, [...(this.#subscriptions.get(topic) ?? []), subscription]);
    this.jobs.define<StoredEvent<Payload>>({
      queue: subscriber,
      handle: (ctx, event, tx) => subscription.handle(ctx, event, tx),
      ...(subscription.handleAll === undefined ? {} : { handleAll: (ctx: Context, events: readonly StoredEvent<Payload>[], tx: Tx) => subscription.handleAll?.(ctx, events, tx) ?? Promise.resolve(ok(undefined)) }),
    });
  }

  /** As `append` for many, with as many statements a topic as for one; whoever listens inside this process hears of all of them in one transaction. */
  async appendAll(tx: Tx, ctx: Context, events: readonly DomainEvent[]): Promise<void> {
    for (const topic of new Set(events.map((event) => event.topic))) await this.#appendAll(tx, ctx, topic, events.filter((event) => event.topic === topic));
  }

  async #appendAll(tx: Tx, ctx: Context, topic: string, events: readonly DomainEvent[]): Promise<void> {
    const at = this.clock.now();
    const ids = events.map(() => randomUUID());
    await tx.named('event_log_append_all', `
      INSERT INTO event_log (id, at, topic, aggregate_type, aggregate_id, merchant_id, actor, payload)
      SELECT u.id, $1, $2, u.type, u.aggregate, u.merchant, $3, u.payload
      FROM unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::jsonb[]) AS u(id, type, aggregate, merchant, payload)`,
    [formatInstant(at), topic, actorName(ctx.actor), ids, events.map(({ aggregate }) => aggregate.type), events.map(({ aggregate }) => aggregate.id),
      events.map(({ merchantId }) => merchantId ?? null), events.map(({ payload }) => JSON.stringify(payload))]);
    const stored = events.map((event, index) => ({ id: ids[index], at, ...event }));
    for (const { subscriber, inline } of this.#subscriptions.get(topic) ?? []) await this.jobs.enqueueAll(tx, subscriber, stored, { inline });
  }

  async append(tx: Tx, ctx: Context, event: DomainEvent): Promise<void> {
    const at = this.clock.now();
    const { topic, aggregate, merchantId, payload } = event;
    const [row] = await tx.named<{ id: string }>('event_log_append', `
      INSERT INTO event_log (at, topic, aggregate_type, aggregate_id, merchant_id, actor, payload)
      VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [formatInstant(at), topic, aggregate.type, aggregate.id, merchantId ?? null, actorName(ctx.actor), JSON.stringify(payload)]);
    if (row === undefined) throw new Error('the event was not stored');
    for (const { subscriber, inline } of this.#subscriptions.get(topic) ?? []) {
      await this.jobs.enqueue(tx, subscriber, { id: row.id, at, ...event }, { inline });
    }
  }
}

