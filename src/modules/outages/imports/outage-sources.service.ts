import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { parseRatio } from '../../../core/money/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { newToken, tokenHash } from '../../../platform/crypto/tokens.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { addressFault } from '../../../platform/outbound/public-fetch.js';
import { AuditTrail } from '../../audit/index.js';
import { EVERYWHERE } from '../outages.rules.js';
import { ServicesRepository } from '../services.repository.js';
import { FeedBytes } from './feed-bytes.service.js';
import { FeedFetching } from './feed-fetching.service.js';
import { FeedIntake } from './feed-intake.service.js';
import { FEED_KINDS, type FeedKind } from './feed.rules.js';
import { SourcesRepository, type SourceRow, type SourceSettings } from './sources.repository.js';

/** Kinds that are sent to us and never fetched, and such as lie in no public place. */
const NEVER_FETCHED: ReadonlySet<FeedKind> = new Set(['alertmanager', 'csv']);
const REGION = /^([*]|[A-Za-z0-9][A-Za-z0-9._-]{0,79})$/;

export interface NewSource extends SourceSettings {
  readonly kind: FeedKind;
}

/** What a change of a source sets off. */
@Injectable()
export class SourceParts {
  constructor(readonly bytes: FeedBytes, readonly intake: FeedIntake, readonly fetching: FeedFetching, readonly services: ServicesRepository) {}
}

/** Where downtime is heard of. A source is never removed: switched off, it keeps what it said. */
@Injectable()
export class OutageSources {
  readonly #ownHosts: ReadonlySet<string>;

  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly sources: SourcesRepository,
    private readonly parts: SourceParts, private readonly audit: AuditTrail, @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#ownHosts = config.feedHosts;
  }

  /** With the token of its receiver, which is shown this once. */
  async add(ctx: Context, source: NewSource): Promise<Result<{ source: SourceRow; token?: string }>> {
    if (!FEED_KINDS.includes(source.kind)) return refuse('imports.kind', { kinds: [...FEED_KINDS] }, { pointer: '/kind' });
    const token = source.kind === 'alertmanager' ? newToken() : undefined;
    return this.work.run(ctx, async (tx) => {
      const fault = await this.#fault(tx, source.kind, source);
      if (fault !== undefined) return { ok: false, refusal: fault };
      const row = await this.sources.add(tx, { ...source, tokenHash: token === undefined ? null : tokenHash(token), createdBy: userIdOf(ctx.actor), createdAt: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_source', id: row.id }, action: 'outage_source.added', data: { kind: row.kind, url: row.url, mapping: row.mapping }, isNew: true });
      await this.parts.fetching.schedule(tx, row, this.clock.now());
      return ok({ source: row, ...(token === undefined ? {} : { token }) });
    });
  }

  /** What was sent last is read again under the new names, so that nothing waits for the feed to change. */
  async change(ctx: Context, id: string, version: number, settings: SourceSettings): Promise<Result<SourceRow>> {
    const before = await this.sources.find(this.database.reader, id);
    const last = before?.payloadSha256 == null ? undefined : await this.parts.bytes.kept(id, before.payloadSha256);
    return this.#on(ctx, id, version, async (tx, source) => {
      const fault = await this.#fault(tx, source.kind, settings);
      if (fault !== undefined) return { ok: false, refusal: fault };
      await this.sources.change(tx, id, settings);
      const changed = await this.#locked(tx, id);
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_source', id }, action: 'outage_source.changed', data: { url: settings.url, mapping: settings.mapping, levels: settings.levels } });
      const read = last === undefined ? ok(undefined) : await this.parts.intake.take(tx, ctx, changed, { ...last, origin: 'upload', again: true });
      if (!read.ok) return read;
      await this.parts.fetching.schedule(tx, changed, this.clock.now());
      return ok(await this.#locked(tx, id));
    });
  }

  /** Off: what it left open is unknown from now on. On: the time between stays unknown, whatever it says of it. */
  switch(ctx: Context, id: string, version: number, active: boolean): Promise<Result<SourceRow>> {
    return this.#on(ctx, id, version, async (tx, source) => {
      if (source.active === active) return refuse('imports.switched_already', { active: active ? 'on' : 'off' });
      const now = this.clock.now();
      await this.sources.switch(tx, id, active, now);
      const switched = await this.#locked(tx, id);
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_source', id }, action: active ? 'outage_source.switched_on' : 'outage_source.switched_off', data: {} });
      if (!active) await this.parts.intake.silence(tx, ctx, switched, now);
      await this.parts.fetching.schedule(tx, switched, now);
      return ok(switched);
    });
  }

  async #locked(tx: Tx, id: string): Promise<SourceRow> {
    const row = await this.sources.lock(tx, id);
    if (row === undefined) throw new TypeError(`source ${id} is gone`);
    return row;
  }

  #on(ctx: Context, id: string, version: number, command: (tx: Tx, source: SourceRow) => Promise<Result<SourceRow>>): Promise<Result<SourceRow>> {
    return this.work.run(ctx, async (tx) => {
      const source = await this.sources.lock(tx, id);
      if (source === undefined) return refuse('imports.source_not_found', { id });
      if (source.version !== version) return refuse('http.stale', { seen: version, current: source.version });
      return command(tx, source);
    });
  }

  /** Everything that is wrong with what a person typed, in one answer. */
  async #fault(tx: Tx, kind: FeedKind, source: SourceSettings): Promise<Refusal | undefined> {
    const causes: Refusal[] = [];
    const add = (code: string, pointer: string, params: Refusal['params'] = {}): void => void causes.push({ code, params, pointer });
    if (source.url !== null && NEVER_FETCHED.has(kind)) add('imports.never_fetched', '/url', { kind });
    else if (source.url !== null) {
      const why = addressFault(source.url, this.#ownHosts);
      if (why !== undefined) add(`imports.fetch_${why}`, '/url', { detail: source.url.slice(0, 100) });
    }
    if (source.scheduleSeconds !== null && source.url === null) add('imports.url_needed', '/url');
    for (const [state, level] of Object.entries(source.levels)) {
      const ratio = parseRatio(level);
      if (!ratio.ok || ratio.value.num <= 0n || ratio.value.num >= ratio.value.den) add('imports.level', `/levels/${state}`, { level: level.slice(0, 40) });
    }
    const services = await this.parts.services.leavesOf(tx, [...new Set(source.mapping.flatMap(({ service }) => service ?? []))]);
    source.mapping.forEach(({ service, region }, index) => {
      if (service !== undefined && !services.has(service)) add('outages.unknown_service', `/mapping/${index}/service`, { where: `${index + 1}`, service });
      if (region !== EVERYWHERE && !REGION.test(region)) add('imports.region', `/mapping/${index}/region`, { region: region.slice(0, 80) });
    });
    return causes.length === 0 ? undefined : { code: 'imports.source_faulty', params: { count: causes.length }, causes };
  }
}
