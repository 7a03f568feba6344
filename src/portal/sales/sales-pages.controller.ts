import { Body, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { ClaimSales } from '../../modules/claims/index.js';
import { TAX_BASES } from '../../modules/evidence/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { coverageIn, daysOf, typedCoverage, type TypedCoverage } from './coverage.form.js';
import { SalesDesk } from './sales-desk.service.js';
import { instantIn, SalesSheets, spanOf } from './sales-sheets.service.js';
import { daysNeeded, typedDays } from './typed-days.form.js';

/** The sales of a claim: a file, or totals typed by hand; shown back, and confirmed. */
@Pages('claims/:reference/sales')
export class SalesPagesController {
  constructor(private readonly clock: Clock, private readonly sheets: SalesSheets, private readonly desk: SalesDesk, private readonly sales: ClaimSales) {}

  @Get()
  @Requires('claim.read', 'merchant')
  async overview(@Visitor() visit: Visit, @Param('reference') reference: string, @Query() query: unknown): Promise<View> {
    return this.#overview(visit, reference, undefined, formText(query, 'done', 20) === 'confirmed');
  }

  @Post('files')
  @Requires('claim.file', 'merchant')
  @TakesFile()
  async receive(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const { desk } = await this.sheets.of(visit, reference);
    return this.desk.receive(visit, desk, request, (refusal) => this.#overview(visit, reference, refusal));
  }

  @Get('uploads/:uploadId')
  @Requires('claim.file', 'merchant')
  async found(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string): Promise<View> {
    return this.desk.found(visit, (await this.sheets.of(visit, reference)).desk, uploadId);
  }

  @Post('uploads/:uploadId')
  @Requires('claim.file', 'merchant')
  async answer(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.desk.answer(visit, (await this.sheets.of(visit, reference)).desk, uploadId, body);
  }

  @Get('uploads/:uploadId/columns')
  @Requires('claim.file', 'merchant')
  async columns(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string): Promise<View> {
    return this.desk.columns(visit, (await this.sheets.of(visit, reference)).desk, uploadId);
  }

  @Post('uploads/:uploadId/columns')
  @Requires('claim.file', 'merchant')
  async map(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.desk.map(visit, (await this.sheets.of(visit, reference)).desk, uploadId, body);
  }

  @Post('uploads/:uploadId/reading')
  @Requires('claim.file', 'merchant')
  async read(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string): Promise<View | SeeOther> {
    return this.desk.read(visit, (await this.sheets.of(visit, reference)).desk, uploadId);
  }

  @Post('uploads/:uploadId/removal')
  @Requires('claim.file', 'merchant')
  async throwAway(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string): Promise<View | SeeOther> {
    return this.desk.throwAway(visit, (await this.sheets.of(visit, reference)).desk, uploadId, (refusal) => this.#overview(visit, reference, refusal));
  }

  @Get('uploads/:uploadId/reading')
  @Requires('claim.file', 'merchant')
  async reading(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('uploadId', ParseUUIDPipe) uploadId: string): Promise<View | SeeOther> {
    const { desk, sets } = await this.sheets.of(visit, reference);
    // eslint-disable-next-line @typescript-eslint/require-await
    return this.desk.reading(visit, desk, uploadId, async (setId) => new SeeOther(`${desk.base}/sets/${sets.find(({ id }) => id === setId)?.number ?? 0}?from=${uploadId}`));
  }

  @Get('sets/:number')
  @Requires('claim.read', 'merchant')
  async set(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('number') number: string, @Query() query: unknown): Promise<View> {
    const from = formText(query, 'from', 36);
    return this.#set(visit, reference, number, { uploadId: /^[0-9a-f-]{36}$/.test(from) ? from : undefined });
  }

  @Post('sets/:number')
  @Requires('claim.file', 'merchant')
  async confirm(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('number') number: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = await this.sheets.of(visit, reference);
    const set = this.sheets.numbered(sheet, number);
    const typed = typedCoverage(body);
    const coverage = coverageIn(typed, sheet.desk.zone, instantIn(set.uploadedAt));
    const confirmed = coverage.ok ? await this.sales.confirmCoverage(visit.ctx, sheet.claim.id, set.id, [coverage.value]) : coverage;
    if (confirmed.ok) return new SeeOther(`${sheet.desk.base}?done=confirmed`);
    return this.#set(visit, reference, number, { typed }, { pointer: '/from', ...confirmed.refusal });
  }

  @Get('days')
  @Requires('claim.file', 'merchant')
  async days(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return this.#days(visit, reference, { days: {}, basis: '', taxRatePercent: '' });
  }

  @Post('days')
  @Requires('claim.file', 'merchant')
  async type(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { claim, desk } = await this.sheets.of(visit, reference);
    const days = typedDays(body, daysNeeded(spanOf(claim.window), desk.zone, this.clock.now()));
    const basis = TAX_BASES.find((known) => known === formText(body, 'basis', 20));
    const taxRatePercent = formText(body, 'taxRatePercent', 20);
    const typed = { days: Object.fromEntries(days.map(({ day, amount }) => [day, amount])), basis: basis ?? '', taxRatePercent };
    if (basis === undefined) return this.#days(visit, reference, typed, { code: 'portal.field_missing', params: {}, pointer: '/basis' });
    const stored = await this.sales.type(visit.ctx, claim.id, { days, basis, taxRatePercent, decimalMark: visit.language === 'fr' ? ',' : '.' });
    return stored.ok ? new SeeOther(`${desk.base}/sets/${stored.value.number}`) : this.#days(visit, reference, typed, stored.refusal);
  }

  async #overview(visit: Visit, reference: string, refusal?: Refusal, isConfirmed = false): Promise<View> {
    const sheet = await this.sheets.of(visit, reference);
    const data = { ...sheet, isConfirmed, left: await this.desk.left(visit, sheet.desk) };
    return refusal === undefined ? new View('sales/overview.njk', data) : again('sales/overview.njk', data, refusal);
  }

  async #set(visit: Visit, reference: string, number: string, more: { uploadId?: string | undefined; typed?: TypedCoverage }, refusal?: Refusal): Promise<View> {
    const sheet = await this.sheets.of(visit, reference);
    const set = this.sheets.numbered(sheet, number);
    const [proposed] = set.proposedCoverage;
    const [first, last] = [proposed, set.proposedCoverage.at(-1)];
    const span = first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
    const typed = more.typed ?? (span === undefined ? undefined : daysOf(spanOf(span), sheet.desk.zone));
    const data = { ...sheet, set, span, typed, uploadId: more.uploadId, told: this.sheets.told(visit, set.faults) };
    return refusal === undefined ? new View('sales/set.njk', data) : again('sales/set.njk', data, refusal);
  }

  async #days(visit: Visit, reference: string, typed: { readonly days: Readonly<Record<string, string>>; readonly basis: string; readonly taxRatePercent: string }, refusal?: Refusal): Promise<View> {
    const sheet = await this.sheets.of(visit, reference);
    const days = daysNeeded(spanOf(sheet.claim.window), sheet.desk.zone, this.clock.now());
    const data = { ...sheet, days, typed: typed.days, basis: typed.basis, taxRatePercent: typed.taxRatePercent, countsIn: await this.sales.countsIn(visit.ctx, sheet.claim.id) };
    return refusal === undefined ? new View('sales/days.njk', data) : again('sales/days.njk', data, refusal);
  }
}
