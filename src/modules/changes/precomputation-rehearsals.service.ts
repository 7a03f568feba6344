import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { SchemeFacts } from '../schemes/index.js';
import { ChangeRunsRepository, type PrecomputationRun, type RunRow } from './change-runs.repository.js';
import type { ChangeRow } from './changes.repository.js';
import { EnrolledSites, type Reached } from './enrolled-sites.service.js';
import { precomputationReportOf } from './precomputation.rules.js';
import { PrecomputationSnapshots } from './precomputation-snapshots.service.js';
import { PrecomputationsRepository } from './precomputations.repository.js';
import { SiteForecasts } from './site-forecasts.service.js';

export const PRECOMPUTE = 'changes.precompute';

/** Sites a step; small enough that other work gets its turn between two. */
const BATCH = 200;

/** The scheme a change is about; another kind here is a bug. */
export function schemeOf({ id, schemeId }: Pick<ChangeRow | RunRow, 'id' | 'schemeId'>): string {
  if (schemeId === null) throw new TypeError(`${id} is about no scheme`);
  return schemeId;
}

/** The run of a pre-computation; another one here is a bug. */
export function precomputationRun(run: RunRow): PrecomputationRun {
  if (run.head.kind !== 'pre_computation') throw new TypeError(`run ${run.id} is of another kind of change`);
  return { ...run, head: run.head };
}

/** Works out for every enrolled site, in steps, what the policy in force gives it. Writes nothing but the report and its sites. */
@Injectable()
export class PrecomputationRehearsals implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly runs: ChangeRunsRepository,
    private readonly rows: PrecomputationsRepository,
    private readonly sites: EnrolledSites,
    private readonly forecasts: SiteForecasts,
    private readonly snapshots: PrecomputationSnapshots,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ runId: string }>({ queue: PRECOMPUTE, step: (_ctx, { runId }, tx) => this.step(tx, runId) });
  }

  /** Codes: `claims.scheme_not_open`, `changes.outage_goes_on`. */
  async start(tx: Tx, ctx: Context, change: ChangeRow): Promise<Result<RunRow>> {
    const reached = await this.sites.reached(tx, schemeOf(change));
    if (!reached.ok) return reached;
    const open = this.takesClaims(reached.value.scheme);
    if (!open.ok) return open;
    const run = await this.runs.start(tx, {
      changeId: change.id, head: await this.snapshots.take(tx, reached.value.scheme), startedBy: userIdOf(ctx.actor), startedAt: this.clock.now(),
      expectedCount: await this.sites.count(tx, reached.value),
    });
    await this.jobs.enqueue(tx, PRECOMPUTE, { runId: run.id });
    return ok(run);
  }

  /** Claims are opened while the scheme is open, never late. */
  takesClaims({ opensAt, closesAt }: SchemeFacts): Result<void> {
    const now = this.clock.now();
    return now >= opensAt && now < closesAt ? ok(undefined) : refuse('claims.scheme_not_open', { opensAt: formatInstant(opensAt), closesAt: formatInstant(closesAt) });
  }

  async step(tx: Tx, runId: string): Promise<Result<{ done: boolean }>> {
    const row = await this.runs.lock(tx, runId);
    if (row.state !== 'running') return ok({ done: true });
    const run = precomputationRun(row);
    const reached = await this.sites.reached(tx, schemeOf(run));
    const changed = reached.ok ? await this.snapshots.changedSince(tx, run.head, reached.value.scheme) : (['the register'] as const);
    if (!reached.ok || changed.length > 0) {
      await this.runs.fail(tx, runId, changed.join(', '), this.clock.now());
      return ok({ done: true });
    }
    return this.#batch(tx, run, reached.value);
  }

  async #batch(tx: Tx, run: PrecomputationRun, reached: Reached): Promise<Result<{ done: boolean }>> {
    const sites = await this.sites.next(tx, reached, run.cursor, BATCH);
    const last = sites.at(-1);
    if (last === undefined) {
      await this.runs.finish(tx, run.id, await precomputationReportOf(run.head, () => this.rows.all(tx, run.id)), this.clock.now());
      return ok({ done: true });
    }
    const found = await this.forecasts.of(tx, reached.scheme, run.head.candidate.lossHead, sites);
    if (!found.ok) return found;
    await this.rows.keep(tx, run.id, found.value);
    await this.runs.advance(tx, run.id, { cursor: last.siteId, done: sites.length });
    return ok({ done: false });
  }
}
