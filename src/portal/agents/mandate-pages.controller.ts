import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { mayAsMember } from '../../platform/access/ownership.js';
import { Public, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MANDATE_STATES, MandateAnswers, MandateAssertions, MandateQueries, type MandateRow } from '../../modules/agents/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { MandateClaims } from './mandate-claims.service.js';

const ON_A_PAGE = 25;
const DONE = ['asked', 'confirmed', 'ended'];

/** Mandates: an agent's own, those over one's own business, and the page a business answers on without signing in. */
@Pages('mandates')
export class MandatePagesController {
  constructor(
    private readonly mandates: MandateQueries, private readonly assertions: MandateAssertions, private readonly answers: MandateAnswers, private readonly claims: MandateClaims,
  ) {}

  @Get()
  @Requires('mandate.read', 'agent')
  async list(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const state = MANDATE_STATES.find((one) => one === formText(query, 'state', 20));
    const { after } = cursorIn(query);
    const page = await this.mandates.page(ctx, { limit: ON_A_PAGE, ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { before: after }) });
    return new View('agents/mandates.njk', { page, state, states: MANDATE_STATES, paged: after !== undefined });
  }

  @Get('answer/done')
  @Public()
  answered(@Query() query: Record<string, unknown>): View {
    return new View('agents/answered.njk', { answer: formText(query, 'as', 20) === 'confirmed' ? 'confirmed' : 'refused' });
  }

  @Get('answer/:token')
  @Public()
  async question(@Param('token') token: string): Promise<View> {
    return this.#question(token, unwrap(await this.answers.behind(token)));
  }

  @Post('answer/:token')
  @Public()
  async answer(@Visitor() { ctx, language }: Visit, @Param('token') token: string, @Body() body: unknown): Promise<View | SeeOther> {
    const row = unwrap(await this.answers.behind(token));
    const typed = { answer: formText(body, 'answer', 10), name: formText(body, 'name', 200).trim() };
    if (typed.answer !== 'yes' && typed.answer !== 'no') return this.#question(token, row, typed, { code: 'portal.mandate_unanswered', params: {}, pointer: '/answer' });
    if (typed.answer === 'yes' && typed.name === '') return this.#question(token, row, typed, { code: 'portal.name_missing', params: {}, pointer: '/name' });
    unwrap<unknown>(typed.answer === 'yes' ? await this.answers.confirmByLink(ctx, token, typed.name) : await this.answers.vetoByLink(ctx, token));
    return new SeeOther(`/${language}/mandates/answer/done?as=${typed.answer === 'yes' ? 'confirmed' : 'refused'}`);
  }

  @Get(':id')
  @Requires('mandate.read', 'agent')
  async mandate(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('agents/mandate.njk', { ...(await this.#sheet(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':id/reminder')
  @Requires('mandate.assert', 'agent')
  async ask(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    return this.#after(visit, id, await this.assertions.askAgain(visit.ctx, id), 'asked');
  }

  @Post(':id/confirmation')
  @Requires('mandate.confirm', 'agent')
  async confirm(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, await this.answers.confirm(visit.ctx, id, formVersion(body)), 'confirmed');
  }

  @Post(':id/end')
  @Requires('mandate.revoke', 'agent')
  async end(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, await this.answers.revoke(visit.ctx, id, formVersion(body)), 'ended');
  }

  async #after(visit: Visit, id: string, outcome: Result<unknown>, done: string): Promise<View | SeeOther> {
    if (outcome.ok) return new SeeOther(`/${visit.language}/mandates/${id}?done=${done}`);
    return again('agents/mandate.njk', await this.#sheet(visit, id), outcome.refusal, 409);
  }

  async #sheet({ ctx }: Visit, id: string) {
    const mandate = unwrap(await this.mandates.get(ctx, id));
    const side = mayAsMember(ctx.actor, 'mandate.read', mandate.merchant.id) ? 'merchant' : 'agent';
    return { mandate, side, mayConfirm: mayAsMember(ctx.actor, 'mandate.confirm', mandate.merchant.id), claims: await this.claims.of(id) };
  }

  async #question(token: string, row: MandateRow, typed: object = {}, fault?: Refusal): Promise<View> {
    const data = { token, mandate: row, claims: await this.claims.of(row.id), typed };
    return fault === undefined ? new View('agents/answer.njk', data) : again('agents/answer.njk', data, fault);
  }
}
