import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, type StandingAssessment } from '../assessments/index.js';
import { ClaimLifecycle, type ClaimRow } from '../claims/index.js';
import { Awards } from './awards.service.js';
import { decideByRule, type RuleFacts, type RuleVerdict } from './decide-by-rule.rules.js';
import { DecisionHour } from './decision-hour.service.js';
import { QueueEntriesRepository } from './queues/queue-entries.repository.js';
import { RuleFactsLoader } from './rule-facts-loader.service.js';
import { RuleStops } from './rule-stops.service.js';

interface Assessed {
  readonly claimId: string;
  readonly assessmentId: string;
}

interface Standing extends Assessed {
  readonly claim: ClaimRow;
}

type LoadedFacts = Omit<RuleFacts, 'automaticTotalMinor'>;

interface Decided {
  readonly claim: ClaimRow;
  readonly assessment: StandingAssessment;
  readonly verdict: RuleVerdict | { readonly kind: 'stale' };
}

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

  /** New assessments of different claims stand: decide now, or set the hour; a claim that people were deciding goes back to them. */
  async onAssessed(tx: Tx, ctx: Context, assessed: readonly Assessed[]): Promise<Result<unknown>> {
    const claims = await this.lifecycle.lockedAll(tx, assessed.map(({ claimId }) => claimId));
    if (!claims.ok) return claims;
    // One that a newer assessment has overtaken is left to that one.
    const newest = assessed.flatMap(({ claimId, assessmentId }): Standing[] => {
      const claim = claims.value.get(claimId);
      return claim?.assessmentId === assessmentId ? [{ claim, claimId, assessmentId }] : [];
    });
    if (newest.length === 0) return ok(undefined);
    await this.entries.doubted(tx, newest);
    const recommended = newest.filter(({ claim }) => claim.state === 'recommended');
    const overtaken = await this.lifecycle.applyAll(tx, ctx, recommended.map(({ claim, assessmentId }) => ({ claim, event: 'overtaken', data: { assessmentId } })));
    if (!overtaken.ok) return overtaken;
    const submitted = newest.filter(({ claim }) => claim.state === 'submitted');
    if (submitted.length === 0 || await this.hour.set(tx, submitted)) return ok(undefined);
    return this.#decide(tx, ctx, submitted);
  }

  /** The hour has come; whatever has changed since is seen. */
  async onHour(tx: Tx, ctx: Context, claimId: string, assessmentId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const stands = claim.value.state === 'submitted' && claim.value.assessmentId === assessmentId;
    return stands ? this.#decide(tx, ctx, [{ claim: claim.value, assessmentId }]) : ok('somebody was faster');
  }

  /** The business has confirmed its agent: a claim that waited only for that goes on; one whose hour lies ahead waits for its hour. */
  async onConfirmed(tx: Tx, ctx: Context, claimId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const { state, assessmentId, autoDecisionAt } = claim.value;
    if (state !== 'submitted' || assessmentId === null) return ok('nothing waits');
    return this.hour.isAhead(autoDecisionAt) ? ok('waits for its hour') : this.#decide(tx, ctx, [{ claim: claim.value, assessmentId }]);
  }

  /** Those that wait for the business to confirm its agent are left alone. */
  async #decide(tx: Tx, ctx: Context, submitted: readonly Omit<Standing, 'claimId'>[]): Promise<Result<unknown>> {
    const assessments = await this.assessments.standingOf(tx, submitted.map(({ assessmentId }) => assessmentId));
    const asked: { claim: ClaimRow; assessment: StandingAssessment }[] = [];
    for (const { claim, assessmentId } of submitted) {
      const assessment = assessments.get(assessmentId);
      if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
      if (!(await this.stops.waits(tx, claim))) asked.push({ claim, assessment });
    }
    const facts = await this.facts.load(tx, asked);
    if (!facts.ok) return facts;
    const verdicts = await this.#verdicts(tx, asked.map((one, index) => ({ ...one, facts: facts.value[index] as LoadedFacts })));
    return this.#carryOut(tx, ctx, verdicts);
  }

  /** One after the other: what is granted to one claim of a merchant, or used by it of a cap, counts for the next. */
  async #verdicts(tx: Tx, asked: readonly (Omit<Decided, 'verdict'> & { readonly facts: LoadedFacts })[]): Promise<Decided[]> {
    const totals = await this.facts.automaticTotals(tx, asked.map(({ claim }) => claim));
    const decided: Decided[] = [];
    for (const { claim, assessment, facts } of asked) {
      const total = totals.get(claim.merchantId) ?? 0n;
      const verdict = decideByRule({ ...facts, automaticTotalMinor: total });
      const isCapUsed = verdict.kind === 'offer' && this.awards.usesCaps(assessment, verdict.amountMinor) && !(await this.awards.useCaps(tx, claim, assessment, verdict.amountMinor)).ok;
      if (verdict.kind === 'offer' && !isCapUsed) totals.set(claim.merchantId, total + verdict.amountMinor);
      decided.push({ claim, assessment, verdict: isCapUsed ? { kind: 'stale' } : verdict });
    }
    return decided;
  }

  async #carryOut(tx: Tx, ctx: Context, decided: readonly Decided[]): Promise<Result<unknown>> {
    const common = { userId: undefined, noteDigest: undefined };
    const offers = decided.flatMap(({ claim, assessment, verdict }) =>
      (verdict.kind === 'offer' ? [{ ...common, claim, assessment, event: 'offer_by_rule' as const, gross: money(verdict.amountMinor, currency(claim.currency)) }] : []));
    await this.awards.useNoCaps(tx, offers.filter(({ assessment, gross }) => !this.awards.usesCaps(assessment, gross.minor)).map(({ claim }) => claim.id));
    const offered = await this.awards.awardAll(tx, ctx, offers);
    if (!offered.ok) return offered;
    for (const { claim, assessment, verdict } of decided) {
      // What others have used of a cap meanwhile makes the working stale: it is done again, and decided then.
      const done = verdict.kind === 'stale' ? await this.assessments.again(tx, claim.id)
        : verdict.kind === 'refuse' ? await this.awards.refuse(tx, ctx, { ...common, claim, assessmentId: assessment.id, event: 'refuse_by_rule', outcome: 'refuse', reasons: verdict.reasons }) : ok(undefined);
      if (!done.ok) return done;
    }
    const referred = decided.flatMap(({ claim, verdict }) => (verdict.kind === 'refer' ? [{ claim, why: verdict.why }] : []));
    if (referred.length > 0) await this.entries.referred(tx, referred);
    return this.lifecycle.applyAll(tx, ctx, referred.map(({ claim, why }) => ({ claim, event: 'refer', data: { why } })));
  }
}
