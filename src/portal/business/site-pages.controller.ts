import { Body, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import type { OpeningHours } from '../../core/time/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { zonesOf } from '../../platform/i18n/places.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { MerchantSites, type SiteView } from '../../modules/merchants/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BusinessPages } from './business-pages.service.js';
import { hoursForm, hoursOf, readHoursForm, stepped, type HoursForm } from './hours.form.js';
import { addressIn, readSiteForm, siteForm, siteOf, type SiteForm } from './site.form.js';

/** On the net nobody closes; a shop with a door starts with a blank week. */
const firstHours = (online: boolean, zone: string): OpeningHours =>
  ({ zone, rows: online ? [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }] : [], exceptions: [] });

/** Where a business trades, and when it is open. */
@Pages('business/:id/sites')
export class SitePagesController {
  constructor(private readonly pages: BusinessPages, private readonly sites: MerchantSites) {}

  @Get('new')
  @Requires('merchant.edit', 'merchant')
  async begin(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const merchant = await this.pages.merchant(visit, id);
    const form: SiteForm = { name: '', kind: 'physical', country: merchant.country, address: merchant.address ?? { country: merchant.country } };
    return new View('business/site.njk', { merchant, form, countries: this.pages.countries(visit) });
  }

  @Post('new')
  @Requires('merchant.edit', 'merchant')
  async add(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const merchant = await this.pages.merchant(visit, id);
    const form = readSiteForm(body);
    const { address, ...site } = siteOf(form);
    const zone = form.country === merchant.country ? merchant.zone : zonesOf(form.country)[0] ?? merchant.zone;
    const added = await this.sites.add(visit.ctx, id, { ...site, ...(address === null ? {} : { address }), openingHours: firstHours(site.online, zone) });
    if (added.ok) return new SeeOther(`/${visit.language}/business/${id}/sites/${added.value.id}/hours`);
    return again('business/site.njk', { merchant, form, countries: this.pages.countries(visit) }, added.refusal);
  }

  @Get(':siteId')
  @Requires('merchant.edit', 'merchant')
  async site(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string): Promise<View> {
    const { merchant, site } = await this.#place(visit, id, siteId);
    return new View('business/site.njk', { merchant, site, form: siteForm(site), version: site.version, countries: this.pages.countries(visit) });
  }

  @Post(':siteId')
  @Requires('merchant.edit', 'merchant')
  async save(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Body() body: unknown): Promise<View | SeeOther> {
    await this.#place(visit, id, siteId);
    const form = readSiteForm(body);
    const edited = await this.sites.edit(visit.ctx, siteId, formVersion(body), siteOf(form));
    if (edited.ok) return new SeeOther(`/${visit.language}/business/${id}?done=site`);
    const { merchant, site } = await this.#place(visit, id, siteId);
    const data = { merchant, site, version: formVersion(body), countries: this.pages.countries(visit) };
    return this.pages.refused('business/site.njk', data, edited.refusal, form, { form: siteForm(site), version: site.version });
  }

  @Get(':siteId/hours')
  @Requires('merchant.edit', 'merchant')
  async hours(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string): Promise<View> {
    const { site } = await this.#place(visit, id, siteId);
    return this.#hoursPage(visit, id, site, { form: hoursForm(site.openingHours), version: site.version });
  }

  /** One form, many buttons: all but one change only the page, and lose nothing of what stands on it. */
  @Post(':siteId/hours')
  @Requires('merchant.edit', 'merchant')
  async saveHours(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { site } = await this.#place(visit, id, siteId);
    const [form, version, button] = [readHoursForm(body), formVersion(body), formText(body, 'do', 30)];
    const step = button === 'copy' ? await this.#copied(visit, id, form, formText(body, 'copyFrom', 36)) : stepped(form, button);
    if (step !== undefined) return this.#hoursPage(visit, id, site, { version, changed: true, ...step });
    const hours = hoursOf(form);
    const replaced = hours.ok ? await this.sites.replaceHours(visit.ctx, siteId, version, hours.value) : hours;
    if (replaced.ok) return new SeeOther(`/${visit.language}/business/${id}?done=hours`);
    const { site: now } = await this.#place(visit, id, siteId);
    const stale = replaced.refusal.code === 'http.stale';
    return this.#hoursPage(visit, id, now, { form, version: stale ? now.version : version, ...(stale ? { meanwhile: hoursForm(now.openingHours) } : {}) }, replaced.refusal);
  }

  /** The hours of another place, to be looked at before they are saved here. */
  async #copied(visit: Visit, id: string, form: HoursForm, from: string): Promise<{ form: HoursForm; focus: string }> {
    const { items } = unwrap(await this.sites.list(visit.ctx, id));
    const other = items.find((site) => site.id === from);
    return { form: other === undefined ? form : { ...hoursForm(other.openingHours), zone: form.zone }, focus: 'd1-0-opens' };
  }

  async #hoursPage(visit: Visit, id: string, site: SiteView, data: { form: HoursForm; version: number; changed?: boolean; focus?: string; meanwhile?: HoursForm }, refusal?: Refusal): Promise<View> {
    const { items } = unwrap(await this.sites.list(visit.ctx, id));
    // A day without hours still has two fields to write into.
    const form = { ...data.form, days: data.form.days.map((list) => (list.length === 0 ? [{ opens: '', closes: '' }] : list)) };
    const all = {
      site, merchantId: id, ...data, form, others: items.filter((other) => other.id !== site.id && other.openingHours.rows.length > 0),
      zones: this.pages.zones(site.country, form.zone),
    };
    if (refusal === undefined) return new View('business/hours.njk', all);
    return again('business/hours.njk', all, refusal, refusal.code === 'http.stale' ? 409 : 422);
  }

  /** A place under the address of another business is not there. */
  async #place(visit: Visit, id: string, siteId: string) {
    const merchant = await this.pages.merchant(visit, id);
    const site = unwrap(await this.sites.get(visit.ctx, siteId));
    if (site.merchantId !== id) throw new RefusalException({ code: 'merchants.site_not_found', params: {} });
    return { merchant, site: { ...site, shownAddress: addressIn(site.address) } };
  }
}
