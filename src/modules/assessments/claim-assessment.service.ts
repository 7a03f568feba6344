import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimLifecycle, ClaimQueries } from '../claims/index.js';
import { AssessmentRuns } from './assessment-runs.service.js';
import { AssessmentStore, type AssessedClaim } from './assessment-store.service.js';
import { FactsLoader } from './facts-loader.service.js';

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
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const [filed] = await this.claims.filed(tx, { ids: [claimId] });
    if (filed === undefined) return refuse('assessments.claim_not_filed');
    const [loaded] = await this.loader.load(tx, [filed]);
    const applied = loaded?.choice.apply(loaded.facts);
    if (applied === undefined) throw new TypeError(`no facts for claim ${claimId}`);
    if (!applied.ok) return applied;
    const [settled] = await this.runs.settle(tx, [applied.value]);
    if (settled?.assessed === undefined) return refuse('assessments.does_not_settle');
    return this.store.keep(tx, ctx, claim.value, { policy: applied.value.policy, facts: settled.facts, result: settled.assessed.result, aside: options.aside === true });
  }
}
