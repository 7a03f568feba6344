import { Injectable } from '@nestjs/common';
import { ENGINE, frozenText, type AssessmentResult } from '../../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail, type AuditRecord } from '../audit/index.js';
import { ClaimQueries, type ClaimRow } from '../claims/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import { assessmentCompleted } from './assessments.events.js';
import { AssessmentsRepository } from './assessments.repository.js';

export interface AssessedClaim {
  readonly assessmentId: string;
  readonly isNew: boolean;
  readonly inputHash: string;
  readonly result: AssessmentResult;
}

export interface NewAssessment extends AppliedPolicy {
  readonly result: AssessmentResult;
  /** Kept, but not standing: the claim goes on pointing at the one it was decided on, and nobody is told. */
  readonly aside: boolean;
}

/** Keeps a run as the claim's assessment, with its frozen input, and tells the others. */
@Injectable()
export class AssessmentStore {
  constructor(
    private readonly assessments: AssessmentsRepository,
    private readonly claims: ClaimQueries,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** The same input again stores nothing; after a figure was taken back it is the earlier run that stands again. */
  async keep(tx: Tx, ctx: Context, claim: ClaimRow, { policy, facts, result, aside }: NewAssessment): Promise<Result<AssessedClaim>> {
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
      if (assessmentId === undefined) return refuse('platform.busy');
      if (!aside && claim.assessmentId !== assessmentId) await this.#stand(tx, ctx, claim, assessmentId, { action: 'claim.assessment_restored', outcome: result.outcome, data: { inputHash, resultHash, outcome: result.outcome } });
      return ok({ assessmentId, isNew: false, inputHash, result });
    }
    const data = { n: made.n, inputHash, resultHash, outcome: result.outcome };
    if (aside) await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.assessed_aside', data });
    else await this.#stand(tx, ctx, claim, made.id, { action: 'claim.assessed', outcome: result.outcome, data });
    return ok({ assessmentId: made.id, isNew: true, inputHash, result });
  }

  /** A run that was kept aside becomes the one the claim points at. */
  stand(tx: Tx, ctx: Context, claim: ClaimRow, { assessmentId, inputHash, result: { outcome } }: AssessedClaim): Promise<void> {
    return this.#stand(tx, ctx, claim, assessmentId, { action: 'claim.assessed', outcome, data: { inputHash, outcome } });
  }

  /** The claim points at it from now on, and everybody hears of it. */
  async #stand(tx: Tx, ctx: Context, claim: ClaimRow, assessmentId: string, { action, outcome, data }: Pick<AuditRecord, 'action' | 'data'> & Pick<AssessmentResult, 'outcome'>): Promise<void> {
    await this.claims.pointAtAssessment(tx, claim.id, assessmentId);
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action, data });
    await this.events.append(tx, ctx, assessmentCompleted(claim.merchantId, { claimId: claim.id, assessmentId, claimVersion: claim.claimVersion, outcome }));
  }
}
