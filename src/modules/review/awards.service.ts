import { Injectable } from '@nestjs/common';
import { grantedMinor } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
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
    const { claim, assessment } = award;
    if (!(await this.mandates.letsDecide(tx, claim.mandateId))) return refuse('claims.mandate_unconfirmed');
    const clear = await this.offerable(tx, claim.id);
    if (!clear.ok) return clear;
    const gross = money(await this.grossMinor(tx, claim.id, assessment), currency(claim.currency));
    if (gross.minor <= 0n) return refuse('review.nothing_due');
    const capped = await this.useCaps(tx, claim, assessment, gross.minor);
    if (!capped.ok) return capped;
    const awarded = await this.awardAll(tx, ctx, [{ ...award, gross }]);
    return awarded.ok ? ok(awarded.value[0] as ClaimRow) : awarded;
  }

  /** Awards on different claims, in the order given. Whoever calls has asked whether each may be offered, and has taken what it uses of shared caps. */
  async awardAll(tx: Tx, ctx: Context, awards: readonly (Award & { readonly gross: Money })[]): Promise<Result<ClaimRow[]>> {
    if (awards.length === 0) return ok([]);
    const determinations = await this.entitlements.determineAll(tx, awards.map(({ claim, assessment, gross, userId, noteDigest }) => ({
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome: 'award', reasons: [], assessmentId: assessment.id, amountMinor: gross.minor, currency: claim.currency, userId, noteDigest,
    })));
    const granted = await this.grants.grantAll(tx, ctx, awards.map(({ claim, assessment, gross }, index) => ({ claim, determinationId: determinations[index]?.id ?? '', assessment, gross })));
    if (!granted.ok) return granted;
    const grants = granted.value;
    const requests: Parameters<ClaimLifecycle['applyAll']>[2][number][] = [];
    for (const [index, { claim, assessment, event, gross, noteDigest }] of awards.entries()) {
      const { resolved } = await this.policies.version(tx, assessment.policyVersionId);
      requests.push({
        claim, event, to: grants[index]?.isHeld === true || resolved.document.process.acceptance === 'required' ? 'offered' : 'accepted', assessmentId: assessment.id,
        data: { entitlement: grants[index]?.n, amountMinor: gross.minor.toString(), noteDigest },
      });
    }
    const moved = await this.lifecycle.applyAll(tx, ctx, requests);
    if (!moved.ok) return moved;
    const told = await this.letters.awarded(tx, moved.value.map((claim, index) => ({ claim, assessment: (awards[index] as Award).assessment, entitlementNo: grants[index]?.n, gross: (awards[index] as { gross: Money }).gross })));
    return told.ok ? moved : told;
  }

  /** Minor units that an award on the assessment grants: no less than was granted before. */
  async grossMinor(tx: Tx, claimId: string, { result }: StandingAssessment): Promise<bigint> {
    return grantedMinor(result, (await this.grants.grantedOf(tx, [claimId])).get(claimId) ?? 0n);
  }

  /** As `grossMinor` for different claims, by claim. */
  async grossMinors(tx: Tx, awards: readonly Pick<Award, 'claim' | 'assessment'>[]): Promise<ReadonlyMap<string, bigint>> {
    const granted = await this.grants.grantedOf(tx, awards.map(({ claim }) => claim.id));
    return new Map(awards.map(({ claim, assessment }) => [claim.id, grantedMinor(assessment.result, granted.get(claim.id) ?? 0n)]));
  }

  async refuse(tx: Tx, ctx: Context, refusal: Refusal): Promise<Result<ClaimRow>> {
    const { claim, assessmentId, event, outcome, reasons, userId, noteDigest } = refusal;
    await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome, reasons, assessmentId, amountMinor: undefined, currency: claim.currency,
      userId, noteDigest,
    });
    return this.letters.refused(tx, await this.lifecycle.apply(tx, ctx, claim, { event, assessmentId, data: { outcome, reasons: reasons.map(({ code }) => code), noteDigest } }));
  }

  /** Whether an award uses caps that claims share. */
  usesCaps({ result }: StandingAssessment, grantedMinor: bigint): boolean {
    return this.reservations.usesCaps(result, grantedMinor);
  }

  /** Of awards that use no shared cap: what the claims used before is given back. */
  useNoCaps(tx: Tx, claimIds: readonly string[]): Promise<void> {
    return this.reservations.useNoCaps(tx, claimIds);
  }

  /** Takes what the award uses of caps that claims share. Code: `claims.cap_exceeded`. Asked before anything is written, so that a rule can have the claim worked out again. */
  useCaps(tx: Tx, claim: ClaimRow, { result }: StandingAssessment, grantedMinor: bigint): Promise<Result<void>> {
    return this.reservations.useCaps(tx, claim, result, grantedMinor);
  }

  /** Of these claims those on which nothing may be offered now. */
  heldOf(tx: Tx, claimIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.reservations.stopped(tx, claimIds, 'offer');
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
    if (now >= graceEndsAt.value && await this.reservations.isSettled(tx, claim)) return refuse('review.scheme_settled');
    return this.reservations.renew(tx, ctx, claim);
  }
}
