import { Injectable } from '@nestjs/common';
import { sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { SchemeGroundwork } from './scheme-groundwork.service.js';
import { SchemeQueries } from './scheme-queries.service.js';
import { schemeEvent, type SchemeTopic } from './schemes.events.js';
import { checkDates, checkTexts, type SchemeDates, type SchemeTextInput } from './schemes.rules.js';
import { SchemesRepository, type SchemeChange, type SchemeRow } from './schemes.repository.js';
import type { SchemeView } from './views/scheme-view.js';

export interface SchemePlan extends SchemeDates {
  readonly code: string;
  readonly title: Record<string, string>;
  readonly policyKey: string;
  readonly fundId?: string;
  readonly outageIds: readonly string[];
  readonly contact: Record<string, string>;
  readonly targetDays: Record<string, number>;
  readonly texts: readonly SchemeTextInput[];
}

/** Words, contact and fund; nothing in it can change an amount, an outcome or a date. */
export interface SchemeEdit extends SchemeChange {
  readonly texts?: readonly SchemeTextInput[];
}

/** Offers a policy for certain outages, from one date to another. */
@Injectable()
export class SchemePlanning {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly schemes: SchemesRepository,
    private readonly queries: SchemeQueries,
    private readonly groundwork: SchemeGroundwork,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
  ) {}

  plan(ctx: Context, plan: SchemePlan): Promise<Result<SchemeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<SchemeView>> => {
      const texts = checkTexts(plan.texts);
      const dates = checkDates(plan);
      if (!dates.ok) return dates;
      if (!texts.ok) return texts;
      const currency = await this.groundwork.currencyOf(tx, plan.policyKey);
      if (!currency.ok) return currency;
      const confirmed = await this.groundwork.checkOutages(tx, plan.outageIds);
      if (!confirmed.ok) return confirmed;
      const { outageIds, texts: _texts, fundId, ...words } = plan;
      const id = await this.schemes.add(tx, {
        ...words, fundId: fundId ?? null, currency: currency.value, createdBy: userIdOf(ctx.actor), createdAt: this.clock.now(),
      }, [...new Set(outageIds)]);
      await this.#write(tx, ctx, id, texts.value);
      return this.#told(tx, ctx, id, 'scheme.planned', { ...plan, opensAt: formatInstant(plan.opensAt), closesAt: formatInstant(plan.closesAt) });
    });
  }

  edit(ctx: Context, id: string, version: number, { texts = [], ...change }: SchemeEdit): Promise<Result<SchemeView>> {
    return this.#on(ctx, id, version, async (tx, scheme) => {
      const checked = checkTexts(texts);
      if (!checked.ok) return checked;
      await this.schemes.change(tx, scheme, change);
      await this.#write(tx, ctx, id, texts);
      return this.#told(tx, ctx, id, 'scheme.changed', { ...change, texts: texts.map(({ kind, language, body }) => ({ kind, language, hash: sha256Hex(body) })) });
    });
  }

  /** Moves the closing later. A row of its own: what was promised before stays to be seen. */
  extend(ctx: Context, id: string, version: number, extension: { closesAt: Instant; reason: string }): Promise<Result<SchemeView>> {
    return this.#on(ctx, id, version, async (tx, scheme) => {
      const { closesAt, reason } = extension;
      const now = this.clock.now();
      if (closesAt <= scheme.closesAt || closesAt <= now) {
        return refuse('schemes.extension_not_later', { closesAt: formatInstant(scheme.closesAt) }, { pointer: '/closesAt' });
      }
      await this.schemes.extend(tx, { schemeId: id, number: scheme.extensions.length + 1, closesAt, reason, by: userIdOf(ctx.actor), at: now });
      await this.schemes.change(tx, scheme, {});
      return this.#told(tx, ctx, id, 'scheme.extended', { closesAt: formatInstant(closesAt), reason });
    });
  }

  #on(ctx: Context, id: string, version: number, command: (tx: Tx, scheme: SchemeRow) => Promise<Result<SchemeView>>): Promise<Result<SchemeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<SchemeView>> => {
      const scheme = await this.schemes.lock(tx, id);
      if (scheme === undefined) return refuse('schemes.not_found', { id });
      if (scheme.version !== version) return refuse('http.stale', { seen: version, current: scheme.version });
      return command(tx, scheme);
    });
  }

  async #write(tx: Tx, ctx: Context, schemeId: string, texts: readonly SchemeTextInput[]): Promise<void> {
    for (const text of texts) {
      await this.schemes.addText(tx, schemeId, { ...text, hash: sha256Hex(text.body), by: userIdOf(ctx.actor), at: this.clock.now() });
    }
  }

  async #told(tx: Tx, ctx: Context, id: string, topic: SchemeTopic, data: object): Promise<Result<SchemeView>> {
    const row = await this.schemes.find(tx, id);
    if (row === undefined) throw new TypeError(`scheme ${id} is gone`);
    await this.audit.record(tx, ctx, { aggregate: { type: 'scheme', id }, action: topic, data, isNew: topic === 'scheme.planned' });
    await this.events.append(tx, ctx, schemeEvent(topic, { schemeId: id, code: row.code }));
    return ok(await this.queries.viewOf(tx, row));
  }
}
