import { Body, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { HoldDesk, ReductionDesk, Reopenings } from '../../modules/review/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { needed, readHold, readReduction } from './hold.form.js';

/** Fields of the service by the names they have on the page, where one page has several forms. */
const FIELDS: Readonly<Record<string, string>> = { '/amount': '/reduceTo', '/withoutHearing': '/withoutHearing-yes' };
const onThePage = (result: Result<unknown>, fields: Readonly<Record<string, string>> = FIELDS): Result<unknown> => {
  if (result.ok) return result;
  const pointer = fields[result.refusal.pointer ?? ''];
  return pointer === undefined ? result : { ok: false, refusal: { ...result.refusal, pointer } satisfies Refusal };
};

/** Stopping a claim and letting it go on, reducing what was granted, and taking it up again, on the staff page of the claim. */
@Pages('work')
export class HoldPagesController {
  constructor(private readonly pages: CasePages, private readonly desk: HoldDesk, private readonly reductions: ReductionDesk, private readonly reopenings: Reopenings) {}

  @Post(':reference/holds')
  @Requires('hold.place')
  async place(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const read = readHold(body);
    return this.pages.answer(visit, reference, body, 'held', async ({ id }) => (read.ok ? this.desk.place(visit.ctx, id, read.value) : read));
  }

  @Post(':reference/holds/:holdId/release')
  @Requires('hold.release')
  async release(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('holdId', ParseUUIDPipe) holdId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const reason = needed(body, 'releaseReason');
    return this.pages.answer(visit, reference, body, 'released', async ({ id }) =>
      onThePage(reason.ok ? await this.desk.release(visit.ctx, id, holdId, formVersion(body), reason.value) : reason, { '/releaseReason': `/releaseReason-${holdId}` }));
  }

  @Post(':reference/holds/:holdId/day')
  @Requires('hold.place')
  async extend(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('holdId', ParseUUIDPipe) holdId: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'hold_day', async ({ id }) =>
      onThePage(await this.desk.extend(visit.ctx, id, holdId, formVersion(body), formText(body, 'reviewOn', 10)), { '/reviewOn': `/reviewOn-${holdId}` }));
  }

  @Post(':reference/reductions')
  @Requires('claim.reduce')
  async propose(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'reduction_proposed', async ({ id, currency }) => {
      const read = readReduction(body, currency);
      return read.ok ? onThePage(await this.reductions.propose(visit.ctx, id, formVersion(body), read.value)) : read;
    });
  }

  @Post(':reference/reductions/:n/decision')
  @Requires('claim.decide')
  async decide(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const note = needed(body, 'reduceNote', 4_000);
    const outcome = formText(body, 'reduceOutcome', 10) === 'reduce' ? 'reduce' : 'drop';
    return this.pages.answer(visit, reference, body, outcome === 'reduce' ? 'reduced' : 'reduction_dropped', async ({ id }) =>
      (note.ok ? this.reductions.decide(visit.ctx, id, n, formVersion(body), { outcome, note: note.value }) : note));
  }

  @Post(':reference/reopening')
  @Requires('claim.reopen')
  async reopen(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const reason = needed(body, 'reopenReason');
    return this.pages.answer(visit, reference, body, 'reopened', async ({ id }) => (reason.ok ? this.reopenings.reopen(visit.ctx, id, formVersion(body), reason.value) : reason));
  }
}
