import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimPoints, Entitlements, type ClaimRow } from '../../claims/index.js';
import { FundAllocations } from '../../funds/index.js';
import { FundShares } from './fund-shares.service.js';

/** Claims that were decided, or granted more, after their fund had been shared: the same factor, from what was kept back. */
@Injectable()
export class LateShares {
  constructor(private readonly allocations: FundAllocations, private readonly points: ClaimPoints, private readonly entitlements: Entitlements, private readonly shares: FundShares) {}

  /** Whether the claim has its share now. False: the fund has not been shared for good. Codes: `sharing.reserve_exhausted`, `sharing.tier_unknown`. */
  async settle(tx: Tx, ctx: Context, claim: ClaimRow, fundId: string): Promise<Result<boolean>> {
    const points = await this.points.latest(tx, claim.id);
    if (points === undefined) return ok(false);
    const granted = (await this.entitlements.latestOf(tx, [claim.id])).get(claim.id) ?? 0n;
    const late = await this.allocations.lateShare(tx, fundId, { claimId: claim.id, tier: points.tier, points: BigInt(points.pointsMinor), frozenMinor: granted });
    if (late === undefined) return ok(false);
    if (!late.share.ok) return late.share;
    const { minor, basis } = late.share.value;
    const given = await this.shares.give(tx, ctx, late.allocation, [{ claim, points, grantedMinor: granted, totalMinor: minor, basis }]);
    return given.ok ? ok(true) : given;
  }
}
