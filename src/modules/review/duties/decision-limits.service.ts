import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money, type Money } from '../../../core/money/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Role } from '../../../platform/access/roles.js';
import { Clock } from '../../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import type { Reader } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { People } from '../../identity/index.js';
import { DecisionLimitsRepository, type LimitRow } from './decision-limits.repository.js';

export interface LimitView {
  readonly id: string;
  readonly role: string;
  readonly currency: string;
  /** Left out: any amount. */
  readonly upTo?: { readonly amount: string; readonly currency: string };
  readonly setBy: string;
  readonly setAt: string;
  readonly confirmedBy?: string;
  /** Left out: it waits for another administrator. */
  readonly effectiveAt?: string;
}

/**
 * Up to what amount a role decides alone. Where none was ever set, a role decides on any amount. Nothing is changed or deleted: a
 * new row takes the place of the one before. In a strict installation it counts when another administrator has confirmed it.
 */
@Injectable()
export class DecisionLimits {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly limits: DecisionLimitsRepository,
    private readonly people: People,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async list(): Promise<{ items: LimitView[] }> {
    const rows = await this.limits.list(this.database.reader);
    const names = await this.people.names(rows.flatMap(({ setBy, confirmedBy }) => [setBy, confirmedBy ?? setBy]));
    return { items: rows.map((row) => limitView(row, names)) };
  }

  /** `upTo` undefined: any amount. Codes: `review.limit_negative`, `review.limit_currency`. */
  set(ctx: Context, limit: { readonly role: Role; readonly currency: string; readonly upTo: Money | undefined }): Promise<Result<LimitView>> {
    const { role, currency, upTo } = limit;
    if (upTo !== undefined && upTo.minor < 0n) return Promise.resolve(refuse('review.limit_negative', {}, { pointer: '/upTo/amount' }));
    if (upTo !== undefined && upTo.currency !== currency) return Promise.resolve(refuse('review.limit_currency', { currency }, { pointer: '/upTo/currency' }));
    const by = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx) => {
      const row = await this.limits.insert(tx, { role, currency, upToMinor: upTo?.minor, by, at: this.clock.now(), counts: this.config.dutyProfile !== 'strict' });
      const data = { role, currency, upTo: upTo === undefined ? 'any' : formatMoney(upTo), counts: row.effectiveAt !== null };
      await this.audit.record(tx, ctx, { aggregate: { type: 'decision_limit', id: row.id }, action: 'decision_limit.set', data, isNew: true });
      return ok(limitView(row, await this.people.names([by])));
    });
  }

  /** By another administrator than the one who set it. Codes: `review.limit_not_found`, `review.limit_counts`, `review.limit_own`. */
  confirm(ctx: Context, id: string): Promise<Result<LimitView>> {
    const by = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx): Promise<Result<LimitView>> => {
      const row = await this.limits.lock(tx, id);
      if (row === undefined) return refuse('review.limit_not_found');
      if (row.effectiveAt !== null) return refuse('review.limit_counts');
      if (row.setBy === by) return refuse('review.limit_own');
      const at = this.clock.now();
      await this.limits.confirm(tx, id, by, at);
      await this.audit.record(tx, ctx, { aggregate: { type: 'decision_limit', id }, action: 'decision_limit.confirmed', data: {} });
      return ok(limitView({ ...row, confirmedBy: by, effectiveAt: new Date(at) }, await this.people.names([by, row.setBy])));
    });
  }

  /** Minor units up to which somebody decides alone; undefined: on any amount. */
  aloneUpTo(reader: Reader, userId: string, currency: string): Promise<bigint | undefined> {
    return this.limits.aloneUpTo(reader, userId, currency);
  }

  /** Whether any limit counts, so that a second approver may be needed. */
  any(): Promise<boolean> {
    return this.limits.any(this.database.reader);
  }
}

const limitView = ({ id, role, currency, upToMinor, setBy, setAt, confirmedBy, effectiveAt }: LimitRow, names: ReadonlyMap<string, string>): LimitView => ({
  id, role, currency, ...(upToMinor === null ? {} : { upTo: { amount: formatMoney(money(BigInt(upToMinor), currencyOf(currency))), currency } }),
  setBy: names.get(setBy) ?? setBy, setAt: setAt.toISOString(), ...(confirmedBy === null ? {} : { confirmedBy: names.get(confirmedBy) ?? confirmedBy }),
  ...(effectiveAt === null ? {} : { effectiveAt: effectiveAt.toISOString() }),
});
