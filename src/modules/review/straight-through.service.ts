import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, type StandingAssessment } from '../assessments/index.js';
import { ClaimLifecycle, type ClaimRow } from '../claims/index.js';
import { Awards } from './awards.service.js';
import { decideByRule } from './decide-by-rule.rules.js';
import { DecisionHour } from './decision-hour.service.js';
import { QueueEntriesRepository } from './queues/queue-entries.repository.js';
import { RuleFactsLoader } from './rule-facts-loader.service.js';
import { RuleStops } from './rule-stops.service.js';

/**
 * What happens to an assessed claim without a person: it waits until its hour, the rule runs again, and then it is offered,
 * refused or given to somebody. Until the hour staff may pull it.
 */
@Injectable()
export class StraightThrough {
  constructor(
    private readonly hour: DecisionHour,
    private readonly facts: RuleFactsLoader,
    private readonly lifecycle: ClaimLifecycle,
    private readonly assessments: AssessmentQueries,
    private readonly awards: Awards,
    private readonly stops: RuleStops,
    private readonly entries: QueueEntriesRepository,
  ) {}

  /** A new assessment stands: decide now, or set the hour; a claim that people were deciding goes back to them. */
  async onAssessed(tx: Tx, ctx: Context, claimId: string, assessmentId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (claim.value.assessmentId !== assessmentId) return ok('overtaken by a newer assessment');
    await this.entries.doubted(tx, claimId, assessmentId);
    if (claim.value.state === 'recommended') return this.lifecycle.apply(tx, ctx, claim.value, { event: 'overtaken', data: { assessmentId } });
    if (claim.value.state !== 'submitted') return ok('nothing to decide');
    const waits = await this.hour.set(tx, claimId, assessmentId);
    return waits ? ok('waits for its hour') : this.#decide(tx, ctx, claim.value, assessmentId);
  }

  /** The hour has come; whatever has changed since is seen. */
  async onHour(tx: Tx, ctx: Context, claimId: string, assessmentId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const stands = claim.value.state === 'submitted' && claim.value.assessmentId === assessmentId;
    return stands ? this.#decide(tx, ctx, claim.value, assessmentId) : ok('somebody was faster');
  }

  /** The business has confirmed its agent: a claim that waited only for that goes on; one whose hour lies ahead waits for its hour. */
  async onConfirmed(tx: Tx, ctx: Context, claimId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const { state, assessmentId, autoDecisionAt } = claim.value;
    if (state !== 'submitted' || assessmentId === null) return ok('nothing waits');
    return this.hour.isAhead(autoDecisionAt) ? ok('waits for its hour') : this.#decide(tx, ctx, claim.value, assessmentId);
  }

  async #decide(tx: Tx, ctx: Context, claim: ClaimRow, assessmentId: string): Promise<Result<unknown>> {
    if (await this.stops.waits(tx, claim)) return ok('waits for the business to confirm its agent');
    const assessment = await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    const facts = await this.facts.load(tx, claim, assessment, await this.stops.of(tx, claim));
    if (!facts.ok) return facts;
    const verdict = decideByRule(facts.value);
    const common = { claim, userId: undefined, noteDigest: undefined };
    switch (verdict.kind) {
      case 'offer': return this.#offer(tx, ctx, claim, assessment, verdict.amountMinor);
      case 'refuse': return this.awards.refuse(tx, ctx, { ...common, assessmentId, event: 'refuse_by_rule', outcome: 'refuse', reasons: verdict.reasons });
      case 'refer':
        await this.entries.referred(tx, claim.id, verdict.why);
        return this.lifecycle.apply(tx, ctx, claim, { event: 'refer', data: { why: verdict.why } });
    }
  }

  /** What others have used of a cap meanwhile makes the working stale: it is done again, and decided then. */
  async #offer(tx: Tx, ctx: Context, claim: ClaimRow, assessment: StandingAssessment, amountMinor: bigint): Promise<Result<unknown>> {
    const capped = await this.awards.useCaps(tx, claim, assessment, amountMinor);
    if (!capped.ok) return this.assessments.again(tx, claim.id);
    return this.awards.award(tx, ctx, { claim, assessment, event: 'offer_by_rule', userId: undefined, noteDigest: undefined });
  }
}
