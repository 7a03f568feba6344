import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AssessmentQueries, type StandingAssessment } from '../assessments/index.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, claimView, Entitlements, type ClaimRow, type ClaimView, type DeterminationOutcome } from '../claims/index.js';
import { Duties } from '../identity/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { Awards } from './awards.service.js';

export interface Verdict {
  readonly outcome: DeterminationOutcome;
  /** The assessment the person looked at. */
  readonly assessmentId: string;
  readonly reasons: readonly string[];
  readonly note?: string;
}

/** Deciding with people: one recommends, another decides. Who has done what to a claim is asked of the duty table, here and in the database. */
@Injectable()
export class Casework {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly assessments: AssessmentQueries,
    private readonly policies: PolicyQueries,
    private readonly schemes: SchemeQueries,
    private readonly duties: Duties,
    private readonly awards: Awards,
    private readonly audit: AuditTrail,
  ) {}

  /** Takes a claim out of the rule's hands before its hour. */
  pull(ctx: Context, id: string, version: number): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id, version);
      if (!claim.ok) return claim;
      return viewed(await this.lifecycle.apply(tx, ctx, claim.value, { event: 'pull', openedByStaff: true }));
    });
  }

  recommend(ctx: Context, id: string, version: number, verdict: Verdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const ready = await this.#ready(tx, id, version, verdict);
      if (!ready.ok) return ready;
      const { claim, assessment } = ready.value;
      const userId = userIdOf(ctx.actor);
      const decided = this.lifecycle.decide(claim, { event: 'recommend', assessmentId: verdict.assessmentId });
      if (!decided.ok) return decided;
      const free = await this.duties.take(tx, id, userId, 'recommender');
      if (!free.ok) return free;
      await this.entitlements.determine(tx, {
        claimId: id, merchantId: claim.merchantId, stage: 'recommendation', outcome: verdict.outcome, reasons: reasonsOf(verdict), assessmentId: assessment.id,
        amountMinor: verdict.outcome === 'award' ? BigInt(assessment.result.cashMinor ?? '0') : undefined, currency: claim.currency, userId,
        noteDigest: await this.#note(tx, verdict.note),
      });
      return viewed(await this.lifecycle.apply(tx, ctx, claim, { event: 'recommend', assessmentId: assessment.id, openedByStaff: true, data: { outcome: verdict.outcome } }));
    });
  }

  sendBack(ctx: Context, id: string, version: number, reason: string): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id, version);
      if (!claim.ok) return claim;
      const noteDigest = await this.audit.keepText(tx, reason);
      return viewed(await this.lifecycle.apply(tx, ctx, claim.value, { event: 'send_back', data: { noteDigest } }));
    });
  }

  /** Decides what was recommended; anything else goes back with a reason. */
  decide(ctx: Context, id: string, version: number, verdict: Verdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const ready = await this.#ready(tx, id, version, verdict);
      if (!ready.ok) return ready;
      const { claim, assessment } = ready.value;
      const allowed = this.lifecycle.decide(claim, { event: verdict.outcome === 'award' ? 'award' : 'refuse', assessmentId: verdict.assessmentId });
      if (!allowed.ok) return allowed;
      const recommendation = await this.entitlements.latestRecommendation(tx, id);
      if (recommendation?.outcome !== verdict.outcome) return refuse('review.differs_from_recommendation', { recommended: recommendation?.outcome ?? 'nothing' });
      const userId = userIdOf(ctx.actor);
      const free = await this.duties.take(tx, id, userId, 'decider');
      if (!free.ok) return free;
      const noteDigest = await this.#note(tx, verdict.note);
      if (verdict.outcome !== 'award') {
        return viewed(await this.awards.refuse(tx, ctx, {
          claim, assessmentId: assessment.id, event: 'refuse', outcome: verdict.outcome, reasons: reasonsOf(verdict), userId, noteDigest,
        }));
      }
      const scheme = await this.schemes.get(tx, claim.schemeId);
      if (!scheme.ok) return scheme;
      const { resolved } = await this.policies.version(tx, assessment.policyVersionId);
      return viewed(await this.awards.award(tx, ctx, {
        claim, scheme: scheme.value, assessment, event: 'award', userId, noteDigest, acceptanceRequired: resolved.document.process.acceptance === 'required',
      }));
    });
  }

  async #ready(tx: Tx, id: string, version: number, verdict: Verdict): Promise<Result<{ claim: ClaimRow; assessment: StandingAssessment }>> {
    const claim = await this.lifecycle.locked(tx, id, version);
    if (!claim.ok) return claim;
    const assessment = claim.value.assessmentId === null ? undefined : await this.assessments.standing(tx, claim.value.assessmentId);
    if (assessment === undefined) return refuse('review.no_assessment');
    const fits = await this.#fits(tx, assessment, verdict);
    return fits.ok ? ok({ claim: claim.value, assessment }) : fits;
  }

  async #fits(tx: Tx, { result }: StandingAssessment, { outcome, reasons }: Verdict): Promise<Result<void>> {
    if (outcome === 'award' && result.outcome === 'nil') return refuse('review.nothing_due');
    if (outcome === 'award' && result.outcome !== 'eligible') return refuse('review.outcome_not_supported', { outcome: result.outcome });
    if (outcome === 'refuse' && reasons.length === 0) return refuse('review.reasons_missing', {}, { pointer: '/reasons' });
    const catalogue = await this.policies.reasons(tx);
    if (!catalogue.ok) return catalogue;
    const unknown = reasons.find((code) => catalogue.value[code] === undefined);
    return unknown === undefined ? ok(undefined) : refuse('review.reason_unknown', { code: unknown }, { pointer: '/reasons' });
  }

  #note(tx: Tx, note: string | undefined): Promise<string | undefined> {
    return note === undefined ? Promise.resolve(undefined) : this.audit.keepText(tx, note);
  }
}

const reasonsOf = ({ outcome, reasons }: Verdict): { code: string; params: Record<string, string> }[] =>
  (outcome === 'nil' && reasons.length === 0 ? ['nothing_due'] : reasons).map((code) => ({ code, params: {} }));

const viewed = (moved: Result<ClaimRow>): Result<ClaimView> => (moved.ok ? ok(claimView(moved.value)) : moved);
