import { Injectable } from '@nestjs/common';
import { grantedMinor } from '../../core/assessment/index.js';
import { refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { MandateQueries } from '../agents/index.js';
import { ClaimLifecycle, Entitlements, type ClaimEvent, type ClaimRow } from '../claims/index.js';
import type { StandingAssessment } from '../assessments/index.js';
import { PolicyQueries } from '../policies/index.js';
import { DecisionNotices } from './offers/decision-notices.service.js';
import { Grants } from './grants.service.js';
import { Reservations } from './reservations.service.js';

export interface Award {
  readonly claim: ClaimRow;
  readonly assessment: StandingAssessment;
  readonly event: Extract<ClaimEvent, 'offer_by_rule' | 'award'>;
  /** Undefined: by rule. */
  readonly userId: string | undefined;
  readonly noteDigest: string | undefined;
}

export interface Refusal {
  readonly claim: ClaimRow;
  readonly assessmentId: string;
  readonly event: Extract<ClaimEvent, 'refuse_by_rule' | 'refuse'>;
  readonly outcome: 'refuse' | 'nil';
  readonly reasons: readonly { readonly code: string; readonly params: Readonly<Record<string, string>> }[];
  readonly userId: string | undefined;
  readonly noteDigest: string | undefined;
}

/**
 * The part of a decision that is the same for a rule and a person: determination, entitlement, use of shared caps, reservation and move, in
 * one transaction. Where the fund cannot reserve, or is shared later, the claim is offered all the same, under a `fund` hold.
 */
@Injectable()
export class Awards {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly reservations: Reservations,
    private readonly grants: Grants,
    private readonly policies: PolicyQueries,
    private readonly mandates: MandateQueries,
    private readonly letters: DecisionNotices,
  ) {}

  async award(tx: Tx, ctx: Context, award: Award): Promise<Result<ClaimRow>> {
    const { claim, assessment, event, userId, noteDigest } = award;
    if (!(await this.mandates.letsDecide(tx, claim.mandateId))) return refuse('claims.mandate_unconfirmed');
    const clear = await this.offerable(tx, claim.id);
    if (!clear.ok) return clear;
    const gross = money(await this.grossMinor(tx, claim.id, assessment), currency(claim.currency));
    if (gross.minor <= 0n) return refuse('review.nothing_due');
    const capped = await this.useCaps(tx, claim, assessment, gross.minor);
    if (!capped.ok) return capped;
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome: 'award', reasons: [], assessmentId: assessment.id, amountMinor: gross.minor,
      currency: claim.currency, userId, noteDigest,
    });
    const granted = await this.grants.grant(tx, ctx, claim, { determinationId: determination.id, assessment, gross });
    if (!granted.ok) return granted;
    const { n, isHeld } = granted.value;
    const { resolved } = await this.policies.version(tx, assessment.policyVersionId);
    return this.letters.after(tx, await this.lifecycle.apply(tx, ctx, claim, {
      event, to: isHeld || resolved.document.process.acceptance === 'required' ? 'offered' : 'accepted', assessmentId: assessment.id, data: { ...(n === undefined ? {} : { entitlement: n }), amountMinor: gross.minor.toString() },
    }));
  }

  /** Minor units that an award on the assessment grants: no less than was granted before. */
  async grossMinor(tx: Tx, claimId: string, { result }: StandingAssessment): Promise<bigint> {
    return grantedMinor(result, await this.grants.grantedMinor(tx, claimId));
  }

  async refuse(tx: Tx, ctx: Context, refusal: Refusal): Promise<Result<ClaimRow>> {
    const { claim, assessmentId, event, outcome, reasons, userId, noteDigest } = refusal;
    await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome, reasons, assessmentId, amountMinor: undefined, currency: claim.currency,
      userId, noteDigest,
    });
    return this.letters.after(tx, await this.lifecycle.apply(tx, ctx, claim, { event, assessmentId, data: { outcome, reasons: reasons.map(({ code }) => code) } }));
  }

  /** Takes what the award uses of caps that claims share. Code: `claims.cap_exceeded`. Asked before anything is written, so that a rule can have the claim worked out again. */
  useCaps(tx: Tx, claim: ClaimRow, { result }: StandingAssessment, grantedMinor: bigint): Promise<Result<void>> {
    return this.reservations.useCaps(tx, claim, result, grantedMinor);
  }

  /** Whether anything may be offered on the claim now. Code: `claims.held`. */
  offerable(tx: Tx, claimId: string): Promise<Result<void>> {
    return this.reservations.clear(tx, claimId, 'offer');
  }

  /** Gives back what an offer had reserved and used of caps, when the claim ends without being accepted. */
  release(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    return this.reservations.release(tx, ctx, claim);
  }

  /** Reserves again what a lapsed offer gave back. "Settled" is a scheme after its grace in which nothing is left to decide or to pay; code `review.scheme_settled`. */
  async renew(tx: Tx, ctx: Context, claim: ClaimRow, now: Instant): Promise<Result<void>> {
    const graceEndsAt = await this.reservations.graceEndsAt(tx, claim);
    if (!graceEndsAt.ok) return graceEndsAt;
    if (now >= graceEndsAt.value && await this.entitlements.isSettled(tx, claim.schemeId)) return refuse('review.scheme_settled');
    return this.reservations.renew(tx, ctx, claim);
  }
}
