import { Body, Param, Post } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { InformationRequests } from '../../modules/review/index.js';
import { ClaimSheets } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { atTheForm, readAsking } from './request.form.js';

/** Asking the merchant for something on the staff page of a claim, and asking again where the letter came back. */
@Pages('work')
export class CaseRequestsController {
  constructor(private readonly pages: CasePages, private readonly sheets: ClaimSheets, private readonly requests: InformationRequests) {}

  @Post(':reference/requests')
  @Requires('claim.recommend')
  async ask(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { asked } = unwrap(await this.sheets.of(visit, reference));
    const read = readAsking(body, asked.askable?.things ?? []);
    return this.pages.answer(visit, reference, body, 'asked', async ({ id }): Promise<Result<unknown>> => {
      const done = read.ok ? await this.requests.ask(visit.ctx, id, formVersion(body), read.value) : read;
      return done.ok ? done : { ok: false, refusal: atTheForm(done.refusal) };
    });
  }

  @Post(':reference/requests/:n/notice')
  @Requires('claim.recommend')
  async askAgain(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'asked_again', ({ id }) => this.requests.askAgain(visit.ctx, id, n, formVersion(body), formText(body, 'dueOn', 10).trim()));
  }
}
