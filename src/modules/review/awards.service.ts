import { Injectable } from '@nestjs/common';
import { grantedMinor } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { MandateQueries } from '../agents/index.js';
import { ClaimLifecycle, Entitlements, type ClaimEvent, type ClaimRow } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import type { StandingAssessment } from '../assessments/index.js';
import { DecisionMail } from './letters/decision-mail.service.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';

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

/** The part of a decision that is the same for a rule and a person: determination, entitlement, reservation and move, in one transaction. */
@Injectable()
export class Awards {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly ledger: FundLedger,
    private readonly schemes: SchemeQueries,
    private readonly policies: PolicyQueries,
    private readonly mandates: MandateQueries,
    private readonly mail: DecisionMail,
  ) {}

  async award(tx: Tx, ctx: Context, award: Award): Promise<Result<ClaimRow>> {
    const { claim, assessment, event, userId, noteDigest } = award;
    if (!(await this.mandates.letsDecide(tx, claim.mandateId))) return refuse('claims.mandate_unconfirmed');
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const { fundId } = scheme.value;
    if (fundId === undefined) return refuse('review.fund_missing');
    const gross = money(await this.grossMinor(tx, claim.id, assessment), currency(claim.currency));
    if (gross.minor <= 0n) return refuse('review.nothing_due');
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome: 'award', reasons: [], assessmentId: assessment.id, amountMinor: gross.minor,
      currency: claim.currency, userId, noteDigest,
    });
    const granted = await this.entitlements.grant(tx, claim, determination.id, assessment.id, gross);
    const reserved = await this.ledger.reserve(tx, ctx, { fundId, claimId: claim.id, entitlementNo: granted.n, before: granted.before, after: granted.after });
    if (!reserved.ok) return reserved;
    const { resolved } = await this.policies.version(tx, assessment.policyVersionId);
    return this.lifecycle.apply(tx, ctx, claim, {
      event, to: resolved.document.process.acceptance === 'required' ? 'offered' : 'accepted', assessmentId: assessment.id, data: { entitlement: granted.n, amountMinor: gross.minor.toString() },
    });
  }

  /** Minor units that an award on the assessment grants: no less than was granted before. */
  async grossMinor(tx: Tx, claimId: string, { result }: StandingAssessment): Promise<bigint> {
    return grantedMinor(result, (await this.entitlements.latestOf(tx, [claimId])).get(claimId) ?? 0n);
  }

  async refuse(tx: Tx, ctx: Context, refusal: Refusal): Promise<Result<ClaimRow>> {
    const { claim, assessmentId, event, outcome, reasons, userId, noteDigest } = refusal;
    await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'decision', outcome, reasons, assessmentId, amountMinor: undefined, currency: claim.currency,
      userId, noteDigest,
    });
    const told = await this.mail.decided(tx, claim);
    if (!told.ok) return told;
    return this.lifecycle.apply(tx, ctx, claim, { event, assessmentId, data: { outcome, reasons: reasons.map(({ code }) => code) } });
  }

  /** Gives back what an offer had reserved, when the claim ends without being accepted. */
  async release(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const latest = await this.entitlements.latest(tx, claim.id);
    if (latest !== undefined && scheme.value.fundId !== undefined) {
      await this.ledger.release(tx, ctx, { fundId: scheme.value.fundId, claimId: claim.id, entitlementNo: latest.n, amount: latest.gross });
    }
    return ok(undefined);
  }
}
