import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, money } from '../../../core/money/index.js';
import type { ShareBasis } from '../../../core/sharing/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { ClaimHolds, ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow, type Grant, type PointsRow } from '../../claims/index.js';
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
    private readonly entitlements: Entitlements, private readonly ledger: FundLedger, private readonly holds: ClaimHolds, private readonly lifecycle: ClaimLifecycle,
    private readonly events: EventLog, private readonly notices: ShareNotices, private readonly assessments: AssessmentQueries,
  ) {}

  /** What became of each, in their order. A share of nothing ends a claim only for good, and only where nothing was given before. Code: `funds.exhausted`. */
  async give(tx: Tx, ctx: Context, allocation: AllocationRow, shares: readonly GivenShare[]): Promise<Result<ShareVerdict[]>> {
    const verdicts = shares.map((share) => verdictOf(allocation, share));
    const told = shares.filter((_, index) => verdicts[index] !== 'kept');
    if (told.length === 0) return ok(verdicts);
    const granted = await this.#grant(tx, ctx, allocation, told);
    if (!granted.ok) return granted;
    await this.holds.releaseAll(tx, ctx, told.map(({ claim }) => claim.id), 'fund');
    const moved = await this.#move(tx, ctx, allocation, told, granted.value);
    return moved.ok ? ok(verdicts) : moved;
  }

  /** Determinations of all, and by claim the entitlements of those that get something, reserved. */
  async #grant(tx: Tx, ctx: Context, allocation: AllocationRow, told: readonly GivenShare[]): Promise<Result<ReadonlyMap<string, Grant>>> {
    const determinations = await this.entitlements.determineAll(tx, told.map((share) => ({
      claimId: share.claim.id, merchantId: share.claim.merchantId, stage: 'allocation', outcome: share.totalMinor > 0n ? 'award' : 'nil', reasons: [reasonOf(allocation, share)],
      assessmentId: share.points.assessmentId, amountMinor: share.totalMinor > 0n ? share.totalMinor : undefined, currency: share.points.currency, userId: undefined, noteDigest: undefined,
    })));
    const sums = await this.assessments.sums(tx, told.map(({ points }) => points.assessmentId));
    const owed = told.flatMap(({ claim, points, totalMinor }, index) => (totalMinor === 0n ? [] : [{
      claim, determinationId: determinations[index]?.id ?? '', assessmentId: points.assessmentId, result: sums.get(points.assessmentId) ?? { cashMinor: null, withheldMinor: null }, gross: money(totalMinor, currency(points.currency)),
    }]));
    const grants = await this.entitlements.grantAll(tx, owed);
    const without = await this.ledger.reserveAll(tx, ctx, allocation.fundId, grants.map(({ n, before, after }, index) => ({ claimId: owed[index]?.claim.id ?? '', entitlementNo: n, before, after })));
    if (!without.ok) return without;
    return without.value.size > 0 ? refuse('funds.exhausted') : ok(new Map(owed.map(({ claim }, index) => [claim.id, grants[index] as Grant])));
  }

  async #move(tx: Tx, ctx: Context, { changeId }: AllocationRow, told: readonly GivenShare[], granted: ReadonlyMap<string, Grant>): Promise<Result<void>> {
    const accepted = told.flatMap(({ claim }) => {
      const grant = granted.get(claim.id);
      return claim.state === 'accepted' && grant !== undefined ? [{ claim, ...grant }] : [];
    });
    await this.entitlements.carryAcceptances(tx, 'raised', accepted.map(({ claim, n }) => ({ claimId: claim.id, n })));
    const requests: Parameters<ClaimLifecycle['applyAll']>[2][number][] = [];
    for (const { claim } of told) {
      const grant = granted.get(claim.id);
      const data = { changeId, ...(grant === undefined ? {} : { entitlement: grant.n, amountMinor: String(grant.after.minor) }) };
      requests.push({ claim, event: 'share', to: grant === undefined ? 'rejected' : await this.notices.stateOf(tx, claim), data });
    }
    const moved = await this.lifecycle.applyAll(tx, ctx, requests);
    if (!moved.ok) return moved;
    await this.events.appendAll(tx, ctx, accepted.map(({ claim, n, before, after }) => entitlementRaised(claim.merchantId, {
      claimId: claim.id, entitlement: n, beforeMinor: String(before.minor), afterMinor: String(after.minor), currency: claim.currency, changeId,
    })));
    return this.notices.tell(tx, moved.value, granted);
  }
}

function verdictOf({ stage }: AllocationRow, { grantedMinor, totalMinor }: GivenShare): ShareVerdict {
  if (totalMinor > grantedMinor) return 'shared';
  return totalMinor === 0n && stage === 'final' ? 'nothing_shared' : 'kept';
}

const reasonOf = ({ factors, rule }: AllocationRow, { basis, points }: GivenShare): ReturnType<typeof shareReason> => shareReason(basis, {
  factor: readFactor(factors[points.tier] ?? 'full'), pointsMinor: BigInt(points.pointsMinor), minimumMinor: BigInt(rule.minimum?.minor ?? '0'), currency: currency(points.currency),
});
