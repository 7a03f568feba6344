import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, isCurrency, money, type Money } from '../../core/money/index.js';
import { formatInstant, interval, type Instant } from '../../core/time/index.js';
import { isStaff, mayFor } from '../../platform/access/ownership.js';
import type { Permission } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EnrolmentsRepository, type EnrolmentRow, type EnrolmentTerms } from './enrolments.repository.js';
import { MerchantRecords } from './merchant-records.service.js';
import { MerchantsRepository } from './merchants.repository.js';

export interface NewEnrolment {
  readonly service: string;
  readonly region: string;
  readonly tier?: string;
  readonly fee?: Money;
  readonly from: Instant;
  readonly to?: Instant;
}

/** What is left out stays; `null` takes away. */
export interface EnrolmentEdit {
  readonly region?: string;
  readonly tier?: string | null;
  readonly fee?: Money | null;
  readonly from?: Instant;
  readonly to?: Instant | null;
}

export interface EnrolmentView {
  readonly self: string;
  readonly id: string;
  readonly siteId: string;
  readonly service: string;
  readonly region: string;
  readonly tier: string | null;
  /** A month's. */
  readonly fee: { readonly amount: string; readonly currency: string } | null;
  readonly from: string;
  /** Null while it is used. */
  readonly to: string | null;
  /** Who says so: `merchant` or `operator`. */
  readonly source: string;
  readonly version: number;
}

/** Which services a site used, from when to when. Two stretches of one service at one site never overlap: the database sees to it. */
@Injectable()
export class SiteEnrolments {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly enrolments: EnrolmentsRepository,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  add(ctx: Context, siteId: string, enrolment: NewEnrolment): Promise<Result<EnrolmentView>> {
    return this.work.run(ctx, async (tx) => {
      const site = await this.merchants.site(tx, siteId);
      if (site === null || !mayFor(ctx.actor, 'merchant.edit', site.merchantId)) return refuse('merchants.site_not_found');
      return this.open(tx, ctx, site, enrolment);
    });
  }

  /** As `add`, in the transaction of a caller who has asked who may. */
  async open(tx: Tx, ctx: Context, site: { readonly id: string; readonly merchantId: string }, { service, ...enrolment }: NewEnrolment): Promise<Result<EnrolmentView>> {
    const terms: EnrolmentTerms = { tier: undefined, fee: undefined, to: undefined, ...enrolment };
    const during = lasting(terms);
    if (!during.ok) return during;
    const source = isStaff(ctx.actor) ? 'operator' : 'merchant';
    const id = await this.enrolments.insert(tx, { ...terms, service, merchantId: site.merchantId, siteId: site.id, source, createdAt: this.clock.now() });
    await this.records.note(tx, ctx, { what: 'site.enrolled', merchantId: site.merchantId, siteId: site.id, data: { service } });
    return this.#stored(tx, id);
  }

  async list(ctx: Context, siteId: string): Promise<Result<{ items: EnrolmentView[] }>> {
    const site = await this.merchants.site(this.database.reader, siteId);
    if (site === null || !mayFor(ctx.actor, 'merchant.read', site.merchantId)) return refuse('merchants.site_not_found');
    return ok({ items: (await this.enrolments.ofSite(this.database.reader, siteId)).map(view) });
  }

  async get(ctx: Context, id: string): Promise<Result<EnrolmentView>> {
    const row = await this.#mine(this.database.reader, ctx, 'merchant.read', id);
    return row.ok ? ok(view(row.value)) : row;
  }

  /** Changes or ends it. What the operator recorded is the operator's word, and stays. */
  edit(ctx: Context, id: string, version: number, change: EnrolmentEdit): Promise<Result<EnrolmentView>> {
    return this.work.run(ctx, async (tx) => {
      const row = await this.#mine(tx, ctx, 'merchant.edit', id);
      if (!row.ok) return row;
      if (row.value.source === 'operator' && !isStaff(ctx.actor)) return refuse('merchants.enrolment_of_operator');
      const terms = edited(row.value, change);
      const during = lasting(terms);
      if (!during.ok) return during;
      if (!(await this.enrolments.edit(tx, id, version, terms))) return refuse('http.stale', { seen: version, current: row.value.version });
      const { merchantId, siteId, service } = row.value;
      await this.records.note(tx, ctx, { what: 'site.enrolment_edited', merchantId, siteId, data: { enrolmentId: id, service, fields: Object.keys(change).sort() } });
      return this.#stored(tx, id);
    });
  }

  async #mine(reader: Reader, ctx: Context, permission: Permission, id: string): Promise<Result<EnrolmentRow>> {
    const row = await this.enrolments.find(reader, id);
    return row === undefined || !mayFor(ctx.actor, permission, row.merchantId) ? refuse('merchants.enrolment_not_found') : ok(row);
  }

  async #stored(reader: Reader, id: string): Promise<Result<EnrolmentView>> {
    const row = await this.enrolments.find(reader, id);
    return row === undefined ? refuse('merchants.enrolment_not_found') : ok(view(row));
  }
}

/** Without an end it lasts. */
function lasting({ from, to }: EnrolmentTerms): Result<unknown> {
  const during = to === undefined ? ok(undefined) : interval(from, to);
  return during.ok ? during : refuse(during.refusal.code, during.refusal.params, { pointer: '/to' });
}

const feeOf = ({ feeMinor, feeCurrency }: EnrolmentRow): Money | undefined =>
  (feeMinor === null || feeCurrency === null || !isCurrency(feeCurrency) ? undefined : money(BigInt(feeMinor), currency(feeCurrency)));

/** What is not named stays as it was; a null takes it away. */
const kept = <T>(change: T | null | undefined, before: T | undefined): T | undefined => (change === undefined ? before : change ?? undefined);

const edited = (row: EnrolmentRow, change: EnrolmentEdit): EnrolmentTerms => ({
  region: change.region ?? row.region, tier: kept(change.tier, row.tier ?? undefined), fee: kept(change.fee, feeOf(row)),
  from: change.from ?? (row.from.getTime() as Instant), to: kept(change.to, row.to === null ? undefined : (row.to.getTime() as Instant)),
});

function view(row: EnrolmentRow): EnrolmentView {
  const fee = feeOf(row);
  return {
    self: `/v1/enrolments/${row.id}`, id: row.id, siteId: row.siteId, service: row.service, region: row.region, tier: row.tier,
    fee: fee === undefined ? null : { amount: formatMoney(fee), currency: fee.currency },
    from: formatInstant(row.from.getTime() as Instant), to: row.to === null ? null : formatInstant(row.to.getTime() as Instant), source: row.source, version: row.version,
  };
}
