import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, claimView, type ClaimRow, type ClaimView } from '../claims/index.js';
import { Awards } from './awards.service.js';
import { InformationRequestsRepository } from './requests/information-requests.repository.js';

/** Taking a claim back; a new one may be filed afterwards. Stands here because an offer's reservation goes back with it. */
@Injectable()
export class ClaimWithdrawal {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly awards: Awards,
    private readonly audit: AuditTrail,
    private readonly requests: InformationRequestsRepository,
    private readonly clock: Clock,
  ) {}

  /** `reason`: what the merchant wrote beside it, if anything; kept apart from the audit entry, which has its digest. */
  withdraw(ctx: Context, id: string, version: number, reason?: string): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.#own(tx, ctx, id, version);
      if (!claim.ok) return claim;
      const moved = await this.withdrawIn(tx, ctx, claim.value, reason === undefined ? {} : { reasonDigest: await this.audit.keepText(tx, reason) });
      return moved.ok ? ok(claimView(moved.value)) : moved;
    });
  }

  /** In the transaction of a caller who holds the claim and has asked who may. */
  async withdrawIn(tx: Tx, ctx: Context, claim: ClaimRow, data: object): Promise<Result<ClaimRow>> {
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'withdraw', data });
    if (!moved.ok) return moved;
    await this.awards.release(tx, ctx, claim);
    await this.requests.settle(tx, claim.id, { state: 'ended', at: this.clock.now() });
    return moved;
  }

  /** The merchant says that what the operator opened is none of its doing; what it writes beside it is for staff, and kept by digest. */
  disclaim(ctx: Context, id: string, version: number, note?: string): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.#own(tx, ctx, id, version);
      if (!claim.ok) return claim;
      const data = note === undefined ? {} : { noteDigest: await this.audit.keepText(tx, note) };
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'not_mine', data });
      if (!moved.ok) return moved;
      await this.awards.release(tx, ctx, claim.value);
      return ok(claimView(moved.value));
    });
  }

  async #own(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<ClaimRow>> {
    const claim = await this.lifecycle.locked(tx, id);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
    return claim.value.version === version ? claim : refuse('http.stale', { seen: version, current: claim.value.version });
  }
}
