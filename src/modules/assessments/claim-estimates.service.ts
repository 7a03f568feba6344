import { Injectable } from '@nestjs/common';
import { explain, forMerchant, type AssessmentResult, type ExplanationLine, type FigureStyle } from '../../core/assessment/index.js';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { mayFor } from '../../platform/access/ownership.js';
import { Database } from '../../platform/database/database.js';
import { ClaimQueries, type ClaimRow } from '../claims/index.js';
import { SalesQueries } from '../evidence/index.js';
import { PolicyQueries, type AppliedPolicy, type ReadyPolicy } from '../policies/index.js';
import { AssessmentRuns, type RunRequest } from './assessment-runs.service.js';
import { FactsLoader } from './facts-loader.service.js';
import { capOf, rangeOf, takenOf, type MethodEffect, type Range } from './estimate.rules.js';
import { legsOf, type Leg } from './legs.rules.js';
import { methodsOf } from './methods.rules.js';

/** What a claim would come to as it stands now. Nothing of it is kept, and nobody is bound by it. */
export interface Estimate {
  readonly policy: ReadyPolicy;
  readonly result: AssessmentResult;
  readonly hasSales: boolean;
  /** Length of the period that one line of the records speaks for; nought when each line is one sale. Longer ones count by the share of their time. */
  readonly periodMs: number;
  /** The records and the tariff, each with what it comes to; empty where the policy does not join the two. */
  readonly legs: readonly Leg[];
  /** A single sum where the engine has one, else the least and the most that are known. */
  readonly range: Range;
  /** The most the policy pays for one claim, in minor units, where it says so. */
  readonly capMinor: string | undefined;
  /** What each way of working it out that the policy lets a merchant choose would come to. */
  readonly methods: readonly MethodEffect[];
  readonly lines: readonly ExplanationLine[];
}

export interface EstimateView {
  readonly outcome: string;
  readonly provisional: boolean;
  readonly hasSales: boolean;
  readonly cash?: MoneyText;
  readonly from?: MoneyText;
  readonly to?: MoneyText;
  readonly policy: { readonly key: string; readonly version: number; readonly hash: string };
  readonly methods: readonly { readonly input: string; readonly options: readonly { readonly value: string; readonly chosen: boolean; readonly cash?: MoneyText }[] }[];
  readonly legs: readonly Leg[];
  readonly periodMs: number;
  readonly working: readonly ExplanationLine[];
}

interface MoneyText { readonly amount: string; readonly currency: string }

/** The very engine that decides, asked about a claim that is not filed. */
@Injectable()
export class ClaimEstimates {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimQueries,
    private readonly loader: FactsLoader,
    private readonly runs: AssessmentRuns,
    private readonly sales: SalesQueries,
    private readonly policies: PolicyQueries,
  ) {}

  /** Codes besides those of reading the claim: `policies.none_effective`. */
  async of(ctx: Context, claimId: string, language: Language, style?: FigureStyle): Promise<Result<Estimate>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const { reader } = this.database;
    const header = await this.sales.header(reader, claimId);
    const [applied] = await this.#applied([claim.value], () => header?.setId);
    if (applied === undefined) throw new TypeError('facts were asked for one claim and came for none');
    if (!applied.ok) return applied;
    const { methods, requests } = waysOf(applied.value);
    const [own, ...others] = (await this.runs.settle(reader, requests)).map(({ assessed }) => assessed?.result);
    if (own === undefined) throw new TypeError(`the estimate of claim ${claimId} does not settle`);
    const reasons = await this.policies.reasons(reader);
    if (!reasons.ok) return reasons;
    const { policy } = applied.value;
    const effects = takenOf(methods, others, claim.value.answers);
    const shown = forMerchant(own);
    return ok({
      policy, result: shown, hasSales: header !== undefined, periodMs: header?.granularityMs ?? 0, legs: legsOf(policy.resolved, own, others), methods: effects, capMinor: capOf([own, ...others]),
      range: rangeOf(own, effects, header !== undefined, capOf([own, ...others])),
      lines: explain(shown, policy.resolved, reasons.value, language, style),
    });
  }

  /** What each claim might come to, in the order given; as many statements for many as for one. Edge: one that nothing is known of, or that this reader may not see, is unknown. */
  async ranges(ctx: Context, claims: readonly ClaimRow[]): Promise<Range[]> {
    const { reader } = this.database;
    const seen = claims.filter(({ merchantId }) => mayFor(ctx.actor, 'claim.read', merchantId));
    const headers = await this.sales.headers(reader, seen.map(({ id }) => id));
    const ready = (await this.#applied(seen, ({ id }) => headers.get(id)?.setId)).flatMap((applied, index) =>
      (applied.ok ? [{ claim: seen[index] as ClaimRow, ...waysOf(applied.value) }] : []));
    const settled = await this.runs.settle(reader, ready.flatMap(({ requests }) => requests));
    const ranges = new Map<string, Range>();
    let at = 0;
    for (const { claim, methods, requests } of ready) {
      const [own, ...others] = settled.slice(at, at += requests.length).map(({ assessed }) => assessed?.result);
      if (own === undefined) throw new TypeError(`the estimate of claim ${claim.id} does not settle`);
      ranges.set(claim.id, rangeOf(own, takenOf(methods, others, claim.answers), headers.has(claim.id), capOf([own, ...others])));
    }
    return claims.map(({ id }) => ranges.get(id) ?? { kind: 'unknown' });
  }

  async view(ctx: Context, claimId: string, language: Language): Promise<Result<EstimateView>> {
    const estimate = await this.of(ctx, claimId, language);
    if (!estimate.ok) return estimate;
    const { result, policy: { key, version, hash }, range, methods, hasSales, legs, periodMs, lines } = estimate.value;
    const text = (minor: string): MoneyText => ({ amount: formatMoney(money(BigInt(minor), currency(result.currency))), currency: result.currency });
    return ok({
      outcome: result.outcome, provisional: result.provisional, hasSales, legs, periodMs, policy: { key, version, hash }, working: lines,
      ...(range.kind === 'sum' ? { cash: text(range.minor) } : {}),
      ...(range.kind === 'between' ? { from: text(range.fromMinor), ...(range.toMinor === undefined ? {} : { to: text(range.toMinor) }) } : {}),
      methods: methods.map(({ input, options }) => ({
        input, options: options.map(({ value, chosen, cashMinor }) => ({ value: String(value), chosen, ...(cashMinor === undefined ? {} : { cash: text(cashMinor) }) })),
      })),
    });
  }

  async #applied(claims: readonly ClaimRow[], setOf: (claim: ClaimRow) => string | undefined): Promise<Result<AppliedPolicy>[]> {
    const loaded = await this.loader.load(this.database.reader, claims.map((claim) => {
      const { services, window, declaredMinor, currency: code, answers } = claim;
      return { claim, frozen: { services, window, declaredMinor, currency: code, answers, salesSetId: setOf(claim) ?? null } };
    }));
    return loaded.map(({ choice, facts }) => choice.apply(facts));
  }
}

/** The run as the claim stands, then one for each way of working it out that its merchant may choose. */
function waysOf(applied: AppliedPolicy): { readonly methods: ReturnType<typeof methodsOf>; readonly requests: readonly RunRequest[] } {
  const methods = methodsOf(applied.policy.resolved);
  return { methods, requests: [applied, ...methods.flatMap(({ input, values }) => values.map((value) => withAnswer(applied, input, value)))] };
}

const withAnswer = (applied: AppliedPolicy, input: string, value: unknown): RunRequest => ({
  policy: applied.policy, facts: { ...applied.facts, inputs: { ...applied.facts.inputs, [input]: { value, provenance: 'declared' } } },
});
