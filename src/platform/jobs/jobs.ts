import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { PgBoss, type Job } from 'pg-boss';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { systemActor } from '../access/actor.js';
import type { Context } from '../access/context.js';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import type { Tx } from '../database/tx.js';
import { UnitOfWork } from '../database/unit-of-work.js';

export interface JobDefinition<Data extends object> {
  /** Stable: rows in flight carry it. */
  readonly queue: string;
  /** Handler and completion of the row are one transaction. A refusal or an error leaves the row for another try. */
  handle(ctx: Context, data: Data, tx: Tx): Promise<Result<unknown> | void>;
  /** As `handle` for many in one transaction, where that takes fewer statements than one by one. */
  handleAll?(ctx: Context, data: readonly Data[], tx: Tx): Promise<Result<unknown>>;
}

/** Work too long for one transaction: done in steps, each its own, from wherever the last one that committed left off. */
export interface SteppedJobDefinition<Data extends object> {
  readonly queue: string;
  /** One step; it finds its place in its own rows, under a lock, so that two workers do not both take it. */
  step(ctx: Context, data: Data, tx: Tx): Promise<Result<{ readonly done: boolean }>>;
}

/** Work that has to ask somebody outside first: nobody holds a connection while another machine thinks. */
export interface AskingJobDefinition<Data extends object, Found> {
  readonly queue: string;
  /** Before any transaction is open. An error leaves the row for another try. */
  ask(data: Data): Promise<Found>;
  handle(ctx: Context, data: Data, tx: Tx, found: Found): Promise<Result<unknown> | void>;
}

/**
 * Work that opens its own transactions: it waits for somebody outside, such as a mail server, or is too long for one and cannot be cut
 * into steps. It has to bear being done again from the beginning: a process may die between the doing and the noting.
 */
export interface OutsideJobDefinition<Data extends object> {
  readonly queue: string;
  /** Longer than it ever takes, when that is longer than other jobs have; another worker takes it up after that. */
  readonly expireInSeconds?: number;
  perform(ctx: Context, data: Data): Promise<void>;
}

/**
 * What has fallen due, looked for again and again: a timer is a row with an instant, and nothing is lost by a restart or by a clock that
 * is put right. Steps go on until nothing is due; instances that look at once do not both take a row (`FOR UPDATE SKIP LOCKED`).
 */
export interface SweepDefinition {
  readonly queue: string;
  /** A batch of what is due by the application's clock; `done` when nothing was left. */
  readonly step: (ctx: Context, tx: Tx) => Promise<Result<{ readonly done: boolean }>>;
}

export interface EnqueueOptions {
  /** Tried in this process right after the commit, at most a second together with what it sets off. */
  readonly inline?: boolean;
  readonly startAt?: Instant;
}

/** A worker leaves an inline job alone for this long, so that the process that wrote it gets to it first. */
const INLINE_HEAD_START_SECONDS = 2;
/** Of many at once. */
const INLINE_ALL_HEAD_START_SECONDS = 30;
const INLINE_BUDGET_MS = 1_000;
const RETRIES = { retryLimit: 5, retryDelay: 5, retryBackoff: true, expireInSeconds: 120, deleteAfterSeconds: 7 * 86_400 };
/** A worker that performs long work says so this often; one that was killed is noticed after it, not when its hours are over. */
const HEARTBEAT_SECONDS = 60;
const PARKED = 'parked';
/** A worker takes steps for this long, well inside the expiry of its row, and then queues up again behind others. */
const STEPPING_MS = 20_000;

export const QUEUE_SCHEMA = 'pgboss';

/** pg-boss wants rows in an object; through our transaction its row joins our commit. */
const executor = (tx: Tx) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await tx.query<object>(text, values ?? []) }),
});

/**
 * Background work. A job is a row written by the caller's transaction; a consumer may be started in any process.
 * A job that keeps failing is parked after its schedule, where it is seen and can be redriven; it blocks nobody.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  readonly #definitions = new Map<string, Defined>();
  readonly #inline = new Set<Promise<void>>();
  readonly #sweeps = new Set<string>();
  #sweeping: NodeJS.Timeout | undefined;
  #boss: PgBoss | undefined;
  #consuming = false;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig, private readonly work: UnitOfWork) {}

  define<Data extends object>(definition: JobDefinition<Data> | SteppedJobDefinition<Data> | OutsideJobDefinition<Data>): void {
    this.#define(definition);
  }

  defineAsking<Data extends object, Found>(definition: AskingJobDefinition<Data, Found>): void {
    this.#define(definition);
  }

  /** Looked for by every consuming process and done by one of them, `sweepSeconds` apart. */
  defineSweep({ queue, step }: SweepDefinition): void {
    this.#define({ queue, step: (ctx: Context, _data: object, tx: Tx) => step(ctx, tx) });
    this.#sweeps.add(queue);
  }

  #define(definition: Defined): void {
    if (this.#definitions.has(definition.queue)) throw new Error(`two jobs are called ${definition.queue}`);
    this.#definitions.set(definition.queue, definition);
  }

  /** Opens the queue for writing. Every defined queue exists afterwards, whichever instance came first. */
  async open(): Promise<void> {
    if (this.#boss !== undefined) return;
    const boss = new PgBoss({
      connectionString: this.config.databaseUrl ?? '', schema: QUEUE_SCHEMA, max: 4, migrate: false, createSchema: false,
      schedule: false, persistWarnings: false,
    });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.createQueue(PARKED, { retentionSeconds: 90 * 86_400 });
    for (const [queue, definition] of this.#definitions) {
      await boss.createQueue(queue, { ...RETRIES, deadLetter: PARKED, ...('perform' in definition ? { expireInSeconds: definition.expireInSeconds ?? RETRIES.expireInSeconds } : {}) });
    }
    this.#boss = boss;
  }

  /** Starts taking jobs in this process. */
  async consume(): Promise<void> {
    await this.open();
    if (this.#consuming) return;
    this.#consuming = true;
    for (const [queue, definition] of this.#definitions) {
      await this.#opened().work(queue, { pollingIntervalSeconds: 1, batchSize: 1 }, async ([job]: Job<object>[]) => {
        if (job !== undefined) await this.#run(definition, job.id, job.data);
      });
    }
    if (this.config.sweepSeconds === 0) return;
    const look = (): void => { for (const queue of this.#sweeps) void this.#opened().send(queue, {}, { singletonSeconds: this.config.sweepSeconds }).catch(() => undefined); };
    look();
    this.#sweeping = setInterval(look, this.config.sweepSeconds * 1_000);
  }

  /** Everything that is due now, in this process: for tests and for the command line. */
  async sweep(queue: string): Promise<void> {
    const definition = this.#definitions.get(queue);
    if (definition === undefined || !this.#sweeps.has(queue)) throw new Error(`no sweep is called ${queue}`);
    await this.#run(definition, randomUUID(), {});
  }

  async enqueue(tx: Tx, queue: string, data: object, options: EnqueueOptions = {}): Promise<void> {
    const definition = this.#definitions.get(queue);
    if (definition === undefined) throw new Error(`no job is called ${queue}`);
    if ('perform' in definition && options.inline === true) throw new Error(`${queue} opens its own transactions: it cannot run inside a request`);
    const id = randomUUID();
    const startAfter = options.startAt === undefined ? (options.inline === true ? INLINE_HEAD_START_SECONDS : 0) : new Date(options.startAt);
    await this.#opened().send(queue, data, { id, startAfter, db: executor(tx), ...heartbeatOf(definition) });
    if (options.inline === true) tx.afterCommit(() => this.#tryInline(definition, id, data));
  }

  /** As `enqueue` for many, in one statement. Inline ones are done in one transaction after the commit, for as long as they take: this is bulk work, nobody waits for its answer. */
  async enqueueAll(tx: Tx, queue: string, data: readonly object[], { inline = false, startAt }: EnqueueOptions = {}): Promise<void> {
    const definition = this.#definitions.get(queue);
    if (definition === undefined) throw new Error(`no job is called ${queue}`);
    if (inline && !('handle' in definition)) throw new Error(`${queue} cannot be done together with others`);
    const jobs = data.map((one) => ({ id: randomUUID(), data: one, startAfter: startAt === undefined ? (inline ? INLINE_ALL_HEAD_START_SECONDS : 0) : new Date(startAt), ...heartbeatOf(definition) }));
    if (jobs.length > 0) await this.#opened().insert(queue, jobs, { db: executor(tx) });
    if (inline && 'handle' in definition && !('ask' in definition)) tx.afterCommit(() => this.#tryAll(definition, jobs));
  }

  /** Parked jobs, oldest first: what failed for good and waits for a person. */
  async parked(): Promise<{ id: string; data: object }[]> {
    const jobs = await this.#opened().findJobs(PARKED);
    return jobs.map(({ id, data }) => ({ id, data: data as object }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#sweeping);
    await Promise.allSettled(this.#inline);
    await this.#boss?.stop({ graceful: true, timeout: 3_000, close: true });
    this.#boss = undefined;
  }

  #opened(): PgBoss {
    if (this.#boss === undefined) throw new Error('the job queue is not open yet');
    return this.#boss;
  }

  /** Never fails the request: what does not succeed here is due for a worker a moment later. */
  async #tryInline(definition: Defined, id: string, data: object): Promise<void> {
    const attempt = this.#run(definition, id, data).catch(() => undefined);
    this.#inline.add(attempt);
    void attempt.finally(() => this.#inline.delete(attempt));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([attempt, new Promise<void>((resolve) => { timer = setTimeout(resolve, INLINE_BUDGET_MS); })]);
    clearTimeout(timer);
  }

  /** All of them or, where one fails, none: then each is due for a worker, which tries it by itself. */
  async #tryAll(definition: JobDefinition<object>, jobs: readonly { readonly id: string; readonly data: object }[]): Promise<void> {
    const ctx: Context = { actor: systemActor(definition.queue), requestId: jobs[0]?.id ?? '' };
    const attempt = this.work.run(ctx, async (tx): Promise<Result<void>> => {
      const outcome = await handleAll(definition, ctx, jobs.map(({ data }) => data), tx);
      if (!outcome.ok) return outcome;
      await this.#opened().complete(definition.queue, jobs.map(({ id }) => id), null, { db: executor(tx), includeQueued: true });
      return ok(undefined);
    }).then(() => undefined, () => undefined);
    this.#inline.add(attempt);
    await attempt.finally(() => this.#inline.delete(attempt));
  }

  async #run(definition: Defined, id: string, data: object): Promise<void> {
    const ctx: Context = { actor: systemActor(definition.queue), requestId: id };
    // The queue notes by itself that it has ended.
    if ('perform' in definition) return definition.perform(ctx, data);
    const until = performance.now() + STEPPING_MS;
    const found = 'ask' in definition ? await definition.ask(data) : undefined;
    for (;;) {
      const result = await this.work.run(ctx, async (tx): Promise<Result<{ done: boolean }>> => {
        const outcome = await ('step' in definition ? definition.step(ctx, data, tx) : once(definition, ctx, data, tx, found));
        if (!outcome.ok) return outcome;
        const pauses = !outcome.value.done && performance.now() > until;
        if (pauses) await this.enqueue(tx, definition.queue, data);
        if (pauses || outcome.value.done) await this.#opened().complete(definition.queue, id, null, { db: executor(tx), includeQueued: true });
        return ok({ done: pauses || outcome.value.done });
      });
      if (!result.ok) throw new Error(`${definition.queue}: ${result.refusal.code}`);
      if (result.value.done) return;
    }
  }
}

type Simple = JobDefinition<object> | AskingJobDefinition<object, unknown>;
type Defined = Simple | SteppedJobDefinition<object> | OutsideJobDefinition<object>;

const heartbeatOf = (definition: Defined): { heartbeatSeconds?: number } => ('perform' in definition ? { heartbeatSeconds: HEARTBEAT_SECONDS } : {});

async function handleAll(definition: JobDefinition<object>, ctx: Context, data: readonly object[], tx: Tx): Promise<Result<unknown>> {
  if (definition.handleAll !== undefined) return definition.handleAll(ctx, data, tx);
  for (const one of data) {
    const outcome = await definition.handle(ctx, one, tx);
    if (outcome?.ok === false) return outcome;
  }
  return ok(undefined);
}

async function once(definition: Simple, ctx: Context, data: object, tx: Tx, found: unknown): Promise<Result<{ done: boolean }>> {
  const outcome = await definition.handle(ctx, data, tx, found);
  return outcome?.ok === false ? outcome : ok({ done: true });
}
