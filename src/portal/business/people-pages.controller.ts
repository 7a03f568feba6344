import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { LANGUAGES } from '../../core/policy/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { InvitationAnswers, MerchantInvitations, MerchantMembers } from '../../modules/merchants/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BusinessPages } from './business-pages.service.js';

const DONE = ['invited', 'changed', 'removed', 'withdrawn'];
const roleIn = (body: unknown): 'owner' | 'member' => (formText(body, 'role', 10) === 'owner' ? 'owner' : 'member');

/** Who acts for a business: owners sign, members file. */
@Pages('business/:id/people')
export class PeoplePagesController {
  constructor(
    private readonly pages: BusinessPages,
    private readonly members: MerchantMembers,
    private readonly invitations: MerchantInvitations,
    private readonly answers: InvitationAnswers,
  ) {}

  @Get()
  @Requires('merchant.read', 'merchant')
  async list(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('business/people.njk', { ...(await this.#data(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Post('invitations')
  @Requires('member.manage', 'merchant')
  async invite(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const language = LANGUAGES.find((one) => one === formText(body, 'language', 2)) ?? visit.language;
    const form = { email: formText(body, 'email', 200), role: roleIn(body), language };
    return this.#answer(visit, id, 'invited', await this.invitations.invite(visit.ctx, id, form), form);
  }

  @Post('invitations/:invitationId/withdrawal')
  @Requires('member.manage', 'merchant')
  async withdraw(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('invitationId', ParseUUIDPipe) invitationId: string): Promise<View | SeeOther> {
    return this.#answer(visit, id, 'withdrawn', await this.invitations.withdraw(visit.ctx, id, invitationId));
  }

  @Post(':userId/role')
  @Requires('member.manage', 'merchant')
  async change(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('userId', ParseUUIDPipe) userId: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answer(visit, id, 'changed', await this.members.changeRole(visit.ctx, id, userId, formVersion(body), roleIn(body)));
  }

  @Get(':userId/removal')
  @Requires('merchant.read', 'merchant')
  async askBeforeRemoving(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('userId', ParseUUIDPipe) userId: string): Promise<View> {
    const { items } = unwrap(await this.members.list(visit.ctx, id));
    const member = items.find((one) => one.userId === userId);
    const itself = visit.ctx.actor.kind === 'user' && visit.ctx.actor.userId === userId;
    return new View('business/removal.njk', { merchant: await this.pages.merchant(visit, id), member, itself });
  }

  @Post(':userId/removal')
  @Requires('merchant.read', 'merchant')
  async remove(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('userId', ParseUUIDPipe) userId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const removed = await this.members.remove(visit.ctx, id, userId, formVersion(body));
    // Whoever left sees the business no longer.
    if (removed.ok && visit.ctx.actor.kind === 'user' && visit.ctx.actor.userId === userId) return new SeeOther(`/${visit.language}/start`);
    return this.#answer(visit, id, 'removed', removed);
  }

  async #answer(visit: Visit, id: string, done: string, answer: Result<unknown>, form?: object): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/business/${id}/people?done=${done}`);
    return this.#refused(visit, id, answer.refusal, form);
  }

  async #refused(visit: Visit, id: string, refusal: Refusal, form: object = {}): Promise<View> {
    return again('business/people.njk', { ...(await this.#data(visit, id)), form }, refusal, refusal.pointer === undefined ? 409 : 422);
  }

  async #data(visit: Visit, id: string): Promise<object> {
    const { actor } = visit.ctx;
    return {
      merchant: await this.pages.merchant(visit, id), people: unwrap(await this.members.list(visit.ctx, id)).items,
      invitations: unwrap(await this.answers.unanswered(visit.ctx, id)).items, mayManage: mayFor(actor, 'member.manage', id),
      me: actor.kind === 'user' ? actor.userId : undefined, form: {},
    };
  }
}
