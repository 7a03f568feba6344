import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { refuse } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { MerchantSites, SiteEnrolments, type EnrolmentView, type SiteView } from '../../modules/merchants/index.js';
import { RegisterQueries, type ServiceView } from '../../modules/outages/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BusinessPages } from './business-pages.service.js';
import { enrolmentForm, enrolmentOf, readEnrolmentForm, type EnrolmentForm } from './enrolment.form.js';

const MOST_SERVICES = 200;

/** What a place used, from which day to which. */
@Pages('business/:id/sites/:siteId/services')
export class ServicePagesController {
  constructor(
    private readonly pages: BusinessPages,
    private readonly sites: MerchantSites,
    private readonly enrolments: SiteEnrolments,
    private readonly register: RegisterQueries,
    private readonly database: Database,
  ) {}

  @Get()
  @Requires('merchant.read', 'merchant')
  async list(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Query() query: Record<string, unknown>): Promise<View> {
    const site = await this.#site(visit, id, siteId);
    const { items } = unwrap(await this.enrolments.list(visit.ctx, siteId));
    const services = await this.#services();
    const names = new Map(services.map((service) => [service.code, service.names]));
    return new View('business/services.njk', {
      merchantId: id, site, done: query['done'] !== undefined,
      items: items.map((item) => ({ ...item, names: names.get(item.service) ?? { en: item.service }, days: enrolmentForm(item, site.zone), mayEdit: item.source !== 'operator' })),
    });
  }

  @Get('new')
  @Requires('merchant.edit', 'merchant')
  async begin(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string): Promise<View> {
    const site = await this.#site(visit, id, siteId);
    const form: EnrolmentForm = { service: '', region: '', tier: '', fee: '', currency: '', from: '', until: '' };
    return new View('business/service.njk', await this.#data(id, site, form));
  }

  @Post('new')
  @Requires('merchant.edit', 'merchant')
  async add(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const site = await this.#site(visit, id, siteId);
    const form = readEnrolmentForm(body);
    const services = await this.#services();
    const read = services.some(({ code }) => code === form.service) ? enrolmentOf(form, site.zone) : enrolmentOf({ ...form, service: '' }, site.zone);
    if (!read.ok) return again('business/service.njk', await this.#data(id, site, form), read.refusal);
    const { service, region, tier, fee, from, to } = read.value;
    const added = await this.enrolments.add(visit.ctx, siteId, { service, region, from, ...(tier === null ? {} : { tier }), ...(fee === null ? {} : { fee }), ...(to === null ? {} : { to }) });
    if (added.ok) return this.#done(visit, id, siteId);
    return again('business/service.njk', await this.#data(id, site, form), { ...added.refusal, pointer: '/from' }, 409);
  }

  @Get(':enrolmentId')
  @Requires('merchant.edit', 'merchant')
  async edit(
    @Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Param('enrolmentId', ParseUUIDPipe) enrolmentId: string,
  ): Promise<View> {
    const site = await this.#site(visit, id, siteId);
    const enrolment = await this.#enrolment(visit, siteId, enrolmentId);
    return new View('business/service.njk', { ...(await this.#data(id, site, enrolmentForm(enrolment, site.zone))), enrolment, version: enrolment.version });
  }

  @Post(':enrolmentId')
  @Requires('merchant.edit', 'merchant')
  async save(
    @Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('siteId', ParseUUIDPipe) siteId: string, @Param('enrolmentId', ParseUUIDPipe) enrolmentId: string,
    @Body() body: unknown,
  ): Promise<View | SeeOther> {
    const site = await this.#site(visit, id, siteId);
    const before = await this.#enrolment(visit, siteId, enrolmentId);
    const form = { ...readEnrolmentForm(body), service: before.service };
    const version = formText(body, 'version', 9);
    const read = enrolmentOf(form, site.zone, before);
    const edited = read.ok ? await this.enrolments.edit(visit.ctx, enrolmentId, formVersion(body), read.value) : refuse(read.refusal.code, read.refusal.params, read.refusal);
    if (edited.ok) return this.#done(visit, id, siteId);
    const now = await this.#enrolment(visit, siteId, enrolmentId);
    const refusal = edited.refusal.code === 'merchants.enrolment_overlaps' ? { ...edited.refusal, pointer: '/from' } : edited.refusal;
    const data = { ...(await this.#data(id, site, form)), enrolment: now, version };
    return this.pages.refused('business/service.njk', data, refusal, form, { form: enrolmentForm(now, site.zone), version: now.version });
  }

  async #data(merchantId: string, site: SiteView, form: EnrolmentForm): Promise<object> {
    return { merchantId, site, form, services: await this.#services() };
  }

  /** What claims and records are made for: services without parts. */
  async #services(): Promise<ServiceView[]> {
    const all = await this.register.servicePage(this.database.reader, { limit: MOST_SERVICES });
    return all.filter(({ parts }) => parts.length === 0);
  }

  async #site(visit: Visit, id: string, siteId: string): Promise<SiteView> {
    const site = unwrap(await this.sites.get(visit.ctx, siteId));
    if (site.merchantId !== id) throw new RefusalException({ code: 'merchants.site_not_found', params: {} });
    return site;
  }

  async #enrolment(visit: Visit, siteId: string, enrolmentId: string): Promise<EnrolmentView> {
    const enrolment = unwrap(await this.enrolments.get(visit.ctx, enrolmentId));
    if (enrolment.siteId !== siteId) throw new RefusalException({ code: 'merchants.enrolment_not_found', params: {} });
    return enrolment;
  }

  #done({ language }: Visit, id: string, siteId: string): SeeOther {
    return new SeeOther(`/${language}/business/${id}/sites/${siteId}/services?done=1`);
  }
}
