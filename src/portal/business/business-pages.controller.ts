import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { refuse } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { zonesOf } from '../../platform/i18n/places.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MerchantProfiles, RegisterAdoption, RegisterProposals, type MerchantEdit, type ProposedPart } from '../../modules/merchants/index.js';
import { formChoices, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BusinessPages } from './business-pages.service.js';
import { contactForm, contactOf, detailsForm, detailsOf, readContact, readDetails, readSizesForm, SIZE_SOURCES, sizesForm, sizesOf, undecided, type SizeForm } from './details.form.js';

const DONE = ['created', 'saved', 'asked', 'taken', 'site', 'hours', 'joined'];
const PARTS: readonly ProposedPart[] = ['name', 'address'];

/** Who a business is: its name and number, how to reach it, how large it is, and what a register says of it. */
@Pages('business')
export class BusinessPagesController {
  constructor(
    private readonly pages: BusinessPages,
    private readonly profiles: MerchantProfiles,
    private readonly proposals: RegisterProposals,
    private readonly adoption: RegisterAdoption,
  ) {}

  @Get()
  @Requires('merchant.create', 'merchant')
  async mine(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View | SeeOther> {
    const merchants = await this.profiles.mine(visit.ctx);
    const [only] = merchants;
    if (only === undefined) return new SeeOther(`/${visit.language}/business/new`);
    if (merchants.length === 1 && query['all'] === undefined) return new SeeOther(`/${visit.language}/business/${only.id}`);
    return new View('business/list.njk', { merchants });
  }

  @Get('new')
  @Requires('merchant.create', 'merchant')
  begin(@Visitor() visit: Visit): View {
    const form = this.pages.blank(visit);
    return new View('business/details.njk', { form, ...this.pages.choices(visit, form) });
  }

  @Post('new')
  @Requires('merchant.create', 'merchant')
  async create(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = readDetails(body);
    const form = { ...typed, language: visit.language, zone: zonesOf(typed.country)[0] ?? 'UTC' };
    const lacking = undecided(form);
    const created = lacking === undefined ? await this.profiles.create(visit.ctx, { ...detailsOf(form), sizes: [] }) : { ok: false as const, refusal: lacking };
    if (created.ok) return new SeeOther(`/${visit.language}/business/${created.value.id}?done=created`);
    return again('business/details.njk', { form, ...this.pages.choices(visit, form) }, created.refusal);
  }

  @Get(':id')
  @Requires('merchant.read', 'merchant')
  async overview(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('business/overview.njk', { ...(await this.pages.overview(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Get(':id/details')
  @Requires('merchant.edit', 'merchant')
  async details(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const merchant = await this.pages.merchant(visit, id);
    const form = detailsForm(merchant);
    return new View('business/details.njk', { merchant, form, version: merchant.version, ...this.pages.choices(visit, form) });
  }

  @Post(':id/details')
  @Requires('merchant.edit', 'merchant')
  async saveDetails(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const form = readDetails(body);
    const lacking = undecided(form);
    const edited = lacking === undefined ? await this.profiles.edit(visit.ctx, id, formVersion(body), detailsOf(form)) : { ok: false as const, refusal: lacking };
    if (edited.ok) return this.#saved(visit, id);
    const merchant = await this.pages.merchant(visit, id);
    const data = { merchant, version: formVersion(body), ...this.pages.choices(visit, form) };
    return this.pages.refused('business/details.njk', data, edited.refusal, form, this.pages.stored(merchant));
  }

  @Get(':id/contact')
  @Requires('merchant.edit', 'merchant')
  async contact(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const merchant = await this.pages.merchant(visit, id);
    return new View('business/contact.njk', { merchant, form: contactForm(merchant), version: merchant.version });
  }

  @Post(':id/contact')
  @Requires('merchant.edit', 'merchant')
  async saveContact(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const before = await this.pages.merchant(visit, id);
    const form = readContact(body, before.country);
    const edited = await this.profiles.edit(visit.ctx, id, formVersion(body), contactOf(form));
    if (edited.ok) return this.#saved(visit, id);
    const merchant = await this.pages.merchant(visit, id);
    return this.pages.refused('business/contact.njk', { merchant, version: formVersion(body) }, edited.refusal, form, { form: contactForm(merchant), version: merchant.version });
  }

  @Get(':id/sizes')
  @Requires('merchant.edit', 'merchant')
  async sizes(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const merchant = await this.pages.merchant(visit, id);
    const sizes = sizesForm(merchant);
    return this.#sizesPage({ merchant, version: merchant.version }, sizes.length === 0 ? [blankSize(merchant.sizes[0]?.currency)] : sizes);
  }

  @Post(':id/sizes')
  @Requires('merchant.edit', 'merchant')
  async saveSizes(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const rows = readSizesForm(body);
    const version = formVersion(body);
    const button = formText(body, 'do', 20);
    const merchant = await this.pages.merchant(visit, id);
    if (button === 'add') return this.#sizesPage({ merchant, version, focus: `sizes-${rows.length}-year` }, [...rows, blankSize(rows.at(-1)?.currency)]);
    const removed = /^remove-(\d{1,2})$/.exec(button)?.[1];
    if (removed !== undefined) return this.#sizesPage({ merchant, version, focus: 'add' }, rows.filter((_row, index) => String(index) !== removed));
    const sizes = sizesOf(rows);
    const edited = sizes.ok ? await this.profiles.edit(visit.ctx, id, version, { sizes: sizes.value } satisfies MerchantEdit) : sizes;
    if (edited.ok) return this.#saved(visit, id);
    const refusal = edited.refusal.code === 'merchants.size_year' ? { ...edited.refusal, pointer: edited.refusal.pointer?.replace('/sizes/', '/sizes-').replace('/year', '-year') ?? '/add' } : edited.refusal;
    const now = await this.pages.merchant(visit, id);
    return this.pages.refused('business/sizes.njk', { merchant: now, version, sources: SIZE_SOURCES }, refusal, { rows }, { form: { rows: sizesForm(now) }, version: now.version });
  }

  @Post(':id/register-lookup')
  @Requires('merchant.edit', 'merchant')
  async ask(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<SeeOther> {
    unwrap(await this.proposals.ask(visit.ctx, id));
    return new SeeOther(`/${visit.language}/business/${id}?done=asked#register`);
  }

  @Post(':id/register-adoption')
  @Requires('merchant.edit', 'merchant')
  async takeOver(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const parts = formChoices(body, 'parts', PARTS) as ProposedPart[];
    const taken = parts.length === 0 ? refuse('portal.field_missing', {}, { pointer: '/parts' }) : await this.adoption.takeOver(visit.ctx, id, formVersion(body), parts);
    if (taken.ok) return new SeeOther(`/${visit.language}/business/${id}?done=taken`);
    return again('business/overview.njk', await this.pages.overview(visit, id), taken.refusal, taken.refusal.pointer === undefined ? 409 : 422);
  }

  #sizesPage(data: object, rows: readonly SizeForm[]): View {
    return new View('business/sizes.njk', { ...data, form: { rows }, sources: SIZE_SOURCES });
  }

  #saved({ language }: Visit, id: string): SeeOther {
    return new SeeOther(`/${language}/business/${id}?done=saved`);
  }
}

const blankSize = (currency = ''): SizeForm => ({ measure: 'turnover', year: '', value: '', currency, source: SIZE_SOURCES[0] });
