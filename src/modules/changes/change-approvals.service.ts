import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import { formatMoney, money, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { Duties } from '../identity/index.js';
import { PolicyPublication, type PolicyCandidate } from '../policies/index.js';
import { ChangeDrift, type Drift } from './change-drift.service.js';
import { APPLY } from './change-application.service.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import type { RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';

export interface Approval {
  readonly digest: string;
  /** The total may move by less than this through claims that have changed since the run. */
  readonly movesLessThan: Money;
}

/** One approval: checks that the run named by its digest still says what would happen, publishes, and queues the reach. All of it, or nothing. */
@Injectable()
export class ChangeApprovals {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly lifecycle: ChangeLifecycle,
    private readonly drift: ChangeDrift,
    private readonly publication: PolicyPublication,
    private readonly duties: Duties,
  ) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow, { digest, movesLessThan }: Approval): Promise<Result<ChangeRow>> {
    const approvedBy = userIdOf(ctx.actor);
    const duty = await this.duties.take(tx, change.id, approvedBy, 'approver');
    const decided = this.lifecycle.decide(change, 'approve', !duty.ok);
    if (!decided.ok) return decided;
    if (run.state !== 'finished') return refuse('changes.run_not_finished', { n: run.n, state: run.state });
    if (run.digest !== digest) return refuse('changes.digest_differs', { n: run.n, digest: run.digest ?? '' }, { pointer: '/digest' });
    const candidate = await this.publication.candidateById(tx, change.editionId);
    if (!candidate.ok) return candidate;
    const drift = await this.#drift(tx, run, candidate.value, movesLessThan);
    if (!drift.ok) return drift;
    const published = await this.publication.publish(tx, ctx, candidate.value);
    if (!published.ok) return published;
    await this.changes.approve(tx, change.id, {
      runId: run.id, digest, boundMinor: String(movesLessThan.minor), rerunCount: drift.value.changed, movedMinor: String(drift.value.movedMinor),
      policyVersionId: published.value.id, approvedBy, approvedAt: this.clock.now(),
    });
    await this.jobs.enqueue(tx, APPLY, { changeId: change.id });
    return this.lifecycle.apply(tx, ctx, change, 'approve', { isAuthor: false, audit: { run: run.n, digest, policyVersionId: published.value.id } });
  }

  async #drift(tx: Tx, run: RunRow, candidate: PolicyCandidate, bound: Money): Promise<Result<Drift>> {
    if (bound.currency !== candidate.ready.currency) return refuse('changes.currency_differs', { currency: candidate.ready.currency }, { pointer: '/movesLessThan/currency' });
    const drift = await this.drift.since(tx, run, candidate);
    if (!drift.ok) return drift;
    const { changed, movedMinor } = drift.value;
    const distance = movedMinor < 0n ? -movedMinor : movedMinor;
    if (changed === 0 || distance < bound.minor) return drift;
    return refuse('changes.moved_too_far', { changed, moved: formatMoney(money(movedMinor, bound.currency)), currency: bound.currency, bound: formatMoney(bound) });
  }
}
