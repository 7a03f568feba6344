import { Injectable } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { PolicyPublication, type PolicyCandidate } from '../policies/index.js';
import { sameCurrencies, withinBounds, type Drift } from './approval-bounds.rules.js';
import { ApprovalChecks, type Approval } from './approval-checks.service.js';
import { ChangeDrift } from './change-drift.service.js';
import { APPLY } from './change-application.service.js';
import { policyRun, type RunRow } from './change-runs.repository.js';
import { editionOf, type ChangeRow } from './changes.repository.js';

/** One approval: checks that the run named by its digest still says what would happen, publishes, and queues the reach. All of it, or nothing. */
@Injectable()
export class ChangeApprovals {
  constructor(
    private readonly jobs: Jobs, private readonly checks: ApprovalChecks, private readonly drift: ChangeDrift, private readonly publication: PolicyPublication,
  ) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow, approval: Approval): Promise<Result<ChangeRow>> {
    const checked = await this.checks.check(tx, ctx, change, run, approval.digest);
    if (!checked.ok) return checked;
    const candidate = await this.publication.candidateById(tx, editionOf(change));
    if (!candidate.ok) return candidate;
    const drift = await this.#drift(tx, run, candidate.value, approval.movesLessThan);
    if (!drift.ok) return drift;
    const published = await this.publication.publish(tx, ctx, candidate.value);
    if (!published.ok) return published;
    await this.jobs.enqueue(tx, APPLY, { changeId: change.id });
    return this.checks.approved(tx, ctx, change, run, { ...approval, drift: drift.value, policyVersionId: published.value.id });
  }

  async #drift(tx: Tx, run: RunRow, candidate: PolicyCandidate, bounds: readonly Money[]): Promise<Result<Drift>> {
    const stated = sameCurrencies(bounds, [candidate.ready.currency]);
    if (!stated.ok) return stated;
    const drift = await this.drift.since(tx, policyRun(run), candidate);
    if (!drift.ok) return drift;
    const within = withinBounds(drift.value, bounds);
    return within.ok ? drift : within;
  }
}
