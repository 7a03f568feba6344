import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { DutyBoard } from '../../modules/identity/index.js';
import { DECIDING_ROLES, DecisionLimits, Interests, INTEREST_REACHES } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { readLimit } from './limit.form.js';

const DONE = ['set', 'waits', 'confirmed'];

/** For administrators: which duties the people there are can fill, and up to what amount somebody decides alone. */
@Pages('duties')
export class DutyPagesController {
  constructor(private readonly board: DutyBoard, private readonly limits: DecisionLimits) {}

  @Get()
  @Requires('user.manage')
  async duties(@Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('staff/duties/duties.njk', { ...await this.#sheet(), done: DONE.includes(done) ? done : undefined });
  }

  @Post('limits')
  @Requires('user.manage')
  async set(@Visitor() { ctx, language }: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const limit = readLimit(body);
    const set = limit.ok ? await this.limits.set(ctx, limit.value) : limit;
    return set.ok ? new SeeOther(`/${language}/duties?done=${set.value.effectiveAt === undefined ? 'waits' : 'set'}`) : this.#refused(set.refusal, body);
  }

  @Post('limits/:id/confirmation')
  @Requires('user.manage')
  async confirm(@Visitor() { ctx, language }: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    const confirmed = await this.limits.confirm(ctx, id);
    return confirmed.ok ? new SeeOther(`/${language}/duties?done=confirmed`) : this.#refused(confirmed.refusal, {});
  }

  async #sheet(): Promise<object> {
    const hasLimits = await this.limits.any();
    return { board: await this.board.view({ hasLimits }), limits: (await this.limits.list()).items, roles: DECIDING_ROLES };
  }

  async #refused(refusal: Refusal, typed: unknown): Promise<View> {
    return again('staff/duties/duties.njk', { ...await this.#sheet(), typed }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}

/** On the page of a claim: "I have an interest". */
@Pages('work')
export class InterestPagesController {
  constructor(private readonly pages: CasePages, private readonly interests: Interests) {}

  @Post(':reference/interest')
  @Requires('queue.read')
  async declare(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const reach = INTEREST_REACHES.find((one) => one === formText(body, 'reach', 20));
    const note = formText(body, 'interest', 2_000).trim();
    return this.pages.answer(visit, reference, body, 'interest', ({ id }) => (reach === undefined
      ? Promise.resolve({ ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/reach' } })
      : this.interests.declare(visit.ctx, id, { reach, note: note === '' ? undefined : note })));
  }
}
