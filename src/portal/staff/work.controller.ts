import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { userIdOf } from '../../platform/access/ownership.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries, type ClaimView } from '../../modules/claims/index.js';
import { Assignments, Casework } from '../../modules/review/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { CaseReasons } from './case-reasons.service.js';
import { QueuePages } from './queue-pages.service.js';
import { readVerdict } from './verdict.form.js';

const QUEUE_DONE = ['filter_saved', 'filter_removed'];
const DONE = ['pulled', 'recommended', 'returned', 'decided', 'figure_put', 'figure_lifted', 'said_of_pair', 'asked', 'asked_again', 'objection_decided', 'held', 'released', 'hold_day', 'reduction_proposed', 'reduced', 'reduction_dropped', 'reopened', 'interest', 'approved', 'taken', 'let_go', 'assigned', 'second_look'];

/** The desk of those who review and decide. What a person may not do is not offered here, and refused by the service all the same. */
@Pages('work')
export class WorkController {
  constructor(
    private readonly database: Database,
    private readonly queues: QueuePages,
    private readonly assignments: Assignments,
    private readonly claims: ClaimQueries,
    private readonly casework: Casework,
    private readonly pages: CasePages,
    private readonly reasons: CaseReasons,
  ) {}

  @Get()
  @Requires('queue.read')
  queue(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return this.queues.view(visit, query, QUEUE_DONE.includes(done) ? { done } : {});
  }

  @Post('next')
  @Requires('claim.take')
  async next(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const taken = await this.assignments.takeNext(visit.ctx);
    if (!taken.ok) return this.queues.view(visit, body, { fault: taken.refusal, status: 409 });
    const { claimId } = taken.value;
    const references = await this.claims.references(this.database.reader, [claimId]);
    return new SeeOther(`/${visit.language}/work/${references.get(claimId) ?? ''}?done=taken`);
  }

  @Get(':reference')
  @Requires('queue.read')
  async claim(@Visitor() visit: Visit, @Param('reference') reference: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    const before = unwrap(decodeCursor(formText(query, 'before', 400) || undefined, 1))?.[0];
    return new View('staff/claim.njk', { ...(await this.pages.of(visit, reference, before)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':reference/pull')
  @Requires('claim.pull')
  async pull(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'pulled', ({ id }) => this.casework.pull(visit.ctx, id, formVersion(body)));
  }

  @Post(':reference/assignment')
  @Requires('claim.take')
  async assign(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const to = formText(body, 'to', 36);
    const me = userIdOf(visit.ctx.actor);
    return this.pages.answer(visit, reference, body, to === '' ? 'let_go' : to === me ? 'taken' : 'assigned', ({ id }) => this.assignments.assign(visit.ctx, id, to === '' ? null : to));
  }

  @Post(':reference/recommendation')
  @Requires('claim.recommend')
  async recommend(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const verdict = readVerdict(body, await this.reasons.known());
    return this.pages.answer(visit, reference, body, 'recommended', ({ id }) =>
      (verdict.ok ? this.casework.recommend(visit.ctx, id, formVersion(body), verdict.value) : Promise.resolve(verdict)));
  }

  @Post(':reference/return')
  @Requires('claim.decide')
  async sendBack(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const why = formText(body, 'why', 2_000).trim();
    return this.pages.answer(visit, reference, body, 'returned', ({ id }) => (why === ''
      ? Promise.resolve({ ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/why' } })
      : this.casework.sendBack(visit.ctx, id, formVersion(body), why)));
  }

  @Post(':reference/decision')
  @Requires('claim.decide')
  async decide(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const verdict = readVerdict(body, await this.reasons.known());
    const doneWith = (claim: unknown): string => ((claim as ClaimView).state === 'recommended' ? 'approved' : 'decided');
    return this.pages.answer(visit, reference, body, doneWith, ({ id }) =>
      (verdict.ok ? this.casework.decide(visit.ctx, id, formVersion(body), verdict.value) : Promise.resolve(verdict)));
  }
}
