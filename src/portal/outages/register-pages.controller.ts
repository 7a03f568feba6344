import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { pageOf } from '../../platform/http/page.js';
import { OutageRegister, RegisterQueries, type PointOfView, type ServiceView } from '../../modules/outages/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { OutageForms } from './outage-forms.service.js';
import { momentIn } from './outage.form.js';
import { RegisterSheets } from './register-sheets.service.js';

const ON_A_PAGE = 50;
const RECORDED = ['confirmed', 'ended', 'final'] as const;
const DONE = ['drafted', 'saved', 'confirmed', 'ended', 'finalised'];

/** As of which knowledge a page was asked for; undefined is now. */
export function pointOfView(query: unknown, zone: string): Result<PointOfView | undefined> {
  const [version, moment] = [formText(query, 'version', 10).trim(), formText(query, 'asOf', 40).trim()];
  if (/^\d{1,9}$/.test(version)) return ok({ registerVersion: Number.parseInt(version, 10) });
  if (version !== '') return { ok: false, refusal: { code: 'portal.version_unreadable', params: { value: version }, pointer: '/version' } };
  if (moment === '') return ok(undefined);
  const at = momentIn(moment, zone);
  return at.ok ? ok({ asOf: at.value }) : { ok: false, refusal: { ...at.refusal, pointer: '/asOf' } };
}

const askedIn = (query: unknown) => ({ version: formText(query, 'version', 10), asOf: formText(query, 'asOf', 40) });

/** What a list is narrowed to; what names nothing narrows nothing. */
function filtersIn(query: unknown, services: readonly ServiceView[]): { service?: string; state?: (typeof RECORDED)[number] } {
  const state = RECORDED.find((one) => one === formText(query, 'state', 10));
  const service = services.find(({ code }) => code === formText(query, 'service', 80))?.code;
  return { ...(service === undefined ? {} : { service }), ...(state === undefined ? {} : { state }) };
}

/** The register as its editors see it: what is recorded or drafted, one outage with all that was written, and what makes it count. */
@Pages('register')
export class RegisterPagesController {
  constructor(private readonly database: Database, private readonly queries: RegisterQueries, private readonly register: OutageRegister, private readonly sheets: RegisterSheets, private readonly forms: OutageForms) {}

  @Get()
  @Requires('outage.read_drafts')
  async list(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const { reader } = this.database;
    const drafts = formText(query, 'show', 10) === 'drafts';
    const services = await this.forms.services();
    const filters = filtersIn(query, services);
    const asked = askedIn(query);
    const view = pointOfView(query, 'UTC');
    const version = view.ok ? await this.queries.versionOf(reader, view.value ?? {}) : view;
    const registerVersion = version.ok ? version.value : await this.queries.registerVersion(reader);
    const { after: before } = cursorIn(query);
    const wanted = { ...(before === undefined ? {} : { before }), limit: ON_A_PAGE + 1 };
    const rows = drafts ? await this.queries.drafts(reader, ctx.actor, wanted) : await this.queries.page(reader, { ...wanted, ...filters, registerVersion });
    const data = {
      page: pageOf(rows, ON_A_PAGE, ({ id }) => [id]), drafts, ...filters, states: RECORDED, asked, registerVersion, mayEdit: isAllowed(ctx.actor, 'outage.edit'),
      services: services.filter(({ parts }) => parts.length === 0), query: new URLSearchParams({ ...filters, ...(drafts ? { show: 'drafts' } : {}), ...asked }).toString(),
    };
    return version.ok ? new View('register/list.njk', data) : again('register/list.njk', data, { pointer: view.ok && asked.version === '' ? '/asOf' : '/version', ...version.refusal });
  }

  @Get(':id')
  @Requires('outage.read_drafts')
  async outage(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = askedIn(query);
    const done = DONE.find((one) => one === formText(query, 'done', 12));
    const view = pointOfView(query, await this.forms.zoneOf(id));
    const known = view.ok ? await this.queries.versionOf(this.database.reader, view.value ?? {}) : view;
    const data = { ...(await this.sheets.sheet(visit, id, view.ok && known.ok ? view.value : undefined)), ...mayOf(visit), asked, done };
    return known.ok ? new View('register/outage.njk', data) : again('register/outage.njk', data, { pointer: asked.version === '' ? '/asOf' : '/version', ...known.refusal });
  }

  @Post(':id/confirmation')
  @Requires('outage.confirm')
  async confirm(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const revision = Number.parseInt(/^\d{1,6}$/.exec(formText(body, 'revision', 6))?.[0] ?? '0', 10);
    return this.#after(visit, id, body, 'confirmed', await this.register.confirm(visit.ctx, id, formVersion(body), revision));
  }

  @Post(':id/ending')
  @Requires('outage.edit')
  async end(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const at = momentIn(formText(body, 'endedAt', 40).trim(), await this.forms.zoneOf(id));
    if (!at.ok) return this.#after(visit, id, body, 'ended', { ok: false, refusal: { ...at.refusal, pointer: '/endedAt' } });
    return this.#after(visit, id, body, 'ended', await this.register.end(visit.ctx, id, formVersion(body), at.value));
  }

  @Post(':id/finalisation')
  @Requires('outage.confirm')
  async finalise(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, body, 'finalised', await this.register.finalise(visit.ctx, id, formVersion(body)));
  }

  async #after(visit: Visit, id: string, body: unknown, done: string, outcome: Result<unknown>): Promise<View | SeeOther> {
    if (outcome.ok) return new SeeOther(`/${visit.language}/register/${id}?done=${done}`);
    const sheet = await this.sheets.sheet(visit, id, undefined);
    const refusal = outcome.refusal.code === 'outages.ends_in_future' ? { ...outcome.refusal, pointer: '/endedAt' } : outcome.refusal;
    const causes = refusal.causes?.map((cause) => ({ ...cause, pointer: '/endedAt' }));
    const data = { ...sheet, ...mayOf(visit), asked: { version: '', asOf: '' }, typed: { endedAt: formText(body, 'endedAt', 40) } };
    return again('register/outage.njk', data, { ...refusal, ...(causes === undefined ? {} : { causes }) }, refusal.pointer === undefined && causes === undefined ? 409 : 422);
  }
}

const mayOf = ({ ctx: { actor } }: Visit) => ({ mayEdit: isAllowed(actor, 'outage.edit'), mayConfirm: isAllowed(actor, 'outage.confirm'), mayAmend: isAllowed(actor, 'outage.amend') });

