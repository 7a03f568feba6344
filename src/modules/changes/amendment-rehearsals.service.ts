import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimQueries } from '../claims/index.js';
import { touchedBy, type Amendment } from '../outages/index.js';
import { AmendmentRehearsal } from './amendment-rehearsal.service.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { amendmentRun, ChangeRunsRepository, type AmendmentRun, type RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';
import { DECIDED, statesIn } from './claim-rehearsal.service.js';
import { amendmentReportOf } from './report.rules.js';

export const REHEARSE_AMENDMENT = 'changes.rehearse-amendment';

/** Claims a step; small enough that other work gets its turn between two. */
const BATCH = 250;

/** Works out in steps what an amendment of the register would do to every claim it touches. Writes nothing but the report and its claims. */
@Injectable()
export class AmendmentRehearsals implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly snapshots: AmendmentSnapshots,
    private readonly claims: ClaimQueries,
    private readonly rehearsal: AmendmentRehearsal,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ runId: string }>({ queue: REHEARSE_AMENDMENT, step: (_ctx, { runId }, tx) => this.step(tx, runId) });
  }

  /** Finds the claims, pins what the run rests on, and queues it. Codes: `outages.revision_overtaken`, `outages.amends_nothing`, `changes.another_applies`. */
  async start(tx: Tx, ctx: Context, change: ChangeRow): Promise<Result<RunRow>> {
    const amendment = await this.snapshots.candidate(tx, change);
    if (!amendment.ok) return amendment;
    const { revision, base, isOvertaken, before, after } = amendment.value;
    if (isOvertaken) return refuse('outages.revision_overtaken', { revision, base, current: revision });
    if (touchedBy(before, after).length === 0) return refuse('outages.amends_nothing');
    if (await this.changes.applying(tx) !== undefined) return refuse('changes.another_applies');
    const touched = await this.snapshots.touched(tx, amendment.value);
    const head = await this.snapshots.take(tx, amendment.value, touched);
    const run = await this.runs.start(tx, { changeId: change.id, head, startedBy: userIdOf(ctx.actor), startedAt: this.clock.now(), expectedCount: touched.length });
    await this.runs.touch(tx, run.id, touched);
    await this.jobs.enqueue(tx, REHEARSE_AMENDMENT, { runId: run.id });
    return ok(run);
  }

  async step(tx: Tx, runId: string): Promise<Result<{ done: boolean }>> {
    const row = await this.runs.lock(tx, runId);
    if (row.state !== 'running') return ok({ done: true });
    const run = amendmentRun(row);
    const amendment = await this.snapshots.candidate(tx, { ...run, id: run.changeId });
    const changed = amendment.ok ? await this.snapshots.changedSince(tx, run.head, amendment.value) : ['the draft'];
    if (!amendment.ok || changed.length > 0) {
      await this.runs.fail(tx, runId, changed.join(', '), this.clock.now());
      return ok({ done: true });
    }
    return this.#batch(tx, run, amendment.value);
  }

  async #batch(tx: Tx, run: AmendmentRun, { revisionId }: Amendment): Promise<Result<{ done: boolean }>> {
    const ids = await this.runs.touched(tx, run.id, { after: run.cursor, limit: BATCH });
    const last = ids.at(-1);
    if (last === undefined) {
      await this.runs.finish(tx, run.id, await amendmentReportOf(run.head, (currency) => this.runs.items(tx, run.id, currency), await this.runs.toTell(tx, run.id, DECIDED)), this.clock.now());
      return ok({ done: true });
    }
    const states: readonly string[] = statesIn('all');
    const filed = (await this.claims.filed(tx, { ids })).filter(({ claim }) => states.includes(claim.state));
    const { registerVersion } = run.head.snapshot;
    await this.runs.keep(tx, run.id, await this.rehearsal.rehearse(tx, filed, { registerVersion, revisionId }), { cursor: last, done: ids.length });
    return ok({ done: false });
  }
}
