import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { currency, money } from '../../../core/money/index.js';
import type { ShareBasis } from '../../../core/sharing/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, ShareGrants, type ClaimRow, type PointsRow, type SharedEntitlement } from '../../claims/index.js';
import { FundLedger, readFactor, type AllocationRow } from '../../funds/index.js';
import { ShareNotices } from './share-notices.service.js';
import { shareReason } from './share-reasons.rules.js';

/** A share that an allocation gives to a claim, which the caller has locked. */
export interface GivenShare {
  readonly claim: ClaimRow;
  readonly points: PointsRow;
  /** What the claim has before. */
  readonly grantedMinor: bigint;
  /** Its share in all. */
  readonly totalMinor: bigint;
  readonly basis: ShareBasis;
}

export type ShareVerdict = 'shared' | 'nothing_shared' | 'kept';

/**
 * Gives claims their shares: determination, entitlement, reservation, the end of the hold, the move and the letter, in one transaction. The rows of
 * all claims are written in as many statements as those of one.
 */
@Injectable()
export class FundShares {
  constructor(
    private readonly grants: ShareGrants, private readonly entitlements: Entitlements, private readonly ledger: FundLedger, private readonly lifecycle: ClaimLifecycle,
    private readonly events: EventLog, private readonly notices: ShareNotices,
  ) {}

  /** What became of each, in their order. A share of nothing ends a claim only for good, and only where nothing was given before. */
  async give(tx: Tx, ctx: Context, allocation: AllocationRow, shares: readonly GivenShare[]): Promise<Result<ShareVerdict[]>> {
    const verdicts = shares.map((share) => verdictOf(allocation, share));
    const told = shares.filter((_, index) => verdicts[index] !== 'kept');
    const [first] = told;
    if (first === undefined) return ok(verdicts);
    const code = currency(first.points.currency);
    const made = await this.grants.grant(tx, told.map((share) => ({
      claimId: share.claim.id, merchantId: share.claim.merchantId, assessmentId: share.points.assessmentId, totalMinor: share.totalMinor > 0n ? share.totalMinor : undefined,
      reasons: [reasonOf(allocation, share)],
    })), code);
    await this.ledger.reserveAll(tx, allocation.fundId, made.map(({ claimId, n, beforeMinor, totalMinor }) =>
      ({ claimId, entitlementNo: n, before: money(BigInt(beforeMinor), code), after: money(BigInt(totalMinor), code) })));
    await this.grants.liftHolds(tx, ctx, told.map(({ claim }) => claim.id));
    const entitled = new Map(made.map((row) => [row.claimId, row]));
    for (const share of told) {
      const moved = await this.#move(tx, ctx, allocation, share.claim, entitled.get(share.claim.id));
      if (!moved.ok) return moved;
    }
    return ok(verdicts);
  }

  async #move(tx: Tx, ctx: Context, { changeId }: AllocationRow, claim: ClaimRow, made: SharedEntitlement | undefined): Promise<Result<void>> {
    const isCarried = claim.state === 'accepted' && made !== undefined;
    if (isCarried) await this.entitlements.carryAcceptance(tx, claim.id, made.n);
    const to = made === undefined ? 'rejected' : await this.notices.stateOf(tx, claim);
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'share', to, data: { changeId, ...(made === undefined ? {} : { entitlement: made.n, amountMinor: made.totalMinor }) } });
    if (!moved.ok) return moved;
    if (isCarried) await this.events.append(tx, ctx, entitlementRaised(claim.merchantId, { claimId: claim.id, entitlement: made.n, beforeMinor: made.beforeMinor, afterMinor: made.totalMinor, currency: claim.currency, changeId }));
    return this.notices.tell(tx, moved.value, made?.n);
  }
}

function verdictOf({ stage }: AllocationRow, { grantedMinor, totalMinor }: GivenShare): ShareVerdict {
  if (totalMinor > grantedMinor) return 'shared';
  return totalMinor === 0n && stage === 'final' ? 'nothing_shared' : 'kept';
}

const reasonOf = ({ factors, rule }: AllocationRow, { basis, points }: GivenShare): ReturnType<typeof shareReason> => shareReason(basis, {
  factor: readFactor(factors[points.tier] ?? 'full'), pointsMinor: BigInt(points.pointsMinor), minimumMinor: BigInt(rule.minimum?.minor ?? '0'), currency: currency(points.currency),
});
