import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AssessmentQueries, type AssessedClaim } from '../assessments/index.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { automaticLimits } from './decide-by-rule.rules.js';

/** What a rise comes from: an approved change, by rule; or an upheld objection, decided by a person or by a body outside. */
export type RiseCause = { readonly changeId: string } | { readonly objectionNo: number; readonly userId: string | undefined; readonly noteDigest: string | undefined };

/** The grant of a rise: determination, entitlement, reservation, move and events in one transaction. */
@Injectable()
export class RaiseGrants {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly ledger: FundLedger,
    private readonly schemes: SchemeQueries,
    private readonly assessments: AssessmentQueries,
    private readonly policies: PolicyQueries,
    private readonly events: EventLog,
  ) {}

  /** Why no rule may grant it: above what goes without a person, for the claim or for its merchant in all, or no fund. Edge: exactly the limit is within it. */
  async obstacles(tx: Tx, claim: ClaimRow, { assessmentId, result }: AssessedClaim): Promise<Result<string[]>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const standing = await this.assessments.standing(tx, assessmentId);
    if (standing === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    const limits = automaticLimits((await this.policies.version(tx, standing.policyVersionId)).resolved);
    const given = BigInt(result.cashMinor ?? '0');
    const others = await this.entitlements.automaticTotal(tx, claim.merchantId, claim.id);
    return ok([
      ...(given > limits.upTo || others + given > limits.perMerchant ? ['automatic_limit'] : []),
      ...(scheme.value.fundId === undefined ? ['fund_exhausted'] : []),
    ]);
  }

  /** What was refused or declined is offered; else the claim stays where it is. The id of the determination. */
  async grant(tx: Tx, ctx: Context, claim: ClaimRow, { assessmentId, result }: AssessedClaim, cause: RiseCause): Promise<Result<{ determinationId: string; n: number }>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    if (scheme.value.fundId === undefined) return refuse('review.fund_missing');
    const gross = money(BigInt(result.cashMinor ?? '0'), currency(claim.currency));
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, outcome: 'award', reasons: [], assessmentId, amountMinor: gross.minor, currency: claim.currency, ...decided(cause),
    });
    const granted = await this.entitlements.grant(tx, claim, determination.id, assessmentId, gross);
    const before = claim.state === 'rejected' ? money(0n, gross.currency) : granted.before;
    const reserved = await this.ledger.reserve(tx, ctx, { fundId: scheme.value.fundId, claimId: claim.id, entitlementNo: granted.n, before, after: granted.after });
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
