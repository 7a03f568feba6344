import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { MemberRole } from '../../platform/access/roles.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Members, type Member } from '../identity/index.js';
import { MerchantHolds } from './merchant-holds.service.js';
import { MerchantRecords } from './merchant-records.service.js';
import { keepsAnOwner } from './members.rules.js';

export interface MemberView extends Member {
  readonly self: string;
}

/** Who acts for a business. Owners sign; one of them always stays. */
@Injectable()
export class MerchantMembers {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly members: Members,
    private readonly holds: MerchantHolds,
    private readonly records: MerchantRecords,
  ) {}

  async list(ctx: Context, merchantId: string): Promise<Result<{ items: MemberView[] }>> {
    if (!mayFor(ctx.actor, 'merchant.read', merchantId)) return refuse('merchants.not_found');
    return ok({ items: (await this.members.of(this.database.reader, merchantId)).map((member) => view(merchantId, member)) });
  }

  changeRole(ctx: Context, merchantId: string, userId: string, version: number, role: MemberRole): Promise<Result<MemberView>> {
    return this.#with(ctx, merchantId, userId, async (tx, member, all) => {
      if (role !== 'owner' && member.role === 'owner' && !keepsAnOwner(all, userId)) return refuse('merchants.member_last_owner');
      if (!(await this.members.change(tx, { userId, merchantId, role }, version))) return refuse('http.stale', { seen: version, current: member.version });
      await this.records.note(tx, ctx, { what: 'member.role_changed', merchantId, data: { userId, role } });
      return ok(view(merchantId, { ...member, role, version: version + 1 }));
    });
  }

  /** Owners remove anybody; everybody may leave. */
  remove(ctx: Context, merchantId: string, userId: string, version: number): Promise<Result<null>> {
    return this.#with(ctx, merchantId, userId, async (tx, member, all) => {
      if (member.role === 'owner' && !keepsAnOwner(all, userId)) return refuse('merchants.member_last_owner');
      if (!(await this.members.remove(tx, { userId, merchantId }, version))) return refuse('http.stale', { seen: version, current: member.version });
      await this.records.note(tx, ctx, { what: 'member.removed', merchantId, data: { userId } });
      return ok(null);
    }, (actor) => actor.kind === 'user' && actor.userId === userId);
  }

  #with<T>(
    ctx: Context, merchantId: string, userId: string, act: (tx: Tx, member: Member, all: readonly Member[]) => Promise<Result<T>>,
    orSelf: (actor: Context['actor']) => boolean = () => false,
  ): Promise<Result<T>> {
    return this.work.run(ctx, async (tx) => {
      const may = mayFor(ctx.actor, 'member.manage', merchantId) || orSelf(ctx.actor);
      if (!may) return refuse('merchants.member_not_found');
      const clear = await this.holds.lockClear(tx, merchantId);
      if (!clear.ok) return clear;
      const all = await this.members.of(tx, merchantId);
      const member = all.find((one) => one.userId === userId);
      return member === undefined ? refuse('merchants.member_not_found') : act(tx, member, all);
    });
  }
}

const view = (merchantId: string, member: Member): MemberView => ({ self: `/v1/merchants/${merchantId}/members/${member.userId}`, ...member });
