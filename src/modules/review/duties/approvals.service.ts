import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money } from '../../../core/money/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { StandingAssessment } from '../../assessments/index.js';
import { ClaimLifecycle, ClaimQueries, Entitlements, type ClaimAsked, type ClaimRow } from '../../claims/index.js';
import { ApprovalsRepository, type ApprovalRow } from './approvals.repository.js';
import { DecisionLimits } from './decision-limits.service.js';

/** An award somebody wants to decide. */
export interface Proposed {
  readonly claim: ClaimRow;
  readonly assessment: StandingAssessment;
  readonly recommendationN: number;
  readonly amountMinor: bigint;
  readonly userId: string;
  readonly noteDigest: string | undefined;
}

export interface ApprovalView {
  readonly by: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly at: string;
  /** Whether it counts for the award as it is recommended now. */
  readonly stands: boolean;
}

/** Awards above what their approver decides alone: the first approval is kept, and another person's is the award. */
@Injectable()
export class Approvals {
  constructor(
    private readonly limits: DecisionLimits,
    private readonly approvals: ApprovalsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly entitlements: Entitlements,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined when the award may be decided now: within the limit where the policy does not ask for two, or approved by somebody else
   * before. Otherwise this is the first of two approvals, kept beside the claim, which stays where it is at a new version. Code:
   * `review.approved_already`.
   */
  async first(tx: Tx, ctx: Context, proposed: Proposed): Promise<Result<ClaimRow | undefined>> {
    const { claim, assessment, userId, amountMinor, recommendationN } = proposed;
    const upTo = await this.limits.aloneUpTo(tx, userId, claim.currency);
    if (!asksForTwo(assessment.result) && (upTo === undefined || amountMinor <= upTo)) return ok(undefined);
    const standing = (await this.approvals.of(tx, claim.id)).filter((row) => countsFor(row, proposed));
    if (standing.some((row) => row.userId !== userId)) return ok(undefined);
    if (standing.length > 0) return refuse('review.approved_already');
    const { merchantId, currency } = claim;
    await this.approvals.insert(tx, {
      claimId: claim.id, merchantId, recommendationN, assessmentId: assessment.id, amountMinor, currency, userId, noteDigest: proposed.noteDigest, at: this.clock.now(),
    });
    return ok(await this.lifecycle.note(tx, ctx, claim, { action: 'claim.approved', data: { recommendation: recommendationN, amountMinor: String(amountMinor), limitMinor: upTo === undefined ? 'any' : String(upTo), noteDigest: proposed.noteDigest } }));
  }

  /** Whether none of these awards needs two people. */
  async noneNeeded(tx: Tx, userId: string, awards: readonly { readonly claim: ClaimRow; readonly assessment: StandingAssessment; readonly grossMinor: bigint }[]): Promise<boolean> {
    if (awards.some(({ assessment }) => asksForTwo(assessment.result))) return false;
    for (const code of new Set(awards.map(({ claim }) => claim.currency))) {
      const upTo = await this.limits.aloneUpTo(tx, userId, code);
      if (upTo !== undefined && awards.some(({ claim, grossMinor }) => claim.currency === code && grossMinor > upTo)) return false;
    }
    return true;
  }

  /** For staff, newest first. */
  async list(ctx: Context, asked: ClaimAsked): Promise<Result<{ items: ApprovalView[] }>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    const { id, state, assessmentId } = claim.value;
    const rows = await this.approvals.of(this.database.reader, id);
    if (rows.length === 0) return ok({ items: [] });
    const last = (await this.entitlements.latestRecommendation(this.database.reader, id))?.n;
    const stands = (row: ApprovalRow): boolean => state === 'recommended' && last === row.recommendationN && assessmentId === row.assessmentId;
    return ok({
      items: rows.map((row) => ({
        by: row.userName, amount: { amount: formatMoney(money(BigInt(row.amountMinor), currencyOf(row.currency))), currency: row.currency },
        at: row.at.toISOString(), stands: stands(row),
      })).reverse(),
    });
  }
}

/** A policy may ask for a second approver itself, whatever the amount. */
export const asksForTwo = ({ routes }: StandingAssessment['result']): boolean => routes.some(({ to }) => to === 'second_approver');

const countsFor = (row: ApprovalRow, { recommendationN, assessment, amountMinor }: Proposed): boolean =>
  row.recommendationN === recommendationN && row.assessmentId === assessment.id && BigInt(row.amountMinor) === amountMinor;
