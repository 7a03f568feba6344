import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCursor } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries, type ClaimState, type ClaimView } from '../../modules/claims/index.js';
import { Casework } from '../../modules/review/index.js';
import { ClaimLists } from '../shared/claim-list.service.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { readVerdict } from './verdict.form.js';

/** Queues by the name they have in an address; each is one state of the machine. */
const QUEUES = { review: 'in_review', decision: 'recommended', automatic: 'submitted', offered: 'offered', accepted: 'accepted', rejected: 'rejected' } as const satisfies Record<string, ClaimState>;
const ON_A_PAGE = 50;
const DONE = ['pulled', 'recommended', 'returned', 'decided', 'figure_put', 'figure_lifted', 'said_of_pair', 'asked', 'asked_again', 'objection_decided', 'held', 'released', 'hold_day', 'reduction_proposed', 'reduced', 'reduction_dropped', 'reopened', 'interest', 'approved'];

/** The desk of those who review and decide. What a person may not do is not offered here, and refused by the service all the same. */
@Pages('work')
export class WorkController {
  constructor(
    private readonly database: Database,
    private readonly lists: ClaimLists,
    private readonly claims: ClaimQueries,
    private readonly casework: Casework,
    private readonly pages: CasePages,
  ) {}

  @Get()
  @Requires('queue.read')
  async queue(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'queue', 20);
    const queue = asked === '' ? (isAllowed(visit.ctx.actor, 'claim.decide') ? 'decision' : 'review') : asked;
    if (!Object.hasOwn(QUEUES, queue)) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after: before } = cursorIn(query);
    const state = QUEUES[queue as keyof typeof QUEUES];
    const page = await this.lists.page(visit, { state, limit: ON_A_PAGE, ...(before === undefined ? {} : { before }) });
    const counts = await this.claims.counts(this.database.reader, Object.values(QUEUES));
    return new View('staff/queue.njk', { page, queue, queues: Object.entries(QUEUES).map(([name, of]) => ({ name, count: counts.get(of) ?? 0 })) });
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

  @Post(':reference/recommendation')
  @Requires('claim.recommend')
  async recommend(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const verdict = readVerdict(body, await this.pages.refusalReasons());
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
    const verdict = readVerdict(body, await this.pages.refusalReasons());
    const doneWith = (claim: unknown): string => ((claim as ClaimView).state === 'recommended' ? 'approved' : 'decided');
    return this.pages.answer(visit, reference, body, doneWith, ({ id }) =>
      (verdict.ok ? this.casework.decide(visit.ctx, id, formVersion(body), verdict.value) : Promise.resolve(verdict)));
  }
}
