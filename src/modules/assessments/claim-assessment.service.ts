import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { SalesFacts } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimLifecycle, ClaimQueries, type ClaimRow } from '../claims/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import { AssessmentRuns, KnownSums, type RunRequest } from './assessment-runs.service.js';
import { AssessmentStore, type AssessedClaim, type NewAssessment } from './assessment-store.service.js';
import { FactsLoader } from './facts-loader.service.js';

export interface ManyOptions {
  /** Whose run is kept without standing. */
  readonly aside: (claim: ClaimRow) => boolean;
  /** Only claims for whose event this version of the policy answers. */
  readonly only?: string;
  /** As of which version of the register; left out, as it stands. */
  readonly registerVersion?: number;
  /** Sums of sales that need not be read again, by claim: those of a sales set that stays. */
  readonly known?: ReadonlyMap<string, Pick<SalesFacts, 'setId' | 'sums'>>;
}

/** Assesses a filed claim: load facts, run the policy (again when it asks for sales), store the run, tell the others. */
@Injectable()
export class ClaimAssessment {
  constructor(
    private readonly loader: FactsLoader,
    private readonly runs: AssessmentRuns,
    private readonly store: AssessmentStore,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
  ) {}

  /** With `aside` the run is kept without standing: a decided claim keeps the assessment its decision rests on. */
  async assess(tx: Tx, ctx: Context, claimId: string, options: { aside?: boolean } = {}): Promise<Result<AssessedClaim>> {
    const assessed = await this.assessMany(tx, ctx, [claimId], { aside: () => options.aside === true });
    if (!assessed.ok) return assessed;
    const [one] = assessed.value;
    return one === undefined ? refuse('assessments.claim_not_filed') : ok(one.assessed);
  }

  /**
   * Assesses filed claims as one: locked in the order of their ids, what they rest on read for all of them at once, and kept at once.
   * Claims that are not filed are left out.
   */
  async assessMany(tx: Tx, ctx: Context, claimIds: readonly string[], { aside, known, ...which }: ManyOptions): Promise<Result<{ claim: ClaimRow; assessed: AssessedClaim }[]>> {
    const claims = await this.lifecycle.lockedAll(tx, claimIds);
    if (!claims.ok) return claims;
    const applied = await this.#applied(tx, claimIds, which);
    if (!applied.ok) return applied;
    const made: NewAssessment[] = [];
    const requests = applied.value.map((one): RunRequest => {
      const read = known?.get(one.facts.claim.id);
      return read === undefined || read.setId !== one.facts.sales?.setId ? one : { ...one, known: new KnownSums(read.sums) };
    });
    for (const [index, { facts, assessed: run }] of (await this.runs.settle(tx, requests)).entries()) {
      const claim = claims.value.get(facts.claim.id) as ClaimRow;
      if (run === undefined) return refuse('assessments.does_not_settle');
      const { policy } = applied.value[index] as AppliedPolicy;
      made.push({ claim, policy, facts, result: run.result, aside: aside(claim) });
    }
    const kept = await this.store.keep(tx, ctx, made);
    return kept.ok ? ok(made.map(({ claim }, index) => ({ claim, assessed: kept.value[index] as AssessedClaim }))) : kept;
  }

  /** What was kept aside of different claims stands from now on. */
  letStand(tx: Tx, ctx: Context, aside: readonly { readonly claim: ClaimRow; readonly assessed: AssessedClaim }[]): Promise<void> {
    return this.store.stand(tx, ctx, aside);
  }

  /** Where no version answers and none is named, that is the answer; where one is named, the claim is none of its. */
  async #applied(tx: Tx, ids: readonly string[], { only, registerVersion }: Omit<ManyOptions, 'aside' | 'known'>): Promise<Result<AppliedPolicy[]>> {
    const applied: AppliedPolicy[] = [];
    for (const { facts, choice } of await this.loader.load(tx, await this.claims.filed(tx, { ids }), registerVersion)) {
      const one = choice.apply(facts);
      if (!one.ok && only === undefined) return one;
      if (one.ok && (only === undefined || one.value.policy.id === only)) applied.push(one.value);
    }
    return ok(applied);
  }
}
