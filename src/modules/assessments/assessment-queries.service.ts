import { Injectable } from '@nestjs/common';
import {
  counterfactuals, ENGINE, explain, forMerchant, readable, sayCounterfactuals, traceDocument, type AssessmentResult, type ExplanationLine, type FigureStyle,
  type SaidCounterfactuals, type TraceDocument,
} from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Language, PolicyFacts, ReasonCatalogue } from '../../core/policy/index.js';
import { isStaff } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimQueries, type ClaimAsked, type ClaimRow } from '../claims/index.js';
import { PolicyQueries, type ReadyPolicy } from '../policies/index.js';
import { AssessmentsRepository, type AssessmentRow, type RecalledRow } from './assessments.repository.js';
import { REASSESS } from './assess-claim.handler.js';

export interface AssessmentSummary {
  readonly self: string;
  readonly id: string;
  readonly claimId: string;
  readonly n: number;
  readonly claimVersion: number;
  readonly registerVersion: number;
  readonly outcome: string;
  readonly provisional: boolean;
  readonly cash?: { readonly amount: string; readonly currency: string };
  readonly inputHash: string;
  readonly resultHash: string;
  readonly assessedAt: string;
}

/** What a list says of an assessment. */
export type AssessmentFigure = Pick<AssessmentSummary, 'outcome' | 'provisional' | 'cash'> & { readonly policyVersionId: string };

/** An assessment as a page shows it. */
export interface AssessmentSheet {
  readonly summary: AssessmentSummary;
  readonly result: AssessmentResult;
  readonly policy: ReadyPolicy;
  readonly lines: readonly ExplanationLine[];
}

/** An assessment that others may act on: what came out, and the policy it rests on. */
export interface StandingAssessment {
  readonly id: string;
  readonly policyVersionId: string;
  readonly result: AssessmentResult;
}

/** Findings for staff stay with staff. */
function shownTo(ctx: Context, result: AssessmentResult): AssessmentResult {
  return isStaff(ctx.actor) ? result : forMerchant(result);
}

/** Reads assessments and explains them. */
@Injectable()
export class AssessmentQueries {
  constructor(
    private readonly database: Database,
    private readonly work: UnitOfWork,
    private readonly jobs: Jobs,
    private readonly assessments: AssessmentsRepository,
    private readonly claims: ClaimQueries,
    private readonly policies: PolicyQueries,
  ) {}

  async list(ctx: Context, asked: ClaimAsked): Promise<Result<{ items: AssessmentSummary[] }>> {
    const claim = await this.claims.visible(ctx, asked);
    return claim.ok ? ok({ items: (await this.assessments.list(this.database.reader, claim.value.id)).map(summary) }) : claim;
  }

  async get(ctx: Context, claimId: string, n: number): Promise<Result<AssessmentSummary & { result: unknown }>> {
    const row = await this.row(ctx, claimId, n);
    if (!row.ok) return row;
    const { trace: _trace, ...result } = shownTo(ctx, JSON.parse(row.value.result) as AssessmentResult);
    return ok({ ...summary(row.value), result: readable(result) });
  }

  /** The whole tree, versioned: docs/api/trace.schema.json. */
  async trace(ctx: Context, claimId: string, n: number): Promise<Result<TraceDocument>> {
    const row = await this.row(ctx, claimId, n);
    if (!row.ok) return row;
    const { facts, resolved } = await this.frozen(row.value);
    return ok(traceDocument(JSON.parse(row.value.result) as AssessmentResult, facts, resolved));
  }

  /** What would have had to be different; worked out from the frozen input, so only by the engine that froze it. */
  async counterfactuals(ctx: Context, claimId: string, n: number, language: Language): Promise<Result<SaidCounterfactuals>> {
    const row = await this.row(ctx, claimId, n);
    if (!row.ok) return row;
    const { facts, resolved } = await this.frozen(row.value);
    if (facts.engine !== ENGINE) return refuse('assessments.other_engine', { engine: facts.engine, current: ENGINE });
    return ok(sayCounterfactuals(counterfactuals(facts, resolved), resolved, language));
  }

  /** What a stored run rests on: its facts and its policy. */
  async frozen(row: Pick<AssessmentRow, 'id' | 'policyVersionId'>): Promise<{ facts: PolicyFacts; resolved: ReadyPolicy['resolved'] }> {
    const { resolved } = await this.policies.version(this.database.reader, row.policyVersionId);
    return { facts: JSON.parse(await this.assessments.frozen(this.database.reader, row.id)) as PolicyFacts, resolved };
  }

  async explanation(ctx: Context, claimId: string, n: number, language: Language): Promise<Result<{ language: Language; lines: ExplanationLine[] }>> {
    const row = await this.row(ctx, claimId, n);
    if (!row.ok) return row;
    const { resolved } = await this.policies.version(this.database.reader, row.value.policyVersionId);
    const reasons = await this.policies.reasons(this.database.reader);
    if (!reasons.ok) return reasons;
    return ok({ language, lines: explain(shownTo(ctx, JSON.parse(row.value.result) as AssessmentResult), resolved, reasons.value, language) });
  }

  /** The newest assessment of a claim with its working in words, as the viewer may see it; undefined before the first. */
  async sheet(ctx: Context, claim: ClaimRow, reasons: ReasonCatalogue, language: Language, style: FigureStyle): Promise<Result<AssessmentSheet | undefined>> {
    const visible = await this.claims.visible(ctx, claim);
    if (!visible.ok) return visible;
    const row = claim.assessmentId === null ? undefined : await this.assessments.find(this.database.reader, claim.assessmentId);
    if (row === undefined || row.claimId !== claim.id) return ok(undefined);
    const policy = await this.policies.version(this.database.reader, row.policyVersionId);
    const result = shownTo(ctx, JSON.parse(row.result) as AssessmentResult);
    return ok({ summary: summary(row), result, policy, lines: explain(result, policy.resolved, reasons, language, style) });
  }

  /** Outcome and figure by assessment, for a list of claims that the viewer was shown. */
  async figures(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, AssessmentFigure>> {
    return new Map((await this.assessments.figures(reader, ids)).map((row) => [row.id, { outcome: row.outcome, provisional: row.provisional, policyVersionId: row.policyVersionId, ...cashOf(row) }]));
  }

  /** Minor units that each comes to and that its policy withholds of that, by id. */
  async sums(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Pick<AssessmentResult, 'cashMinor' | 'withheldMinor'>>> {
    return new Map((await this.assessments.sums(reader, ids)).map(({ id, ...sums }) => [id, sums]));
  }

  /** As they were stored, by id: what came out, and the sums that need not be read again. */
  async recalled(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, RecalledRow>> {
    return new Map((await this.assessments.recalled(reader, ids)).map((row) => [row.id, row]));
  }

  /** As of which version of the register each of these runs was made. */
  async registerVersions(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.assessments.registerVersions(reader, ids)).map(({ id, registerVersion }) => [id, registerVersion]));
  }

  /** Asks for another run; it stores nothing when nothing has changed. */
  rerun(ctx: Context, claimId: string): Promise<Result<{ claimId: string }>> {
    return this.work.run(ctx, (tx) => this.again(tx, claimId));
  }

  /** As `rerun`, in the transaction of a caller who finds that what it rests on has changed. */
  async again(tx: Tx, claimId: string): Promise<Result<{ claimId: string }>> {
    await this.jobs.enqueue(tx, REASSESS, { claimId }, { inline: true });
    return ok({ claimId });
  }

  async standing(reader: Reader, id: string): Promise<StandingAssessment | undefined> {
    return (await this.standingOf(reader, [id])).get(id);
  }

  /** As `standing`, by id; those that are not there are left out. */
  async standingOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, StandingAssessment>> {
    const rows = await this.assessments.findAll(reader, ids);
    return new Map(rows.map(({ id, policyVersionId, result }) => [id, { id, policyVersionId, result: JSON.parse(result) as AssessmentResult }]));
  }

  /** A stored run that the viewer may see. */
  async row(ctx: Context, claimId: string, n: number): Promise<Result<AssessmentRow>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const row = await this.assessments.ofClaim(this.database.reader, claimId, n);
    return row === undefined ? refuse('assessments.not_found') : ok(row);
  }
}

const summary = (row: AssessmentRow): AssessmentSummary => ({
  self: `/v1/claims/${row.claimId}/assessments/${row.n}`, id: row.id, claimId: row.claimId, n: row.n, claimVersion: row.claimVersion, registerVersion: row.registerVersion,
  outcome: row.outcome, provisional: row.provisional, inputHash: row.inputHash, resultHash: row.resultHash, assessedAt: row.assessedAt.toISOString(),
  ...cashOf(row),
});

const cashOf = ({ cashMinor, currency: code }: Pick<AssessmentRow, 'cashMinor' | 'currency'>): Pick<AssessmentSummary, 'cash'> =>
  (cashMinor === null ? {} : { cash: { amount: formatMoney(money(BigInt(cashMinor), currency(code))), currency: code } });
