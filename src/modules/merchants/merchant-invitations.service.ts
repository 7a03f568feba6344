import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { MemberRole } from '../../platform/access/roles.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EMAIL_SHAPE, Members } from '../identity/index.js';
import { Outbox } from '../mail/index.js';
import { InvitationsRepository } from './invitations.repository.js';
import { MerchantHolds } from './merchant-holds.service.js';
import { MerchantRecords } from './merchant-records.service.js';
import { INVITATION_LASTS_MS, MOST_INVITATIONS } from './members.rules.js';

export interface NewInvitation {
  readonly email: string;
  readonly role: MemberRole;
  readonly language: Language;
}

export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly role: MemberRole;
  readonly expiresAt: string;
  readonly isOver: boolean;
}

/** People are invited by a link in a letter: it works once, for 72 hours, and only for the address it was sent to. */
@Injectable()
export class MerchantInvitations {
  constructor(
    private readonly work: UnitOfWork,
    private readonly holds: MerchantHolds,
    private readonly invitations: InvitationsRepository,
    private readonly members: Members,
    private readonly outbox: Outbox,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  /** Inviting an address again replaces the link it had. The link is in the letter only, never in an answer. */
  invite(ctx: Context, merchantId: string, { email: typed, role, language }: NewInvitation): Promise<Result<InvitationView>> {
    const email = typed.normalize('NFC').trim().toLowerCase();
    return this.work.run(ctx, async (tx) => {
      if (!mayFor(ctx.actor, 'member.manage', merchantId)) return refuse('merchants.not_found');
      if (!EMAIL_SHAPE.test(email)) return refuse('merchants.email_wrong', { value: email.slice(0, 80) }, { pointer: '/email' });
      return this.inviteIn(tx, ctx, merchantId, { email, role, language });
    });
  }

  /** In the transaction of a caller who has asked who may; `email` in small letters. */
  async inviteIn(tx: Tx, ctx: Context, merchantId: string, { email, role, language }: NewInvitation): Promise<Result<InvitationView>> {
    const merchant = await this.holds.lockClear(tx, merchantId);
    if (!merchant.ok) return merchant;
    if ((await this.members.of(tx, merchantId)).some((member) => member.email === email)) return refuse('merchants.member_already', {}, { pointer: '/email' });
    const open = await this.invitations.unanswered(tx, merchantId);
    const at = this.clock.now();
    const earlier = open.find((invitation) => invitation.email === email);
    if (earlier !== undefined) await this.invitations.withdraw(tx, earlier.id, merchantId, at);
    else if (open.length >= MOST_INVITATIONS) return refuse('merchants.invitations_many', { most: MOST_INVITATIONS });
    const [token, expiresAt] = [newToken(), (at + INVITATION_LASTS_MS) as Instant];
    const by = userIdOf(ctx.actor);
    const id = await this.invitations.insert(tx, { merchantId, email, role, tokenHash: tokenHash(token), by, at, expiresAt });
    await this.outbox.post(tx, {
      template: 'member.invited', to: { email }, language, data: { business: merchant.value.legalName, token, language, hours: '72' }, about: { kind: 'merchant', id: merchantId },
    });
    await this.records.note(tx, ctx, { what: 'member.invited', merchantId, data: { invitationId: id, role } });
    return ok({ id, email, role, expiresAt: formatInstant(expiresAt), isOver: false });
  }

  withdraw(ctx: Context, merchantId: string, id: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      const may = mayFor(ctx.actor, 'member.manage', merchantId);
      if (!may || !(await this.invitations.withdraw(tx, id, merchantId, this.clock.now()))) return refuse('merchants.invitation_not_found');
      await this.records.note(tx, ctx, { what: 'member.invitation_withdrawn', merchantId, data: { invitationId: id } });
      return ok(null);
    });
  }
}
