import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { MemberRole } from '../../platform/access/roles.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Members } from '../identity/index.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';
import type { InvitationView } from './merchant-invitations.service.js';
import { MerchantHolds } from './merchant-holds.service.js';
import { MerchantRecords } from './merchant-records.service.js';
import { maskedEmail, openInvitation } from './members.rules.js';

/** What whoever holds the link sees before they take it. */
export interface InvitationOffer {
  readonly merchantName: string;
  readonly role: MemberRole;
  readonly email: string;
  readonly expiresAt: string;
}

/** What becomes of an invitation. */
@Injectable()
export class InvitationAnswers {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly invitations: InvitationsRepository,
    private readonly members: Members,
    private readonly holds: MerchantHolds,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  async unanswered(ctx: Context, merchantId: string): Promise<Result<{ items: InvitationView[] }>> {
    if (!mayFor(ctx.actor, 'merchant.read', merchantId)) return refuse('merchants.not_found');
    const now = this.clock.now();
    const rows = await this.invitations.unanswered(this.database.reader, merchantId);
    return ok({ items: rows.map(({ id, email, role, expiresAt }) => ({ id, email, role, expiresAt: expiresAt.toISOString(), isOver: expiresAt.getTime() <= now })) });
  }

  /** What a link is good for; asked by anybody who holds it. */
  async look(token: string): Promise<Result<InvitationOffer>> {
    const row = await this.invitations.byToken(this.database.reader, tokenHash(token));
    const open = this.#open(row);
    if (!open.ok) return open;
    const { merchantName, role, email, expiresAt } = open.value;
    return ok({ merchantName, role, email: maskedEmail(email), expiresAt: expiresAt.toISOString() });
  }

  /** Whoever accepts is signed in with the address that was invited: a link that was passed on lets nobody in. */
  accept(ctx: Context, token: string): Promise<Result<{ merchantId: string; role: MemberRole }>> {
    const userId = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx) => {
      const open = this.#open(await this.invitations.byToken(tx, tokenHash(token)));
      if (!open.ok) return open;
      const { id, merchantId, role, email } = open.value;
      const clear = await this.holds.lockClear(tx, merchantId);
      if (!clear.ok) return clear;
      if (await this.members.addressOf(tx, userId) !== email) return refuse('merchants.invitation_of_another');
      if ((await this.members.of(tx, merchantId)).some((member) => member.userId === userId)) return refuse('merchants.member_already');
      if (!(await this.invitations.accept(tx, id, userId, this.clock.now()))) return refuse('merchants.invitation_used');
      await this.members.add(tx, { userId, merchantId, role });
      await this.records.note(tx, ctx, { what: 'member.joined', merchantId, data: { invitationId: id, userId, role } });
      return ok({ merchantId, role });
    });
  }

  #open(row: InvitationRow | undefined): Result<InvitationRow> {
    if (row === undefined) return refuse('merchants.invitation_not_found');
    const { expiresAt, acceptedAt, withdrawnAt } = row;
    const open = openInvitation({ expiresAt: expiresAt.getTime() as Instant, isAccepted: acceptedAt !== null, isWithdrawn: withdrawnAt !== null }, this.clock.now());
    return open.ok ? ok(row) : open;
  }
}
