import { Body, Param, Post } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimOverrides, OverrideQueries } from '../../modules/review/index.js';
import { formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { onThePage, readFigure, readLift } from './figure.form.js';

/** Putting a figure on the staff page of a claim, and taking one back. */
@Pages('work')
export class FiguresController {
  constructor(private readonly pages: CasePages, private readonly overrides: ClaimOverrides, private readonly queries: OverrideQueries) {}

  @Post(':reference/figures')
  @Requires('claim.recommend')
  async put(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'figure_put', async ({ id, currency }): Promise<Result<unknown>> => {
      const { open } = unwrap(await this.queries.list(visit.ctx, id));
      const read = readFigure(body, open, currency);
      if (!read.ok) return read;
      const done = await this.overrides.put(visit.ctx, id, formVersion(body), read.value.put, read.value.evidence);
      return done.ok ? done : { ok: false, refusal: onThePage(done.refusal) };
    });
  }

  @Post(':reference/figures/:n/withdrawal')
  @Requires('claim.recommend')
  async lift(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const reason = readLift(body, n);
    return this.pages.answer(visit, reference, body, 'figure_lifted', ({ id }) =>
      (reason.ok ? this.overrides.lift(visit.ctx, id, n, formVersion(body), reason.value) : Promise.resolve(reason)));
  }
}
