import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { mayFor } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ClaimLifecycle, claimView, Entitlements, type ClaimRow, type ClaimView } from '../../claims/index.js';
import { PointRaises } from '../shares/point-raises.service.js';
import { DecisionNotices } from './decision-notices.service.js';
import { RenewalGrounds } from './renewal-grounds.service.js';

/**
 * An offer that lapsed is taken up again: offered once more, to be accepted or not; of a fund that was shared for good meanwhile with its share at the same
 * factor, as far as there is something left. What never was an offer is reopened by people instead.
 */
@Injectable()
export class OfferRenewals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly grounds: RenewalGrounds,
    private readonly points: PointRaises,
    private readonly letters: DecisionNotices,
  ) {}

  /** Codes: `review.never_offered`, `review.offer_not_found`, and those of the grounds. */
  takeUpAgain(ctx: Context, claimId: string, n: number, version: number): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      if (!mayFor(ctx.actor, 'offer.accept', claim.value.merchantId)) return refuse('claims.not_found');
      if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
      const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'take_up_again' });
      if (!allowed.ok) return allowed;
      const latest = await this.entitlements.latest(tx, claimId);
      if (latest === undefined) return refuse('review.never_offered');
      if (latest.n !== n) return refuse('review.offer_not_found');
      return this.#renew(tx, ctx, claim.value, n);
    });
  }

  async #renew(tx: Tx, ctx: Context, claim: ClaimRow, n: number): Promise<Result<ClaimView>> {
    const sharedFund = await this.grounds.take(tx, ctx, claim);
    if (!sharedFund.ok) return sharedFund;
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'take_up_again', data: { entitlement: n } });
    if (!moved.ok) return moved;
    const settled = sharedFund.value === undefined ? ok(n) : await this.points.settle(tx, ctx, moved.value, { fundId: sharedFund.value, isToldHere: false });
    if (!settled.ok && settled.refusal.code !== 'sharing.reserve_exhausted') return settled;
    // Where its fund was shared while it had lapsed, its letter is that of its share.
    if (settled.ok && (settled.value ?? n) > n) return this.#standing(tx, claim.id);
    await this.letters.tell(tx, moved.value, { kind: 'renewal', entitlementNo: n }, await this.letters.offer(tx, moved.value, 'claim.offered'));
    return ok(claimView(moved.value));
  }

  async #standing(tx: Tx, claimId: string): Promise<Result<ClaimView>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    return claim.ok ? ok(claimView(claim.value)) : claim;
  }
}
