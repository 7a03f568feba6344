import { Get, Param, Post } from '@nestjs/common';
import { Public, Requires } from '../../platform/http/metadata.js';
import { InvitationAnswers, type InvitationOffer } from '../../modules/merchants/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** Where the link of a letter leads. Looking takes nothing: programs that open links in mails must not use it up. */
@Pages('invitations')
export class InvitationPagesController {
  constructor(private readonly invitations: InvitationAnswers) {}

  @Get(':token')
  @Public()
  async look(@Visitor() visit: Visit, @Param('token') token: string): Promise<View> {
    const offer = await this.invitations.look(token);
    if (!offer.ok) return again('business/invitation.njk', {}, offer.refusal, offer.refusal.code === 'merchants.invitation_not_found' ? 404 : 409);
    return this.#page(visit, token, offer.value);
  }

  @Post(':token')
  @Requires('invitation.accept')
  async accept(@Visitor() visit: Visit, @Param('token') token: string): Promise<View | SeeOther> {
    const accepted = await this.invitations.accept(visit.ctx, token);
    if (accepted.ok) return new SeeOther(`/${visit.language}/invitations/${token}/accepted`);
    const offer = await this.invitations.look(token);
    return again('business/invitation.njk', offer.ok ? { offer: offer.value, token, isSignedIn: true } : {}, accepted.refusal, accepted.refusal.code === 'merchants.invitation_of_another' ? 403 : 409);
  }

  @Get(':token/accepted')
  @Requires('invitation.accept')
  accepted(): View {
    return new View('business/joined.njk');
  }

  #page(visit: Visit, token: string, offer: InvitationOffer): View {
    return new View('business/invitation.njk', { offer, token, isSignedIn: visit.ctx.actor.kind === 'user' });
  }
}
