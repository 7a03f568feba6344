import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { PolicyPublication, type PolicyCandidate } from '../policies/index.js';
import { ChangeBook } from './change-book.service.js';
import { editionOf, type ChangeRow } from './changes.repository.js';
import { ChangeRunsRepository, policyRun, type PolicyRun, type RunRow } from './change-runs.repository.js';
import { ChangeSnapshots } from './change-snapshots.service.js';
import { ClaimRehearsal } from './claim-rehearsal.service.js';
import { reportOf } from './report.rules.js';

export const REHEARSE = 'changes.rehearse';

/** Claims a step; small enough that other work gets its turn between two. */
const BATCH = 250;

/** Runs a candidate over the book in steps. Writes nothing but the report and its claims; a step that is cut short is done again. */
@Injectable()
export class ChangeRehearsals implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly runs: ChangeRunsRepository,
    private readonly snapshots: ChangeSnapshots,
    private readonly publication: PolicyPublication,
    private readonly book: ChangeBook,
    private readonly rehearsal: ClaimRehearsal,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ runId: string }>({ queue: REHEARSE, step: (_ctx, { runId }, tx) => this.step(tx, runId) });
  }

  /** Pins what the run rests on and queues it, in the caller's transaction. */
  async start(tx: Tx, ctx: Context, change: ChangeRow): Promise<Result<RunRow>> {
    const candidate = await this.publication.candidateById(tx, editionOf(change));
    if (!candidate.ok) return candidate;
    const run = await this.runs.start(tx, {
      changeId: change.id, head: await this.snapshots.take(tx, candidate.value), startedBy: userIdOf(ctx.actor), startedAt: this.clock.now(),
      expectedCount: await this.book.size(tx, candidate.value),
    });
    await this.jobs.enqueue(tx, REHEARSE, { runId: run.id });
    return ok(run);
  }

  async step(tx: Tx, runId: string): Promise<Result<{ done: boolean }>> {
    const run = policyRun(await this.runs.lock(tx, runId));
    if (run.state !== 'running') return ok({ done: true });
    const candidate = await this.publication.candidateById(tx, editionOf(run));
    const changed = candidate.ok ? await this.snapshots.changedSince(tx, run.head, candidate.value) : ['the draft'];
    if (!candidate.ok || changed.length > 0) {
      await this.runs.fail(tx, runId, changed.join(', '), this.clock.now());
      return ok({ done: true });
    }
    return this.#batch(tx, run, candidate.value);
  }

  async #batch(tx: Tx, run: PolicyRun, candidate: PolicyCandidate): Promise<Result<{ done: boolean }>> {
    const filed = await this.book.next(tx, candidate, run.cursor, BATCH);
    const last = filed.at(-1);
    if (last === undefined) {
      await this.runs.finish(tx, run.id, await reportOf(run.head, () => this.runs.items(tx, run.id)), this.clock.now());
      return ok({ done: true });
    }
    const rehearsed = await this.rehearsal.rehearse(tx, filed.filter(({ claim }) => (claim.submittedAt ?? 0) <= run.startedAt), candidate);
    if (!rehearsed.ok) return rehearsed;
    await this.runs.keep(tx, run.id, rehearsed.value, { cursor: last.claim.id, done: filed.length });
    return ok({ done: false });
  }
}
