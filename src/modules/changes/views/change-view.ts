import { currency, formatMoney, money } from '../../../core/money/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { AllocationStage } from '../../funds/index.js';
import type { ChangeEvent, ChangeKind, ChangeState } from '../change.machine.js';
import type { AnyReport, RunRow } from '../change-runs.repository.js';
import type { Verdict } from '../change-lists.rules.js';
import type { AppliedRow, ApprovalRow, ChangeRow } from '../changes.repository.js';
import type { SiteVerdict } from '../precomputation.rules.js';
import type { RehearsedClaim } from '../rehearsal.rules.js';
import type { RunReport } from '../report.rules.js';

export interface ChangeView {
  readonly self: string;
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  /** Of a policy version and a pre-computation; number and edition of a policy version. */
  readonly policy?: { readonly key: string; readonly number?: number; readonly editionId?: string };
  /** Of a pre-computation. */
  readonly schemeId?: string;
  /** Of an amendment: the revision that would be recorded. */
  readonly outage?: { readonly id: string; readonly revision: number };
  /** Of an allocation; of a first share, what is kept back. */
  readonly fund?: { readonly id: string; readonly stage: AllocationStage; readonly keptBack?: string };
  /** Of an amendment that was asked for over a claim. */
  readonly fromClaimId?: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly allowedEvents: readonly ChangeEvent[];
  readonly version: number;
}

export interface ApprovalView extends Omit<ApprovalRow, 'approvedAt'> {
  /** Of a run in one currency, as in `bounds`. */
  readonly boundMinor?: string;
  readonly movedMinor?: string;
  readonly approvedAt: string;
}

export interface ChangeDetail extends ChangeView {
  readonly runs: readonly RunView[];
  readonly approval?: ApprovalView;
  /** How far applying has come, and how many claims by what became of them. */
  readonly application?: { readonly done: number; readonly verdicts: Readonly<Partial<Record<Verdict | SiteVerdict, number>>>; readonly toldMerchants?: number };
}

export interface RunView {
  readonly self: string;
  readonly n: number;
  readonly state: RunRow['state'];
  readonly progress: { readonly done: number; readonly expected: number };
  readonly startedBy: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly digest?: string;
  readonly fault?: string;
}

export interface RunDetail extends RunView {
  readonly report?: AnyReport;
  /** Claims filed since the run began: not in it, and assessed under the new rule. */
  readonly arrivedSince: number;
}

/** A run of a change of a policy. */
export type PolicyRunDetail = Omit<RunDetail, 'report'> & { readonly report?: RunReport };

/** For who knows what the change is about; another kind here is a bug. */
export function policyRunDetail({ report, ...run }: RunDetail): PolicyRunDetail {
  if (report === undefined) return run;
  if (report.kind !== 'policy_version') throw new TypeError(`run ${run.self} is of a ${report.kind}`);
  return { ...run, report };
}

export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

/** One claim of a run. */
export interface RehearsedClaimView {
  readonly claimId: string;
  readonly state: string;
  readonly before: { readonly outcome: string; readonly cash: MoneyText };
  readonly after: { readonly outcome: string; readonly cash: MoneyText };
  readonly difference: MoneyText;
  readonly causes: readonly { readonly cause: string; readonly difference: MoneyText }[];
  readonly placebo?: { readonly weeks: number; readonly outcome: string; readonly cash: MoneyText };
}

export interface AppliedClaimView {
  readonly claimId: string;
  readonly verdict: Verdict;
  readonly outcome: string;
  readonly rehearsed?: MoneyText;
  readonly applied?: MoneyText;
  readonly assessmentId: string;
}

export const changeView = (row: ChangeRow, allowedEvents: readonly ChangeEvent[]): ChangeView => ({
  self: `/v1/changes/${row.id}`, id: row.id, kind: row.kind, state: row.state,
  ...(row.policyKey === null ? {} : { policy: { key: row.policyKey, ...(row.policyNumber === null ? {} : { number: row.policyNumber }), ...(row.editionId === null ? {} : { editionId: row.editionId }) } }),
  ...(row.outageId === null || row.outageRevision === null ? {} : { outage: { id: row.outageId, revision: row.outageRevision } }),
  ...(row.fundId === null || row.stage === null ? {} : { fund: { id: row.fundId, stage: row.stage, ...(row.keptBack === null ? {} : { keptBack: row.keptBack }) } }),
  ...(row.fromClaimId === null ? {} : { fromClaimId: row.fromClaimId }),
  ...(row.schemeId === null ? {} : { schemeId: row.schemeId }),
  createdBy: row.createdBy, createdAt: formatInstant(row.createdAt), allowedEvents, version: row.version,
});

export const runView = (row: RunRow): RunView => ({
  self: `/v1/changes/${row.changeId}/runs/${row.n}`, n: row.n, state: row.state, progress: { done: row.doneCount, expected: row.expectedCount },
  startedBy: row.startedBy, startedAt: formatInstant(row.startedAt),
  ...(row.finishedAt === null ? {} : { finishedAt: formatInstant(row.finishedAt) }),
  ...(row.digest === null ? {} : { digest: row.digest }),
  ...(row.fault === null ? {} : { fault: row.fault }),
});

export function approvalView(row: ApprovalRow): ApprovalView {
  const [only, ...others] = row.bounds;
  return { ...row, ...(only === undefined || others.length > 0 ? {} : { boundMinor: only.boundMinor, movedMinor: only.movedMinor }), approvedAt: formatInstant(row.approvedAt) };
}

export function moneyText(minor: bigint | string, code: string): MoneyText {
  return { amount: formatMoney(money(BigInt(minor), currency(code))), currency: code };
}

export function rehearsedClaimView({ claimId, currency: code, state, before, after, causes, placebo }: RehearsedClaim): RehearsedClaimView {
  return {
    claimId, state, before: { outcome: before.outcome, cash: moneyText(before.minor, code) }, after: { outcome: after.outcome, cash: moneyText(after.minor, code) },
    difference: moneyText(after.minor - before.minor, code), causes: causes.map(({ cause, minor }) => ({ cause, difference: moneyText(minor, code) })),
    ...(placebo === null ? {} : { placebo: { weeks: placebo.weeks, outcome: placebo.outcome, cash: moneyText(placebo.minor, code) } }),
  };
}

export const appliedClaimView = ({ claimId, verdict, appliedOutcome, rehearsedMinor, appliedMinor, assessmentId }: AppliedRow, code: string): AppliedClaimView => ({
  claimId, verdict, outcome: appliedOutcome, assessmentId,
  ...(rehearsedMinor === null ? {} : { rehearsed: moneyText(rehearsedMinor, code) }),
  ...(appliedMinor === null ? {} : { applied: moneyText(appliedMinor, code) }),
});
