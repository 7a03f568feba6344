import { Inject, Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AssessmentQueries, type StandingAssessment } from '../assessments/index.js';
import { ClaimLifecycle, ClaimQueries, Entitlements, type ClaimRow } from '../claims/index.js';
import { SalesQueries } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { Awards } from './awards.service.js';
import { decideByRule, type RuleFacts } from './decide-by-rule.rules.js';

export const DECIDE_BY_RULE = 'review.decide-by-rule';

/**
 * What happens to an assessed claim without a person: it waits until its hour, the rule runs again, and then it is offered,
 * refused or given to somebody. Until the hour staff may pull it.
 */
@Injectable()
export class StraightThrough {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly entitlements: Entitlements,
    private readonly assessments: AssessmentQueries,
    private readonly policies: PolicyQueries,
    private readonly schemes: SchemeQueries,
    private readonly sites: MerchantQueries,
    private readonly sales: SalesQueries,
    private readonly register: RegisterQueries,
    private readonly awards: Awards,
  ) {}

  /** A new assessment stands: decide now, or set the hour; a claim that people were deciding goes back to them. */
  async onAssessed(tx: Tx, ctx: Context, claimId: string, assessmentId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (claim.value.assessmentId !== assessmentId) return ok('overtaken by a newer assessment');
    if (claim.value.state === 'recommended') return this.lifecycle.apply(tx, ctx, claim.value, { event: 'overtaken', data: { assessmentId } });
    if (claim.value.state !== 'submitted') return ok('nothing to decide');
    if (this.config.autoDecisionDelaySeconds === 0) return this.#decide(tx, ctx, claim.value, assessmentId);
    const at = (this.clock.now() + this.config.autoDecisionDelaySeconds * 1_000) as Instant;
    await this.claims.setAutoDecision(tx, claimId, at);
    await this.jobs.enqueue(tx, DECIDE_BY_RULE, { claimId, assessmentId, at: formatInstant(at) }, { startAt: at });
    return ok('waits for its hour');
  }

  /** The hour has come; whatever has changed since is seen. */
  async onHour(tx: Tx, ctx: Context, claimId: string, assessmentId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const stands = claim.value.state === 'submitted' && claim.value.assessmentId === assessmentId;
    return stands ? this.#decide(tx, ctx, claim.value, assessmentId) : ok('somebody was faster');
  }

  async #decide(tx: Tx, ctx: Context, claim: ClaimRow, assessmentId: string): Promise<Result<unknown>> {
    const assessment = await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const facts = await this.#facts(tx, claim, assessment, scheme.value);
    const verdict = decideByRule(facts);
    const common = { claim, userId: undefined, noteDigest: undefined };
    switch (verdict.kind) {
      case 'offer': return this.awards.award(tx, ctx, {
        ...common, scheme: scheme.value, assessment, event: 'offer_by_rule', acceptanceRequired: facts.policy.document.process.acceptance === 'required',
      });
      case 'refuse': return this.awards.refuse(tx, ctx, { ...common, assessmentId, event: 'refuse_by_rule', outcome: 'refuse', reasons: verdict.reasons });
      case 'refer': return this.lifecycle.apply(tx, ctx, claim, { event: 'refer', data: { why: verdict.why } });
    }
  }

  async #facts(tx: Tx, claim: ClaimRow, assessment: StandingAssessment, scheme: SchemeFacts): Promise<RuleFacts> {
    const site = await this.sites.siteFacts(tx, claim.siteId);
    const states = await this.register.statesOf(tx, scheme.outageIds);
    return {
      result: assessment.result,
      policy: (await this.policies.version(tx, assessment.policyVersionId)).resolved,
      merchantVerified: site?.merchant.verified ?? false,
      hasParsedSales: await this.sales.evidenceState(tx, claim.id) === 'parsed',
      late: claim.late,
      hasFund: scheme.fundId !== undefined,
      outagesEnded: [...states.values()].every((state) => state === 'ended' || state === 'final'),
      automaticTotalMinor: await this.entitlements.automaticTotal(tx, claim.merchantId),
    };
  }
}
