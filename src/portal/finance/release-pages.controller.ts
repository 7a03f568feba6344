import { Body, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { BatchRelease, ReleaseOutlook } from '../../modules/payouts/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readDigest, TYPED_DIGITS } from './batch.form.js';
import { BatchSheets } from './batch-sheets.service.js';
import { batchStatus } from './finance-refusals.rules.js';

/** The card before money leaves, with what it would leave without. */
@Pages('payouts')
export class ReleasePagesController {
  constructor(private readonly release: BatchRelease, private readonly sheets: BatchSheets, private readonly outlook: ReleaseOutlook) {}

  /** Whoever may not release, or no longer, is led back to the batch. */
  @Get(':id/release')
  @Requires('payout.release')
  async card(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    const sheet = await this.sheets.heading(visit, id);
    return sheet.may.release ? new View('finance/release.njk', { ...sheet, digits: TYPED_DIGITS, outlook: await this.outlook.of(sheet.batch) }) : new SeeOther(`/${visit.language}/payouts/${id}`);
  }

  @Post(':id/release')
  @Requires('payout.release')
  async releases(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const digest = readDigest(body);
    const asked = digest.ok ? await this.release.request(visit.ctx, id, formVersion(body), digest.value) : digest;
    if (asked.ok) return new SeeOther(`/${visit.language}/payouts/${id}?done=asked`);
    const sheet = await this.sheets.heading(visit, id);
    const data = sheet.may.release ? { ...sheet, typed: formText(body, 'typed', 80), outlook: await this.outlook.of(sheet.batch) } : await this.sheets.of(visit, id, undefined);
    return again(sheet.may.release ? 'finance/release.njk' : 'finance/batch.njk', { ...data, digits: TYPED_DIGITS }, asked.refusal, batchStatus(asked.refusal));
  }
}
