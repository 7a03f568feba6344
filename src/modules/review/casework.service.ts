import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, claimView, Entitlements, type ClaimRow, type ClaimView } from '../claims/index.js';
import { Awards } from './awards.service.js';
import { DecisionGate } from './duties/decision-gate.service.js';
import { reasonsOf, VerdictChecks, type Verdict } from './verdict-checks.service.js';

/** Deciding with people: one recommends, another decides, above a limit a third does too. Who has done what to a claim is asked of the duty table, here and in the database. */
@Injectable()
export class Casework {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly verdicts: VerdictChecks,
    private readonly gate: DecisionGate,
    private readonly awards: Awards,
    private readonly audit: AuditTrail,
  ) {}

  /** The same people's work inside a transaction that is open already: for many claims in one. What others have used of a cap meanwhile is refused, and worked out again by nobody. */
  within(tx: Tx): Pick<Casework, 'recommend' | 'decide'> {
    const inside: Pick<UnitOfWork, 'run'> = { run: (_ctx, work) => work(tx) };
    const work = new Casework(inside as UnitOfWork, this.lifecycle, this.entitlements, this.verdicts, this.gate, this.awards, this.audit);
    return { recommend: (...args) => work.recommend(...args), decide: (...args) => work.#decide(...args) };
  }

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
      const ready = await this.verdicts.ready(tx, ctx, id, version, 'recommend', verdict);
      if (!ready.ok) return ready;
      const { claim, assessment } = ready.value;
      const userId = userIdOf(ctx.actor);
      const free = await this.gate.recommender(tx, id, userId);
      if (!free.ok) return free;
      const noteDigest = await this.#note(tx, verdict.note);
      await this.entitlements.determine(tx, {
        claimId: id, merchantId: claim.merchantId, stage: 'recommendation', outcome: verdict.outcome, reasons: reasonsOf(verdict, assessment.result), assessmentId: assessment.id,
        amountMinor: verdict.outcome === 'award' ? await this.awards.grossMinor(tx, id, assessment) : undefined, currency: claim.currency, userId, noteDigest,
      });
      return viewed(await this.lifecycle.apply(tx, ctx, claim, { event: 'recommend', assessmentId: assessment.id, openedByStaff: true, data: { outcome: verdict.outcome, noteDigest } }));
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

  /** Decides what was recommended; anything else goes back with a reason. An award above what one person decides stays recommended until a second one approves it; where others have used a cap meanwhile, the claim is worked out again. */
  async decide(ctx: Context, id: string, version: number, verdict: Verdict): Promise<Result<ClaimView>> {
    const decided = await this.#decide(ctx, id, version, verdict);
    if (!decided.ok && decided.refusal.code === 'claims.cap_exceeded') await this.verdicts.workOutAgain(ctx, id);
    return decided;
  }

  #decide(ctx: Context, id: string, version: number, verdict: Verdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const ready = await this.verdicts.ready(tx, ctx, id, version, verdict.outcome === 'award' ? 'award' : 'refuse', verdict);
      if (!ready.ok) return ready;
      const { claim, assessment } = ready.value;
      const recommendation = await this.entitlements.latestRecommendation(tx, id);
      if (recommendation?.outcome !== verdict.outcome) return refuse('review.differs_from_recommendation', { recommended: recommendation?.outcome ?? 'nothing' });
      const userId = userIdOf(ctx.actor);
      const free = await this.gate.decider(tx, id, { userId, recommendedBy: recommendation.userId });
      if (!free.ok) return free;
      const noteDigest = await this.#note(tx, verdict.note);
      if (verdict.outcome !== 'award') {
        return viewed(await this.awards.refuse(tx, ctx, {
          claim, assessmentId: assessment.id, event: 'refuse', outcome: verdict.outcome, reasons: reasonsOf(verdict, assessment.result), userId, noteDigest,
        }));
      }
      const amountMinor = await this.awards.grossMinor(tx, id, assessment);
      const first = await this.gate.first(tx, ctx, { claim, assessment, recommendationN: recommendation.n, amountMinor, userId, noteDigest });
      if (!first.ok) return first;
      return first.value === undefined ? viewed(await this.awards.award(tx, ctx, { claim, assessment, event: 'award', userId, noteDigest })) : ok(claimView(first.value));
    });
  }

  #note(tx: Tx, note: string | undefined): Promise<string | undefined> {
    return note === undefined ? Promise.resolve(undefined) : this.audit.keepText(tx, note);
  }
}

const viewed = (moved: Result<ClaimRow>): Result<ClaimView> => (moved.ok ? ok(claimView(moved.value)) : moved);
