import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { MINUTE, SECOND, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { fetchPublic, type Fetched } from '../../../platform/outbound/public-fetch.js';
import { FeedBytes, MOST_FEED_BYTES, type KeptFeed } from './feed-bytes.service.js';
import { FeedIntake } from './feed-intake.service.js';
import { SourcesRepository, type SourceRow } from './sources.repository.js';

export const FETCH = 'outages.fetch-source';

interface FetchOf {
  readonly sourceId: string;
  /** Of the source when this chain began; a newer one has begun where it differs. */
  readonly generation: number;
}

type Answer = { readonly kind: 'gone' } | { readonly kind: 'failed'; readonly failure: Refusal } | { readonly kind: 'same' }
  | { readonly kind: 'got'; readonly kept: KeptFeed; readonly cache: { etag?: string; lastModified?: string } };

const LIMITS = { wholeMs: 20_000, mostBytes: MOST_FEED_BYTES, redirects: 3 };
/** After so many turns without an answer, and no less than five minutes, a source is silent. */
const SILENT_AFTER = { turns: 3, leastMs: 5 * MINUTE };

/** Asks each source in its turn. The turn and the next one are written together, so a chain neither stops nor doubles when a process dies. */
@Injectable()
export class FeedFetching {
  constructor(
    private readonly jobs: Jobs, private readonly database: Database, private readonly clock: Clock, private readonly sources: SourcesRepository,
    private readonly bytes: FeedBytes, private readonly intake: FeedIntake, @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    jobs.defineAsking<FetchOf, Answer>({ queue: FETCH, ask: (of) => this.ask(of), handle: (ctx, of, tx, answer) => this.settle(tx, ctx, of, answer) });
  }

  /** The next turn of a source, at `at`; none where it is not fetched. */
  async schedule(tx: Tx, { id, url, active, scheduleSeconds, generation }: SourceRow, at: Instant): Promise<void> {
    if (!active || url === null || scheduleSeconds === null) return;
    await this.jobs.enqueue(tx, FETCH, { sourceId: id, generation } satisfies FetchOf, { startAt: at });
  }

  async ask({ sourceId, generation }: FetchOf): Promise<Answer> {
    const source = await this.sources.find(this.database.reader, sourceId);
    if (source === undefined || !source.active || source.generation !== generation || source.url === null) return { kind: 'gone' };
    const fetched = await fetchPublic({ url: source.url, ...cacheOf(source), ownHosts: this.config.feedHosts, limits: LIMITS });
    if (fetched.kind === 'same') return fetched;
    if (fetched.kind === 'failed') return { kind: 'failed', failure: failureOf(fetched) };
    const kept = await this.bytes.keepBytes(sourceId, fetched.bytes);
    if (kept === undefined) return { kind: 'failed', failure: failureOf({ kind: 'failed', why: 'too_big', detail: String(MOST_FEED_BYTES) }) };
    const { kind: _kind, bytes: _bytes, ...cache } = fetched;
    return { kind: 'got', kept, cache };
  }

  async settle(tx: Tx, ctx: Context, { sourceId, generation }: FetchOf, answer: Answer): Promise<Result<void>> {
    const source = await this.sources.lock(tx, sourceId);
    if (source === undefined || answer.kind === 'gone' || source.generation !== generation) return ok(undefined);
    const now = this.clock.now();
    const failure = answer.kind === 'failed' ? answer.failure : answer.kind === 'got' ? await this.#take(tx, ctx, source, answer, now) : undefined;
    if (answer.kind === 'same') {
      await this.sources.heard(tx, source.id, now, undefined);
      if (source.payloadSha256 !== null) await this.sources.seenAgain(tx, source.id, source.payloadSha256, now);
    }
    if (failure !== undefined) await this.#failed(tx, ctx, source, failure, now);
    await this.schedule(tx, source, (now + (source.scheduleSeconds ?? 60) * SECOND) as Instant);
    return ok(undefined);
  }

  /** Why what came cannot be read; undefined when it was. */
  async #take(tx: Tx, ctx: Context, source: SourceRow, { kept, cache }: { kept: KeptFeed; cache: { etag?: string; lastModified?: string } }, now: Instant): Promise<Refusal | undefined> {
    const taken = await this.intake.take(tx, ctx, source, { ...kept, origin: 'fetch', again: source.failure !== null });
    if (!taken.ok) return taken.refusal;
    await this.sources.heard(tx, source.id, now, cache);
    await this.sources.endGap(tx, source.id, 'silent', now);
    return undefined;
  }

  async #failed(tx: Tx, ctx: Context, source: SourceRow, failure: Refusal, now: Instant): Promise<void> {
    await this.sources.failed(tx, source.id, now, failure);
    const patience = Math.max(SILENT_AFTER.leastMs, SILENT_AFTER.turns * (source.scheduleSeconds ?? 60) * SECOND);
    if (source.heardAt === null || now - source.heardAt < patience) return;
    const since = (await this.sources.gaps(tx, source.id)).some(({ kind, onAt }) => kind === 'silent' && onAt === null);
    if (since) return;
    await this.sources.beginGap(tx, source.id, 'silent', source.heardAt);
    await this.intake.silence(tx, ctx, source, source.heardAt);
  }
}

/** What failed is read anew even if nothing changed: what a silent source left open had become unknown. */
const cacheOf = ({ failure, etag, lastModified }: SourceRow): { etag?: string; lastModified?: string } =>
  (failure === null ? { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) } : {});

const failureOf = ({ why, detail }: Extract<Fetched, { kind: 'failed' }>): Refusal => refuse(`imports.fetch_${why}`, { detail }).refusal;
