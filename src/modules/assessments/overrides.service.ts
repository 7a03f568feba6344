import { Injectable } from '@nestjs/common';
import { ENGINE, type AssessmentResult } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money, parseMoney } from '../../core/money/index.js';
import {
  overridableSteps, runPolicy, type CompiledPolicy, type OverridableStep, type OverrideFact, type OverrideReason, type PolicyFacts,
} from '../../core/policy/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ClaimRow } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { AssessmentsRepository, type AssessmentRow } from './assessments.repository.js';
import { fitting, holding, notOpen, type Put } from './overrides.rules.js';
import { OverridesRepository } from './overrides.repository.js';
import type { NewOverrideRow, OverrideRow } from './views/override-row.js';

export interface Author {
  /** Undefined: a body outside, deciding an objection. */
  readonly userId: string | undefined;
  readonly evidenceDigest: string | undefined;
  /** Where it is put in deciding an objection. */
  readonly objectionNo?: number;
}

/** A put that fits the working it was put for, with what its step rested on there. */
export interface CheckedPut {
  readonly put: Put;
  readonly open: OverridableStep;
  readonly basis: string;
  readonly assessmentId: string;
}

interface Working {
  readonly row: AssessmentRow;
  readonly result: AssessmentResult;
  readonly policy: CompiledPolicy;
}

/** Figures that people put. Whether one fits is a question of the working that stands; who may put one is decided above. */
@Injectable()
export class Overrides {
  constructor(
    private readonly overrides: OverridesRepository,
    private readonly assessments: AssessmentsRepository,
    private readonly policies: PolicyQueries,
    private readonly clock: Clock,
  ) {}

  /** What every run of these claims starts from, by claim. */
  async factsOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, OverrideFact[]>> {
    const facts = new Map<string, OverrideFact[]>();
    for (const row of await this.overrides.standing(reader, claimIds)) facts.set(row.claimId, [...(facts.get(row.claimId) ?? []), factOf(row)]);
    return facts;
  }

  /** Steps of a working that are open to a figure. */
  async open(reader: Reader, { policyVersionId, result }: Pick<AssessmentRow, 'policyVersionId'> & Pick<Working, 'result'>): Promise<OverridableStep[]> {
    return openIn({ result, policy: (await this.policies.version(reader, policyVersionId)).resolved });
  }

  async check(tx: Tx, claim: ClaimRow, put: Put): Promise<Result<CheckedPut>> {
    const working = await this.#working(tx, claim.assessmentId);
    if (working === undefined) return refuse('assessments.none_yet');
    const steps = openIn(working);
    const open = steps.find(({ step }) => step === put.step);
    if (open === undefined) return notOpen(working.policy, steps, put.step);
    const fits = fitting(open, put, working.policy);
    if (!fits.ok) return fits;
    const basis = await this.#basis(tx, working, put.step);
    return basis.ok ? ok({ put, open, basis: basis.value, assessmentId: working.row.id }) : basis;
  }

  store(tx: Tx, claim: ClaimRow, { put, open, basis, assessmentId }: CheckedPut, author: Author): Promise<number> {
    const { amount, waives } = put;
    const sum = amount === undefined ? undefined : parseMoney(amount.amount, amount.currency);
    return this.#add(tx, claim, author, {
      step: put.step, kind: waives === undefined ? (open.type as NewOverrideRow['kind']) : 'waiver', amountMinor: sum?.ok === true ? sum.value.minor.toString() : null,
      currency: amount?.currency ?? null, figure: put.figure ?? null, waives: waives ?? null, reason: put.reason, basis, assessmentId,
    });
  }

  /** Takes back what holds for a step by a row of its own. Codes: `assessments.override_not_found`, `assessments.override_not_standing`. */
  async lift(tx: Tx, claim: ClaimRow, n: number, reason: OverrideReason, author: Author): Promise<Result<{ n: number; step: string }>> {
    const rows = await this.overrides.list(tx, claim.id);
    const lifted = rows.find((row) => row.n === n);
    if (lifted === undefined) return refuse('assessments.override_not_found');
    if (!holding(rows).has(n)) return refuse('assessments.override_not_standing', { n });
    const made = await this.#add(tx, claim, author, {
      step: lifted.step, kind: 'lifted', amountMinor: null, currency: null, figure: null, waives: null, reason, basis: null, assessmentId: claim.assessmentId ?? lifted.assessmentId,
    });
    return ok({ n: made, step: lifted.step });
  }

  list(reader: Reader, claimId: string): Promise<OverrideRow[]> {
    return this.overrides.list(reader, claimId);
  }

  #add(tx: Tx, { id, merchantId }: ClaimRow, { userId, evidenceDigest, objectionNo }: Author, row: Omit<NewOverrideRow, 'claimId' | 'merchantId' | 'userId' | 'objectionNo' | 'evidenceDigest' | 'at'>): Promise<number> {
    return this.overrides.insert(tx, { ...row, claimId: id, merchantId, userId: userId ?? null, objectionNo: objectionNo ?? null, evidenceDigest: evidenceDigest ?? null, at: this.clock.now() });
  }

  async #working(reader: Reader, assessmentId: string | null): Promise<Working | undefined> {
    const row = assessmentId === null ? undefined : await this.assessments.find(reader, assessmentId);
    if (row === undefined) return undefined;
    const { resolved } = await this.policies.version(reader, row.policyVersionId);
    return { row, result: JSON.parse(row.result) as AssessmentResult, policy: resolved };
  }

  /** From the frozen input of the working that the person looked at, not from what may have changed since. */
  async #basis(tx: Tx, { row, policy }: Working, step: string): Promise<Result<string>> {
    const facts = JSON.parse(await this.assessments.frozen(tx, row.id)) as PolicyFacts;
    if (facts.engine !== ENGINE) return refuse('assessments.other_engine', { engine: facts.engine, current: ENGINE });
    const run = runPolicy(policy, facts);
    const basis = run.kind === 'ran' ? run.basisOf(step) : undefined;
    if (basis === undefined) throw new TypeError(`assessment ${row.id} has no step ${step} when it is run again`);
    return ok(basis);
  }
}

const openIn = ({ result, policy }: Pick<Working, 'result' | 'policy'>): OverridableStep[] =>
  overridableSteps(policy, { trace: result.trace, denials: result.outcome === 'ineligible' ? result.reasons : [] });

const amountText = ({ amountMinor, currency }: OverrideRow): string | undefined =>
  (amountMinor === null || currency === null ? undefined : formatMoney(money(BigInt(amountMinor), currencyOf(currency))));

function factOf(row: OverrideRow): OverrideFact {
  const value = amountText(row) ?? row.figure ?? undefined;
  return { step: row.step, ...(value === undefined ? {} : { value }), ...(row.waives === null ? {} : { waives: row.waives }), basis: row.basis ?? '', reason: row.reason };
}
