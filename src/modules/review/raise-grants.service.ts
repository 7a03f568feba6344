import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AssessmentQueries, type AssessedClaim, type StandingAssessment } from '../assessments/index.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow, type Grant } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Awards } from './awards.service.js';
import { Reservations } from './reservations.service.js';
import { automaticLimits } from './decide-by-rule.rules.js';

/** What a rise comes from: an approved change, by rule; or an upheld objection, decided by a person or by a body outside. */
export type RiseCause = { readonly changeId: string } | { readonly objectionNo: number; readonly userId: string | undefined; readonly noteDigest: string | undefined };

/** A claim, and what it came to when it was assessed again. */
export interface Rise {
  readonly claim: ClaimRow;
  readonly assessed: AssessedClaim;
}

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
   * By claim, why no rule may grant it: above what goes without a person, for the claim or for its merchant in all; held; no fund, or none that can
   * reserve it; a cap that others have used. One after the other, since what one takes the next has not; where nothing is in the way, its use of caps
   * is taken. Edge: exactly the limit is within it.
   */
  async obstacles(tx: Tx, rises: readonly Rise[]): Promise<Result<ReadonlyMap<string, readonly string[]>>> {
    const standing = await this.assessments.standingOf(tx, rises.map(({ assessed }) => assessed.assessmentId));
    const automatic = new Map([...await this.entitlements.automatic(tx, rises.map(({ claim }) => claim.merchantId))].map(([id, claims]) => [id, new Map(claims)]));
    const held = await this.awards.heldOf(tx, rises.map(({ claim }) => claim.id));
    const room = await this.reservations.roomToRaise(tx, rises.map(({ claim }) => claim));
    if (!room.ok) return room;
    const found = new Map<string, readonly string[]>();
    for (const { claim, assessed: { assessmentId, result } } of rises) {
      const assessment = standing.get(assessmentId);
      if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
      const [limits, given] = [automaticLimits((await this.policies.version(tx, assessment.policyVersionId)).resolved), givenBy(result)];
      const granted = automatic.get(claim.merchantId) ?? new Map<string, bigint>();
      const others = [...granted].reduce((sum, [id, minor]) => (id === claim.id ? sum : sum + minor), 0n);
      const obstacles = [
        ...(given > limits.upTo || others + given > limits.perMerchant ? ['automatic_limit'] : []), ...(held.has(claim.id) ? ['claim_held'] : []),
        ...(room.value.fits(claim, given) ? [] : ['fund_exhausted']),
      ];
      const why = obstacles.length > 0 || await this.#takesCaps(tx, claim, assessment, given) ? obstacles : ['cap_used'];
      found.set(claim.id, why);
      if (why.length > 0) continue;
      room.value.take(claim, given);
      automatic.set(claim.merchantId, granted.set(claim.id, given));
    }
    const free = rises.filter(({ claim, assessed: { result } }) => found.get(claim.id)?.length === 0 && !this.reservations.usesCaps(result, givenBy(result)));
    await this.awards.useNoCaps(tx, free.map(({ claim }) => claim.id));
    return ok(found);
  }

  /** Whether nothing is taken, or all of it fits. */
  async #takesCaps(tx: Tx, claim: ClaimRow, assessment: StandingAssessment, given: bigint): Promise<boolean> {
    return !this.awards.usesCaps(assessment, given) || (await this.awards.useCaps(tx, claim, assessment, given)).ok;
  }

  /** What was refused or declined is offered; else the claim stays where it is. The id of the determination. */
  async grant(tx: Tx, ctx: Context, rise: Rise, cause: RiseCause): Promise<Result<{ determinationId: string; n: number }>> {
    const { claim, assessed: { result } } = rise;
    // A change has taken of shared caps when it asked for what is in the way.
    const capped = 'changeId' in cause ? ok(undefined) : await this.reservations.useCaps(tx, claim, result, givenBy(result));
    if (!capped.ok) return capped;
    const granted = await this.grantAll(tx, ctx, [rise], cause);
    return granted.ok ? ok(granted.value[0] as { determinationId: string; n: number }) : granted;
  }

  /** Rises of different claims from one cause, whose uses of caps are taken; all or none. */
  async grantAll(tx: Tx, ctx: Context, rises: readonly Rise[], cause: RiseCause): Promise<Result<(Grant & { determinationId: string })[]>> {
    if (rises.length === 0) return ok([]);
    const grosses = rises.map(({ claim, assessed }) => money(givenBy(assessed.result), currency(claim.currency)));
    const determinations = await this.entitlements.determineAll(tx, rises.map(({ claim, assessed: { assessmentId } }, index) => ({
      claimId: claim.id, merchantId: claim.merchantId, outcome: 'award', reasons: [], assessmentId, amountMinor: (grosses[index] as Money).minor, currency: claim.currency, ...decided(cause),
    })));
    const grants = await this.entitlements.grantAll(tx, rises.map(({ claim, assessed: { assessmentId, result } }, index) => ({
      claim, determinationId: determinations[index]?.id ?? '', assessmentId, result, gross: grosses[index] as Money,
    })));
    const without = await this.reservations.reserveAll(tx, ctx, grants.map(({ n, after }, index) => ({ claim: (rises[index] as Rise).claim, n, total: after })));
    if (!without.ok) return without;
    if (without.value.size > 0) return refuse('funds.exhausted');
    const raised = rises.map((rise, index) => ({ ...rise, ...(grants[index] as Grant), determinationId: determinations[index]?.id ?? '' }));
    await this.entitlements.carryAcceptances(tx, 'raised', raised.filter(({ claim }) => claim.state === 'accepted').map(({ claim, n }) => ({ claimId: claim.id, n })));
    const origin = 'changeId' in cause ? { changeId: cause.changeId } : { objectionNo: cause.objectionNo };
    const moved = await this.lifecycle.applyAll(tx, ctx, raised.map(({ claim, assessed: { assessmentId }, n, after }) => ({
      claim: { ...claim, assessmentId }, event: 'changeId' in cause ? 'raised_by_change' : 'upheld', to: claim.state === 'rejected' ? 'offered' : claim.state, assessmentId,
      data: { entitlement: n, amountMinor: String(after.minor), ...origin },
    })));
    if (!moved.ok) return moved;
    await this.events.appendAll(tx, ctx, raised.map(({ claim, n, before, after }) => entitlementRaised(claim.merchantId, {
      claimId: claim.id, entitlement: n, beforeMinor: String(before.minor), afterMinor: String(after.minor), currency: claim.currency, ...origin,
    })));
    return ok(raised);
  }
}

const givenBy = ({ cashMinor }: AssessedClaim['result']): bigint => BigInt(cashMinor ?? '0');

const decided = (cause: RiseCause): Pick<Parameters<Entitlements['determine']>[1], 'stage' | 'userId' | 'outside' | 'noteDigest'> => ('changeId' in cause
  ? { stage: 'decision', userId: undefined, noteDigest: undefined }
  : { stage: 'objection', userId: cause.userId, outside: cause.userId === undefined, noteDigest: cause.noteDigest });
