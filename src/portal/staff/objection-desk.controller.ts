import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ObjectionDecisions, ObjectionQueries } from '../../modules/review/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { CaseObjections } from './case-objections.service.js';
import { CasePages } from './case-pages.service.js';
import { onTheForm, readObjectionVerdict, withTotal } from './objection-verdict.form.js';

const ON_A_PAGE = 50;

/** Objections that wait, the oldest first. */
@Pages('objections')
export class ObjectionDeskController {
  constructor(private readonly queries: ObjectionQueries) {}

  @Get()
  @Requires('queue.read')
  async waiting(@Query() query: Record<string, unknown>): Promise<View> {
    const cursor = formText(query, 'cursor', 400) || undefined;
    return new View('staff/objections/waiting.njk', { page: unwrap(await this.queries.waiting(cursor, ON_A_PAGE)), paged: cursor !== undefined });
  }
}

/** The decision of an objection, on the page of its claim. */
@Pages('work')
export class ObjectionDecisionController {
  constructor(private readonly decisions: ObjectionDecisions, private readonly objections: CaseObjections, private readonly pages: CasePages) {}

  @Post(':reference/objection')
  @Requires('objection.decide')
  async decide(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    let decided: Result<unknown> = refuse('objections.not_found');
    await this.objections.deciding(visit, reference, async (claim, open) => {
      const verdict = readObjectionVerdict(body, open, claim.currency);
      const k = claim.objections.at(-1)?.n ?? 0;
      decided = verdict.ok ? await this.decisions.decide(visit.ctx, claim.id, k, formVersion(body), verdict.value) : verdict;
    });
    return this.pages.answer(visit, reference, withTotal(body, decided), 'objection_decided', () => Promise.resolve(onTheForm(decided)));
  }
}
