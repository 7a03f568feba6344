import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { ClaimHolds, ClaimLifecycle, Entitlements, type ClaimRow } from '../../claims/index.js';
import { DecisionNotices } from '../offers/decision-notices.service.js';
import { LateShares } from '../shares/late-shares.service.js';
import { Reservations } from '../reservations.service.js';

export const FUND_HOLDS = 'review.fund-holds';

/**
 * Claims that were offered while their fund could not reserve: once it can, the oldest decision first, the hold is lifted and the owners
 * are told; from the arrival of that letter on their time to answer runs. What needs no acceptance is granted. Within a fund nobody overtakes:
 * where the oldest does not fit, those behind it wait. A claim that another hold stops waits beside the order, and has its place again when that is released.
 */
@Injectable()
export class FundHolds implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly holds: ClaimHolds, private readonly lifecycle: ClaimLifecycle, private readonly entitlements: Entitlements,
    private readonly reservations: Reservations, private readonly decisions: DecisionNotices, private readonly late: LateShares,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: FUND_HOLDS, step: (ctx, tx) => this.#step(ctx, tx) });
  }

  /** At most one claim a step, so that none is kept locked while others wait for their fund. */
  async #step(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    const full = new Set<string>();
    for (const { claimId } of await this.holds.waitingForFunds(tx)) {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      const fundId = await this.reservations.fundOf(tx, claim.value);
      if (!fundId.ok) return fundId;
      // Several schemes may share a fund: whoever was decided first in any of them comes first.
      if (full.has(fundId.value)) continue;
      const lifted = await this.#lift(ctx, tx, claim.value, fundId.value);
      if (!lifted.ok || lifted.value) return lifted.ok ? ok({ done: false }) : lifted;
      full.add(fundId.value);
    }
    return ok({ done: true });
  }

  async #lift(ctx: Context, tx: Tx, claim: ClaimRow, fundId: string): Promise<Result<boolean>> {
    if (!(await this.holds.stands(tx, claim.id, 'fund'))) return ok(false);
    const latest = await this.entitlements.latest(tx, claim.id);
    if (latest === undefined) return this.#share(ctx, tx, claim, fundId);
    const reserved = await this.reservations.reserve(tx, ctx, claim, { n: latest.n, total: latest.gross });
    if (!reserved.ok) return reserved.refusal.code === 'funds.exhausted' ? ok(false) : reserved;
    await this.holds.release(tx, ctx, claim.id, { kind: 'fund' });
    if (await this.decisions.asksForAcceptance(tx, claim)) {
      await this.decisions.tell(tx, claim, { kind: 'renewal', entitlementNo: latest.n }, await this.decisions.offer(tx, claim, 'claim.fund_ready'));
      return ok(true);
    }
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'funded', data: { entitlement: latest.n } });
    if (!moved.ok) return moved;
    await this.decisions.tell(tx, moved.value, { kind: 'renewal' }, await this.decisions.offer(tx, claim, 'claim.fund_ready-granted'));
    return ok(true);
  }

  /** Points wait until their fund has been shared, and then for what was kept back of it. */
  async #share(ctx: Context, tx: Tx, claim: ClaimRow, fundId: string): Promise<Result<boolean>> {
    const settled = await this.late.settle(tx, ctx, claim, fundId);
    return settled.ok || settled.refusal.code !== 'sharing.reserve_exhausted' ? settled : ok(false);
  }
}
