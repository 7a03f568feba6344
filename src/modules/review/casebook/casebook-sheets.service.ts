import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { mayFor } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { AssessmentQueries, type StandingAssessment } from '../../assessments/index.js';
import { ClaimQueries, claimView, type ClaimAsked, type ClaimView } from '../../claims/index.js';
import { CaseSignals, type Candidate } from './case-signals.service.js';
import type { DuplicateVerdict } from './duplicate-verdicts.rules.js';
import type { Signal } from './signals.rules.js';

/** A claim beside this one, with what both have in common and what was said of them. */
export interface CandidateView {
  readonly claim: Pick<ClaimView, 'self' | 'id' | 'reference' | 'state' | 'merchantId' | 'siteId' | 'schemeId' | 'head' | 'services' | 'window' | 'declaredLoss' | 'submittedAt' | 'assessmentId'>;
  readonly codes: Candidate['codes'];
  readonly verdict?: { readonly verdict: DuplicateVerdict; readonly reason?: string; readonly at: string; readonly userId: string };
}

export interface SignalSheet {
  readonly signals: readonly Signal[];
  readonly candidates: readonly CandidateView[];
}

/** What is odd about a claim, as staff are shown it. */
@Injectable()
export class CasebookSheets {
  constructor(private readonly database: Database, private readonly claims: ClaimQueries, private readonly assessments: AssessmentQueries, private readonly found: CaseSignals) {}

  /** Code: `claims.not_found`, also for the claim's own business. */
  async signals(ctx: Context, claimId: string): Promise<Result<SignalSheet>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const { assessmentId } = claim.value;
    return this.within(ctx, claim.value, assessmentId === null ? undefined : await this.assessments.standing(this.database.reader, assessmentId));
  }

  /** As `signals`, for whoever has read the claim and its working already. */
  async within(ctx: Context, asked: ClaimAsked, standing: Pick<StandingAssessment, 'result'> | undefined): Promise<Result<SignalSheet>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'queue.read', claim.value.merchantId)) return refuse('claims.not_found');
    const { signals, candidates } = await this.found.of(this.database.reader, claim.value, standing?.result);
    return ok({ signals, candidates: candidates.map(viewOf) });
  }
}

function viewOf({ claim, codes, verdict }: Candidate): CandidateView {
  const { self, id, reference, state, merchantId, siteId, schemeId, head, services, window, declaredLoss, submittedAt, assessmentId } = claimView(claim);
  return {
    claim: {
      self, id, reference, state, merchantId, siteId, schemeId, head, services, window,
      ...(declaredLoss === undefined ? {} : { declaredLoss }), ...(submittedAt === undefined ? {} : { submittedAt }), ...(assessmentId === undefined ? {} : { assessmentId }),
    },
    codes,
    ...(verdict === undefined ? {} : { verdict: { verdict: verdict.verdict, at: verdict.at.toISOString(), userId: verdict.userId, ...(verdict.reason === null ? {} : { reason: verdict.reason }) } }),
  };
}
