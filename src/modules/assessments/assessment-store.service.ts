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
  readonly claim: ClaimRow;
  readonly result: AssessmentResult;
  /** Kept, but not standing: the claim goes on pointing at the one it was decided on, and nobody is told. */
  readonly aside: boolean;
}

/** A run that its claim is to point at. */
interface Standing extends Pick<AuditRecord, 'action' | 'data'>, Pick<AssessmentResult, 'outcome'> {
  readonly claim: ClaimRow;
  readonly assessmentId: string;
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

  /** Runs of different claims, in the order given. The same input again stores nothing; after a figure was taken back it is the earlier run that stands again. */
  async keep(tx: Tx, ctx: Context, made: readonly NewAssessment[]): Promise<Result<AssessedClaim[]>> {
    const runs = made.map((run) => {
      const [frozen, text] = [frozenText(run.facts), canonicalJson(run.result)];
      return { ...run, frozen, inputHash: sha256Hex(frozen), text, resultHash: sha256Hex(text) };
    });
    const at = this.clock.now();
    const stored = new Map((await this.assessments.insert(tx, runs.map(({ claim, policy, facts, result, frozen, inputHash, text, resultHash }) => ({
      claimId: claim.id, merchantId: claim.merchantId, claimVersion: claim.claimVersion, policyVersionId: policy.id, registerVersion: facts.registerVersion,
      engine: ENGINE, inputHash, frozen, resultHash, result: text, outcome: result.outcome, provisional: result.provisional, cashMinor: result.cashMinor, currency: claim.currency, at,
    })))).map(({ claimId, ...row }) => [claimId, row]));
    const [kept, standing, aside]: [AssessedClaim[], Standing[], AuditRecord[]] = [[], [], []];
    for (const { claim, inputHash, resultHash, result, aside: isAside } of runs) {
      const isNew = stored.get(claim.id);
      const assessmentId = isNew?.id ?? (await this.assessments.byInput(tx, claim.id, inputHash));
      if (assessmentId === undefined) return refuse('platform.busy');
      const data = { ...(isNew === undefined ? {} : { n: isNew.n }), inputHash, resultHash, outcome: result.outcome };
      if (isAside && isNew !== undefined) aside.push({ aggregate: { type: 'claim', id: claim.id }, action: 'claim.assessed_aside', data });
      if (!isAside && (isNew !== undefined || claim.assessmentId !== assessmentId)) {
        standing.push({ claim, assessmentId, outcome: result.outcome, action: isNew === undefined ? 'claim.assessment_restored' : 'claim.assessed', data });
      }
      kept.push({ assessmentId, isNew: isNew !== undefined, inputHash, result });
    }
    await this.audit.recordAll(tx, ctx, aside);
    await this.#stand(tx, ctx, standing);
    return ok(kept);
  }

  /** Runs that were kept aside become those that their claims point at. */
  stand(tx: Tx, ctx: Context, aside: readonly { readonly claim: ClaimRow; readonly assessed: AssessedClaim }[]): Promise<void> {
    return this.#stand(tx, ctx, aside.map(({ claim, assessed: { assessmentId, inputHash, result: { outcome } } }) => ({ claim, assessmentId, outcome, action: 'claim.assessed', data: { inputHash, outcome } })));
  }

  /** The claims point at them from now on, and everybody hears of it. */
  async #stand(tx: Tx, ctx: Context, standing: readonly Standing[]): Promise<void> {
    if (standing.length === 0) return;
    await this.claims.pointAtAssessments(tx, standing.map(({ claim, assessmentId }) => ({ claimId: claim.id, assessmentId })));
    await this.audit.recordAll(tx, ctx, standing.map(({ claim, action, data }) => ({ aggregate: { type: 'claim', id: claim.id }, action, data })));
    const events = standing.map(({ claim, assessmentId, outcome }) => assessmentCompleted(claim.merchantId, { claimId: claim.id, assessmentId, claimVersion: claim.claimVersion, outcome }));
    // One alone is what somebody waits for: it has its turn inside the request.
    const [only] = events;
    await (only !== undefined && events.length === 1 ? this.events.append(tx, ctx, only) : this.events.appendAll(tx, ctx, events));
  }
}
