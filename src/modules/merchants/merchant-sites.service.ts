import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { validateOpeningHours, type OpeningHours } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Permission } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName } from '../../platform/events/event-log.js';
import type { Address } from './contact.rules.js';
import { MerchantRecords } from './merchant-records.service.js';
import { MerchantsRepository } from './merchants.repository.js';
import type { SiteEntity } from './site.entity.js';
import { readSite, sameHours, type SiteDetails } from './site.rules.js';

export interface NewSite {
  readonly name: string;
  readonly online: boolean;
  readonly country: string;
  readonly address?: Address;
  readonly openingHours: OpeningHours;
}

/** What is left out stays; `null` takes away. */
export interface SiteEdit {
  readonly name?: string;
  readonly online?: boolean;
  readonly country?: string;
  readonly address?: Address | null;
}

export interface SiteView {
  readonly self: string;
  readonly id: string;
  readonly merchantId: string;
  readonly name: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly address: Address | null;
  readonly openingHours: OpeningHours;
  /** When the hours that hold now were typed. */
  readonly hoursEnteredAt: string;
  readonly version: number;
}

export interface StatedHours {
  readonly openingHours: OpeningHours;
  readonly enteredAt: string;
}

/** Where a merchant trades, and when it is open. When hours were entered is kept, and so are those they replaced. */
@Injectable()
export class MerchantSites {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  add(ctx: Context, merchantId: string, site: NewSite): Promise<Result<SiteView>> {
    return this.work.run(ctx, async (tx) => {
      const merchant = mayFor(ctx.actor, 'merchant.edit', merchantId) ? await this.merchants.merchant(tx, merchantId) : null;
      return merchant === null ? refuse('merchants.not_found') : this.open(tx, ctx, merchantId, site);
    });
  }

  /** As `add`, in the transaction of a caller who has asked who may. */
  async open(tx: Tx, ctx: Context, merchantId: string, site: NewSite): Promise<Result<SiteView>> {
    const details = readSite({ ...site, address: site.address ?? null });
    if (!details.ok) return details;
    const hours = validateOpeningHours(site.openingHours);
    if (!hours.ok) return hours;
    const at = this.clock.now();
    const { zone } = site.openingHours;
    const id = await this.merchants.insertSite(tx, { ...details.value, merchantId, zone, openingHours: site.openingHours, at });
    await this.merchants.keepHours(tx, { merchantId, siteId: id, hours: site.openingHours, at, by: actorName(ctx.actor) });
    await this.records.note(tx, ctx, { what: 'site.added', merchantId, siteId: id, isNew: true });
    return this.#stored(tx, id);
  }

  async list(ctx: Context, merchantId: string): Promise<Result<{ items: SiteView[] }>> {
    if (!mayFor(ctx.actor, 'merchant.read', merchantId)) return refuse('merchants.not_found');
    return ok({ items: (await this.merchants.sites(this.database.reader, merchantId)).map(view) });
  }

  async get(ctx: Context, siteId: string): Promise<Result<SiteView>> {
    const site = await this.#mine(this.database.reader, ctx, 'merchant.read', siteId);
    return site.ok ? ok(view(site.value)) : site;
  }

  edit(ctx: Context, siteId: string, version: number, change: SiteEdit): Promise<Result<SiteView>> {
    return this.work.run(ctx, async (tx) => {
      const site = await this.#mine(tx, ctx, 'merchant.edit', siteId);
      if (!site.ok) return site;
      const { name, online, country, address } = site.value;
      const details = readSite({ name, online, country, address, ...change });
      if (!details.ok) return details;
      if (!(await this.merchants.editSite(tx, siteId, version, details.value))) return refuse('http.stale', { seen: version, current: site.value.version });
      await this.records.note(tx, ctx, { what: 'site.edited', merchantId: site.value.merchantId, siteId, data: { fields: Object.keys(change).sort() } });
      return this.#stored(tx, siteId);
    });
  }

  /** Replaces hours as a whole. The same hours again are no new statement: they were entered when they were entered. */
  replaceHours(ctx: Context, siteId: string, version: number, hours: OpeningHours): Promise<Result<SiteView>> {
    return this.work.run(ctx, async (tx) => {
      const site = await this.#mine(tx, ctx, 'merchant.edit', siteId);
      if (!site.ok) return site;
      const checked = validateOpeningHours(hours);
      if (!checked.ok) return checked;
      const { merchantId, version: current } = site.value;
      if (version !== current) return refuse('http.stale', { seen: version, current });
      if (sameHours(site.value.openingHours, hours)) return ok(view(site.value));
      const at = this.clock.now();
      if (!(await this.merchants.replaceHours(tx, siteId, version, hours, at))) return refuse('http.stale', { seen: version, current: current + 1 });
      await this.merchants.keepHours(tx, { merchantId, siteId, hours, at, by: actorName(ctx.actor) });
      await this.records.note(tx, ctx, { what: 'site.hours_replaced', merchantId, siteId, data: { rows: hours.rows.length } });
      return this.#stored(tx, siteId);
    });
  }

  /** All hours that were ever stated, the newest first. */
  async statedHours(ctx: Context, siteId: string): Promise<Result<{ items: StatedHours[] }>> {
    const site = await this.#mine(this.database.reader, ctx, 'merchant.read', siteId);
    if (!site.ok) return site;
    const rows = await this.merchants.statedHours(this.database.reader, siteId);
    return ok({ items: rows.map(({ hours, enteredAt }) => ({ openingHours: hours, enteredAt: enteredAt.toISOString() })) });
  }

  async #mine(reader: Reader, ctx: Context, permission: Permission, siteId: string): Promise<Result<SiteEntity>> {
    const site = await this.merchants.site(reader, siteId);
    return site === null || !mayFor(ctx.actor, permission, site.merchantId) ? refuse('merchants.site_not_found') : ok(site);
  }

  async #stored(tx: Tx, siteId: string): Promise<Result<SiteView>> {
    const site = await this.merchants.site(tx, siteId);
    return site === null ? refuse('merchants.site_not_found') : ok(view(site));
  }
}

const view = (site: SiteEntity & SiteDetails): SiteView => ({
  self: `/v1/sites/${site.id}`, id: site.id, merchantId: site.merchantId, name: site.name, online: site.online, zone: site.zone, country: site.country,
  address: site.address, openingHours: site.openingHours, hoursEnteredAt: site.hoursEnteredAt.toISOString(), version: site.version,
});
