import { Injectable } from '@nestjs/common';
import { ENGINE, frozenText, type AssessmentResult } from '../../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { PolicyFacts } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, ClaimQueries, type ClaimRow } from '../claims/index.js';
import type { ReadyPolicy } from '../policies/index.js';
import { AssessmentRuns } from './assessment-runs.service.js';
import { assessmentCompleted } from './assessments.events.js';
import { AssessmentsRepository } from './assessments.repository.js';
import { FactsLoader } from './facts-loader.service.js';

export interface AssessedClaim {
  readonly assessmentId: string;
  readonly isNew: boolean;
  readonly inputHash: string;
  readonly result: AssessmentResult;
}

/** Assesses a filed claim: load facts, run the policy (again when it asks for sales), store the run, tell the others. */
@Injectable()
export class ClaimAssessment {
  constructor(
    private readonly loader: FactsLoader,
    private readonly runs: AssessmentRuns,
    private readonly assessments: AssessmentsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** With `aside` the run is kept without standing: a decided claim keeps the assessment its decision rests on. */
  async assess(tx: Tx, ctx: Context, claimId: string, options: { aside?: boolean } = {}): Promise<Result<AssessedClaim>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const [filed] = await this.claims.filed(tx, { ids: [claimId] });
    if (filed === undefined) return refuse('assessments.claim_not_filed');
    const [loaded] = await this.loader.load(tx, [filed]);
    const applied = loaded?.choice.apply(loaded.facts);
    if (applied === undefined) throw new TypeError(`no facts for claim ${claimId}`);
    if (!applied.ok) return applied;
    const [settled] = await this.runs.settle(tx, [applied.value]);
    if (settled?.result === undefined) return refuse('assessments.does_not_settle');
    return this.#store(tx, ctx, claim.value, applied.value.policy, { facts: settled.facts, result: settled.result }, options.aside === true);
  }

  async #store(
    tx: Tx, ctx: Context, claim: ClaimRow, policy: ReadyPolicy, { facts, result }: { facts: PolicyFacts; result: AssessmentResult }, aside: boolean,
  ): Promise<Result<AssessedClaim>> {
    const frozen = frozenText(facts);
    const inputHash = sha256Hex(frozen);
    const text = canonicalJson(result);
    const resultHash = sha256Hex(text);
    const made = await this.assessments.insert(tx, {
      claimId: claim.id, merchantId: claim.merchantId, claimVersion: claim.claimVersion, policyVersionId: policy.id, registerVersion: facts.registerVersion,
      engine: ENGINE, inputHash, frozen, resultHash, result: text, outcome: result.outcome, provisional: result.provisional, cashMinor: result.cashMinor,
      currency: claim.currency, at: this.clock.now(),
    });
    if (made === undefined) {
      const assessmentId = await this.assessments.byInput(tx, claim.id, inputHash);
      return assessmentId === undefined ? refuse('platform.busy') : ok({ assessmentId, isNew: false, inputHash, result });
    }
    if (!aside) await this.claims.pointAtAssessment(tx, claim.id, made.id);
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: aside ? 'claim.assessed_aside' : 'claim.assessed', data: { n: made.n, inputHash, resultHash, outcome: result.outcome } });
    if (!aside) {
      await this.events.append(tx, ctx, assessmentCompleted(claim.merchantId, { claimId: claim.id, assessmentId: made.id, claimVersion: claim.claimVersion, outcome: result.outcome }));
    }
    return ok({ assessmentId: made.id, isNew: true, inputHash, result });
  }
}
