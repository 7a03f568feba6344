import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AssessmentQueries, type AssessedClaim } from '../assessments/index.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Awards } from './awards.service.js';
import { Reservations } from './reservations.service.js';
import { automaticLimits } from './decide-by-rule.rules.js';

/** What a rise comes from: an approved change, by rule; or an upheld objection, decided by a person or by a body outside. */
export type RiseCause = { readonly changeId: string } | { readonly objectionNo: number; readonly userId: string | undefined; readonly noteDigest: string | undefined };

/** The grant of a rise: determination, entitlement, reservation, move and events in one transaction. */
@Injectable()
export class RaiseGrants {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly reservations: Reservations,
    private readonly awards: Awards,
    private readonly assessments: AssessmentQueries,
    private readonly policies: PolicyQueries,
    private readonly events: EventLog,
  ) {}

  /**
   * Why no rule may grant it: above what goes without a person, for the claim or for its merchant in all; held; no fund, or none that can
   * reserve it; a cap that others have used. Where nothing is in the way, its use of caps is taken. Edge: exactly the limit is within it.
   */
  async obstacles(tx: Tx, claim: ClaimRow, { assessmentId, result }: AssessedClaim): Promise<Result<string[]>> {
    const standing = await this.assessments.standing(tx, assessmentId);
    if (standing === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    const limits = automaticLimits((await this.policies.version(tx, standing.policyVersionId)).resolved);
    const given = BigInt(result.cashMinor ?? '0');
    const others = await this.entitlements.automaticTotal(tx, claim.merchantId, claim.id);
    const reservable = await this.reservations.canRaise(tx, claim, given);
    if (!reservable.ok) return reservable;
    const obstacles = [
      ...(given > limits.upTo || others + given > limits.perMerchant ? ['automatic_limit'] : []),
      ...((await this.awards.offerable(tx, claim.id)).ok ? [] : ['claim_held']),
      ...(reservable.value ? [] : ['fund_exhausted']),
    ];
    if (obstacles.length > 0) return ok(obstacles);
    return ok((await this.awards.useCaps(tx, claim, standing, given)).ok ? [] : ['cap_used']);
  }

  /** What was refused or declined is offered; else the claim stays where it is. The id of the determination. */
  async grant(tx: Tx, ctx: Context, claim: ClaimRow, { assessmentId, result }: AssessedClaim, cause: RiseCause): Promise<Result<{ determinationId: string; n: number }>> {
    const gross = money(BigInt(result.cashMinor ?? '0'), currency(claim.currency));
    // A change has taken of shared caps when it asked for what is in the way.
    const capped = 'changeId' in cause ? ok(undefined) : await this.reservations.useCaps(tx, claim, result, gross.minor);
    if (!capped.ok) return capped;
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, outcome: 'award', reasons: [], assessmentId, amountMinor: gross.minor, currency: claim.currency, ...decided(cause),
    });
    const granted = await this.entitlements.grant(tx, claim, determination.id, assessmentId, gross);
    const reserved = await this.reservations.reserve(tx, ctx, claim, { n: granted.n, total: gross });
    if (!reserved.ok) return reserved;
    if (claim.state === 'accepted') await this.entitlements.carryAcceptance(tx, claim.id, granted.n);
    const origin = 'changeId' in cause ? { changeId: cause.changeId } : { objectionNo: cause.objectionNo };
    const moved = await this.lifecycle.apply(tx, ctx, { ...claim, assessmentId }, {
      event: 'changeId' in cause ? 'raised_by_change' : 'upheld', to: claim.state === 'rejected' ? 'offered' : claim.state, assessmentId,
      data: { entitlement: granted.n, amountMinor: String(gross.minor), ...origin },
    });
    if (!moved.ok) return moved;
    await this.events.append(tx, ctx, entitlementRaised(claim.merchantId, {
      claimId: claim.id, entitlement: granted.n, beforeMinor: String(granted.before.minor), afterMinor: String(gross.minor), currency: claim.currency, ...origin,
    }));
    return ok({ determinationId: determination.id, n: granted.n });
  }
}

const decided = (cause: RiseCause): Pick<Parameters<Entitlements['determine']>[1], 'stage' | 'userId' | 'outside' | 'noteDigest'> => ('changeId' in cause
  ? { stage: 'decision', userId: undefined, noteDigest: undefined }
  : { stage: 'objection', userId: cause.userId, outside: cause.userId === undefined, noteDigest: cause.noteDigest });
