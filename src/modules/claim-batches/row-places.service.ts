import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { MerchantQueries, MerchantSites, SiteEnrolments } from '../merchants/index.js';
import { AgentKeysRepository } from './agent-keys.repository.js';
import { siteKey, type Cells } from './row-reading.rules.js';
import type { RowPlan } from './row-plans.service.js';

/** The shop of a row, and that it used the services: opened when the agent names it first, completed when it names more. */
@Injectable()
export class RowPlaces {
  constructor(private readonly keys: AgentKeysRepository, private readonly sites: MerchantSites, private readonly enrolments: SiteEnrolments, private readonly merchants: MerchantQueries) {}

  async place(tx: Tx, ctx: Context, of: { agentId: string; merchantId: string; cells: Cells; plan: RowPlan }): Promise<Result<string>> {
    const { agentId, merchantId, cells, plan: { row } } = of;
    const key = siteKey(cells);
    if (of.plan.known !== undefined) return this.#ofItsOwn(tx, merchantId, key, row.site.name);
    const known = await this.keys.place(tx, agentId, merchantId, key);
    if (known !== undefined) return this.#complete(tx, ctx, { id: known, merchantId }, row, new Set((await this.merchants.siteFacts(tx, known))?.enrolments.map(({ service }) => service)));
    const { name, online, hours } = row.site;
    const opened = await this.sites.open(tx, ctx, merchantId, { name, online, country: row.business.country, openingHours: hours });
    if (!opened.ok) return opened;
    await this.keys.keepPlace(tx, agentId, merchantId, key, opened.value.id);
    return this.#complete(tx, ctx, { id: opened.value.id, merchantId }, row, new Set());
  }

  /** A mandate does not let an agent change a business: its shops and what they used are as it says. */
  async #ofItsOwn(tx: Tx, merchantId: string, key: string, name: string): Promise<Result<string>> {
    const site = (await this.merchants.sitesOf(tx, merchantId)).find((one) => siteKey({ site_name: one.name }) === key);
    return site === undefined ? refuse('batches.place_unknown', { name }) : ok(site.id);
  }

  async #complete(tx: Tx, ctx: Context, site: { id: string; merchantId: string }, { services, enrolment }: RowPlan['row'], used: ReadonlySet<string>): Promise<Result<string>> {
    for (const service of services.filter((code) => !used.has(code))) {
      const opened = await this.enrolments.open(tx, ctx, site, { service, ...enrolment });
      if (!opened.ok) return opened;
    }
    return ok(site.id);
  }
}
