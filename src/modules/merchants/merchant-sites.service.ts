import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import { validateOpeningHours, type Instant, type OpeningHours } from '../../core/time/index.js';
import { isStaff, mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { MerchantsRepository } from './merchants.repository.js';
import type { SiteEntity } from './site.entity.js';

export interface NewSite {
  readonly name: string;
  readonly online: boolean;
  readonly country: string;
  readonly openingHours: OpeningHours;
}

export interface SiteView {
  readonly self: string;
  readonly id: string;
  readonly merchantId: string;
  readonly name: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly openingHours: OpeningHours;
  readonly version: number;
}

export interface NewEnrolment {
  readonly service: string;
  readonly region: string;
  readonly tier?: string;
  readonly fee?: Money;
  readonly from: Instant;
  readonly to?: Instant;
}

/** Where a merchant trades, when it is open, and which services it used. When each was entered is kept. */
@Injectable()
export class MerchantSites {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  add(ctx: Context, merchantId: string, site: NewSite): Promise<Result<SiteView>> {
    return this.work.run(ctx, async (tx) => {
      const merchant = mayFor(ctx.actor, 'merchant.edit', merchantId) ? await this.merchants.merchant(tx, merchantId) : null;
      if (merchant === null) return refuse('merchants.not_found');
      const hours = validateOpeningHours(site.openingHours);
      if (!hours.ok) return hours;
      const { zone } = site.openingHours;
      const id = await this.merchants.insertSite(tx, { ...site, merchantId, zone, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'site', id }, action: 'site.added', data: { merchantId }, isNew: true });
      return ok({ self: `/v1/sites/${id}`, id, merchantId, zone, version: 1, ...site });
    });
  }

  async list(ctx: Context, merchantId: string): Promise<Result<{ items: SiteView[] }>> {
    if (!mayFor(ctx.actor, 'merchant.read', merchantId)) return refuse('merchants.not_found');
    return ok({ items: (await this.merchants.sites(this.database.reader, merchantId)).map(view) });
  }

  replaceHours(ctx: Context, siteId: string, version: number, hours: OpeningHours): Promise<Result<SiteView>> {
    return this.work.run(ctx, async (tx) => {
      const site = await this.merchants.site(tx, siteId);
      if (site === null || !mayFor(ctx.actor, 'merchant.edit', site.merchantId)) return refuse('merchants.site_not_found');
      const checked = validateOpeningHours(hours);
      if (!checked.ok) return checked;
      const replaced = await this.merchants.replaceHours(tx, siteId, version, hours, this.clock.now());
      if (!replaced) return refuse('http.stale', { seen: version, current: site.version });
      await this.audit.record(tx, ctx, { aggregate: { type: 'site', id: siteId }, action: 'site.hours_replaced', data: { rows: hours.rows.length } });
      return ok({ ...view(site), openingHours: hours, zone: site.zone, version: version + 1 });
    });
  }

  enrol(ctx: Context, siteId: string, enrolment: NewEnrolment): Promise<Result<{ id: string; siteId: string; service: string }>> {
    return this.work.run(ctx, async (tx) => {
      const site = await this.merchants.site(tx, siteId);
      if (site === null || !mayFor(ctx.actor, 'merchant.edit', site.merchantId)) return refuse('merchants.site_not_found');
      const id = await this.merchants.insertEnrolment(tx, {
        merchantId: site.merchantId, siteId, service: enrolment.service, region: enrolment.region, tier: enrolment.tier, fee: enrolment.fee,
        from: enrolment.from, to: enrolment.to, source: isStaff(ctx.actor) ? 'operator' : 'merchant', createdAt: this.clock.now(),
      });
      await this.audit.record(tx, ctx, { aggregate: { type: 'site', id: siteId }, action: 'site.enrolled', data: { service: enrolment.service } });
      return ok({ id, siteId, service: enrolment.service });
    });
  }
}

const view = (site: SiteEntity): SiteView => ({
  self: `/v1/sites/${site.id}`, id: site.id, merchantId: site.merchantId, name: site.name, online: site.online, zone: site.zone, country: site.country,
  openingHours: site.openingHours, version: site.version,
});
