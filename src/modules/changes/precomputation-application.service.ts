import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeRunsRepository } from './change-runs.repository.js';
import { ChangesRepository, type ApprovalRow, type ChangeRow } from './changes.repository.js';
import { precomputationRun, schemeOf } from './precomputation-rehearsals.service.js';
import { PrecomputationsRepository } from './precomputations.repository.js';
import { SiteOpenings } from './site-openings.service.js';

export const OPEN_CLAIMS = 'changes.open-claims';

/** Sites a step: each is held, worked out again, drafted, filed and told of. */
const BATCH = 50;

/**
 * Opens the claims of an approved pre-computation. Each site is worked out once more: one that comes to exactly what was approved gets
 * its claim, which goes on as any filed claim does; one that does not is left out and listed, so the total is never above the approved one.
 */
@Injectable()
export class PrecomputationApplication implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lifecycle: ChangeLifecycle,
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly rows: PrecomputationsRepository,
    private readonly opening: SiteOpenings,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ changeId: string }>({ queue: OPEN_CLAIMS, step: (ctx, { changeId }, tx) => this.step(tx, ctx, changeId) });
  }

  async step(tx: Tx, ctx: Context, changeId: string): Promise<Result<{ done: boolean }>> {
    const change = await this.lifecycle.locked(tx, changeId);
    if (!change.ok) return change;
    const approval = await this.changes.approval(tx, changeId);
    if (change.value.state !== 'approved' || approval === undefined) return ok({ done: true });
    return this.#batch(tx, ctx, change.value, approval);
  }

  async #batch(tx: Tx, ctx: Context, change: ChangeRow, approval: ApprovalRow): Promise<Result<{ done: boolean }>> {
    const run = precomputationRun(await this.runs.lock(tx, approval.runId));
    const sites = await this.rows.page(tx, run.id, { opening: true, ...(change.appliedCursor === null ? {} : { after: change.appliedCursor }), limit: BATCH });
    const last = sites.at(-1);
    if (last === undefined) {
      const moved = await this.lifecycle.apply(tx, ctx, change, 'apply', { isAuthor: false });
      return moved.ok ? ok({ done: true }) : moved;
    }
    const opened = await this.opening.open(tx, ctx, { run, schemeId: schemeOf(change), filedBy: [change.createdBy, approval.approvedBy] }, sites);
    if (!opened.ok) return opened;
    await this.rows.opened(tx, change.id, opened.value);
    await this.changes.advance(tx, change.id, { cursor: last.siteId, done: sites.length });
    return ok({ done: false });
  }
}
