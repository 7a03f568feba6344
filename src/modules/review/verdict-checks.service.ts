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
import { refusesFor } from './refusal-reasons.rules.js';
import { Rivals } from './duties/rivals.service.js';

export interface Verdict {
  readonly outcome: DeterminationOutcome;
  /** The assessment the person looked at. */
  readonly assessmentId: string;
  readonly reasons: readonly string[];
  readonly note?: string;
}

/** A verdict on a claim as somebody saw it. */
export interface AskedVerdict {
  readonly claimId: string;
  readonly version: number;
  readonly verdict: Verdict;
}

/** A verdict that fits its claim, which is locked. */
export interface ReadyVerdict {
  readonly verdict: Verdict;
  readonly claim: ClaimRow;
  readonly assessment: StandingAssessment;
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

  /** As `ready` for different claims, in the order given; undefined as soon as one is not ready, whatever the reason. */
  async readyAll(tx: Tx, ctx: Context, asked: readonly AskedVerdict[], event: ClaimEvent): Promise<ReadyVerdict[] | undefined> {
    const ids = asked.map(({ claimId }) => claimId);
    const claims = await this.lifecycle.lockedAll(tx, ids);
    const catalogue = await this.policies.reasons(tx);
    if (!claims.ok || !catalogue.ok) return undefined;
    const assessments = await this.assessments.standingOf(tx, [...claims.value.values()].flatMap(({ assessmentId }) => assessmentId ?? []));
    const granted = await this.entitlements.latestOf(tx, ids);
    const ready = asked.flatMap(({ claimId, version, verdict }): ReadyVerdict[] => {
      const claim = claims.value.get(claimId);
      const assessment = assessments.get(claim?.assessmentId ?? '');
      if (claim?.version !== version || assessment === undefined || !this.lifecycle.decide(ctx, claim, { event, assessmentId: verdict.assessmentId }).ok) return [];
      const grantedMinor = granted.get(claimId) ?? 0n;
      const fits = grantedMinor === 0n ? fitting(catalogue.value, assessment.result, verdict).ok : verdict.outcome === 'award';
      return fits ? [{ verdict, claim, assessment }] : [];
    });
    return ready.length === asked.length ? ready : undefined;
  }

  /** For whoever finds that what the assessment rests on has changed. */
  workOutAgain(ctx: Context, id: string): Promise<Result<unknown>> {
    return this.assessments.rerun(ctx, id);
  }

  async #fits(tx: Tx, { result }: StandingAssessment, verdict: Verdict): Promise<Result<void>> {
    const catalogue = await this.policies.reasons(tx);
    return catalogue.ok ? fitting(catalogue.value, result, verdict) : catalogue;
  }
}

function fitting(catalogue: ReasonCatalogue, result: AssessmentResult, verdict: Verdict): Result<void> {
  const supported = supports(result, verdict);
  if (!supported.ok) return supported;
  const whole = readable(catalogue, saidReasons(verdict.reasons, result));
  return whole.ok ? endsFor(result, verdict) : whole;
}

/** Whether a working bears the outcome. Codes: `review.nothing_due`, `review.outcome_not_supported`, `review.nil_not_worked_out`, `review.reasons_missing`. */
function supports(result: Pick<AssessmentResult, 'outcome'>, { outcome, reasons }: Verdict): Result<void> {
  if (outcome === 'award' && result.outcome === 'nil') return refuse('review.nothing_due');
  if (outcome === 'award' && result.outcome !== 'eligible') return refuse('review.outcome_not_supported', { outcome: result.outcome });
  if (outcome === 'nil' && result.outcome !== 'nil') return refuse('review.nil_not_worked_out', { outcome: result.outcome }, { pointer: '/outcome' });
  return outcome === 'refuse' && reasons.length === 0 ? refuse('review.reasons_missing', {}, { pointer: '/reasons' }) : ok(undefined);
}

/** Code: `review.reason_not_of_refusals`. */
function endsFor({ outcome, reasons: denials }: Pick<AssessmentResult, 'outcome' | 'reasons'>, { reasons }: Verdict): Result<void> {
  const open = reasons.find((code) => !refusesFor(code, outcome === 'ineligible' ? denials : []));
  return open === undefined ? ok(undefined) : refuse('review.reason_not_of_refusals', { code: open }, { pointer: '/reasons' });
}

/** Reasons as the letter says them: with what the working says of each, if it gives the same one. */
export const saidReasons = (codes: readonly string[], { reasons }: Pick<AssessmentResult, 'reasons'>): SaidReason[] =>
  codes.map((code) => ({ code, params: reasons.find((reason) => reason.code === code)?.params ?? {} }));

/** Those that a verdict is kept with: nothing due, where it comes to nothing and says no more. */
export const reasonsOf = ({ outcome, reasons }: Verdict, result: AssessmentResult): SaidReason[] => saidReasons(outcome === 'nil' && reasons.length === 0 ? ['nothing_due'] : reasons, result);

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
