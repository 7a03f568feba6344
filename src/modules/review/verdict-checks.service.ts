import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { AssessmentResult } from '../../core/assessment/index.js';
import { formatMoney, type Money } from '../../core/money/index.js';
import { isWholeReason, type ReasonCatalogue } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, type StandingAssessment } from '../assessments/index.js';
import { ClaimLifecycle, Entitlements, type ClaimEvent, type ClaimRow, type DeterminationOutcome } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Rivals } from './duties/rivals.service.js';

export interface Verdict {
  readonly outcome: DeterminationOutcome;
  /** The assessment the person looked at. */
  readonly assessmentId: string;
  readonly reasons: readonly string[];
  readonly note?: string;
}

interface SaidReason {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Whether a verdict fits the assessment it names: no award without an amount, no refusal without a reason people can read. */
@Injectable()
export class VerdictChecks {
  constructor(
    private readonly lifecycle: ClaimLifecycle, private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries,
    private readonly entitlements: Entitlements, private readonly rivals: Rivals,
  ) {}

  /** The machine is asked first: in the wrong state the answer is what is possible there, whatever the verdict says. */
  async ready(tx: Tx, ctx: Context, id: string, version: number, event: ClaimEvent, verdict: Verdict): Promise<Result<{ claim: ClaimRow; assessment: StandingAssessment }>> {
    const claim = await this.lifecycle.locked(tx, id, version);
    if (!claim.ok) return this.rivals.named(tx, id, claim);
    const allowed = this.lifecycle.decide(ctx, claim.value, { event, assessmentId: verdict.assessmentId });
    if (!allowed.ok) return allowed;
    const assessment = claim.value.assessmentId === null ? undefined : await this.assessments.standing(tx, claim.value.assessmentId);
    if (assessment === undefined) return refuse('review.no_assessment');
    const granted = await this.entitlements.latest(tx, id);
    const fits = granted === undefined || granted.gross.minor === 0n ? await this.#fits(tx, assessment, verdict) : keepsGrant(verdict, granted.gross);
    return fits.ok ? ok({ claim: claim.value, assessment }) : fits;
  }

  /** For whoever finds that what the assessment rests on has changed. */
  workOutAgain(ctx: Context, id: string): Promise<Result<unknown>> {
    return this.assessments.rerun(ctx, id);
  }

  async #fits(tx: Tx, { result }: StandingAssessment, { outcome, reasons }: Verdict): Promise<Result<void>> {
    if (outcome === 'award' && result.outcome === 'nil') return refuse('review.nothing_due');
    if (outcome === 'award' && result.outcome !== 'eligible') return refuse('review.outcome_not_supported', { outcome: result.outcome });
    if (outcome === 'refuse' && reasons.length === 0) return refuse('review.reasons_missing', {}, { pointer: '/reasons' });
    const catalogue = await this.policies.reasons(tx);
    return catalogue.ok ? readable(catalogue.value, saidReasons(reasons, result)) : catalogue;
  }
}

/** Reasons as the letter says them: with what the working says of each, if it gives the same one. */
export const saidReasons = (codes: readonly string[], { reasons }: Pick<AssessmentResult, 'reasons'>): SaidReason[] =>
  codes.map((code) => ({ code, params: reasons.find((reason) => reason.code === code)?.params ?? {} }));

/** No letter is written from a code that nobody knows, or with a place in its sentence that nothing fills. Codes: `review.reason_unknown`, `review.reason_open`. */
export function readable(catalogue: ReasonCatalogue, reasons: readonly SaidReason[]): Result<void> {
  for (const { code, params } of reasons) {
    const words = catalogue[code];
    if (words === undefined) return refuse('review.reason_unknown', { code }, { pointer: '/reasons' });
    if (!isWholeReason(words.en, params)) return refuse('review.reason_open', { code }, { pointer: '/reasons' });
  }
  return ok(undefined);
}

/** What was granted before stands: an award on a correction gives that or more, whatever the assessment came to, and nothing else is possible. */
const keepsGrant = ({ outcome }: Verdict, granted: Money): Result<void> =>
  (outcome === 'award' ? ok(undefined) : refuse('review.floor_stands', { floor: formatMoney(granted), currency: granted.currency }, { pointer: '/outcome' }));
