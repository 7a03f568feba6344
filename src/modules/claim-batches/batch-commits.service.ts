import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentOrganisations } from '../agents/index.js';
import { AgentDigests } from './agent-digests.service.js';
import { BatchFiling } from './batch-filing.service.js';
import { LETTERS } from './batch-letters.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { isOverCeiling, type BatchState } from './batch.machine.js';
import { BatchesRepository } from './batches.repository.js';
import { rowRefused } from './row-reading.rules.js';
import { batchView, type BatchView } from './views/batch-view.js';
import type { BatchRow } from './views/batch-row.js';

export const FILE = 'claim-batches.file';

/** Rows a step, each with its assessment after the commit. */
const ROWS = 25;

/** Files the good rows of a checked batch: a job in steps, each its own transaction, going on from wherever the last one left off. */
@Injectable()
export class BatchCommits implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork, private readonly jobs: Jobs, private readonly agents: AgentOrganisations, private readonly batches: BatchesRepository,
    private readonly lifecycle: BatchLifecycle, private readonly filing: BatchFiling, private readonly digests: AgentDigests,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ batchId: string }>({ queue: FILE, step: (ctx, { batchId }, tx) => this.step(tx, ctx, batchId) });
  }

  commit(ctx: Context, id: string, version: number): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const agent = await this.agents.mine(tx, ctx);
      if (!agent.ok) return agent;
      const batch = await this.lifecycle.locked(tx, id);
      if (!batch.ok || batch.value.agentId !== agent.value.id) return refuse('batches.not_found');
      if (batch.value.version !== version) return refuse('http.stale', { seen: version, current: batch.value.version });
      const moved = await this.lifecycle.apply(tx, ctx, batch.value, { event: 'commit', committedBy: userIdOf(ctx.actor) });
      if (!moved.ok) return moved;
      await this.jobs.enqueue(tx, FILE, { batchId: id });
      return ok(batchView(moved.value));
    });
  }

  async step(tx: Tx, ctx: Context, batchId: string): Promise<Result<{ done: boolean }>> {
    const agentId = await this.batches.agentOf(tx, batchId);
    // Another batch of the agent, or another worker on this one, has its turn: nobody waits with an open transaction.
    if (agentId !== undefined && !(await this.filing.takeTurn(tx, agentId))) return this.#later(tx, batchId);
    const batch = await this.lifecycle.locked(tx, batchId);
    if (!batch.ok || batch.value.state !== 'filing') return ok({ done: true });
    if (batch.value.mode === 'strict') return this.#end(tx, ctx, batch.value, await this.filing.whole(tx, ctx, batch.value) ? 'done' : 'undone');
    const items = await this.batches.items(tx, batchId, { states: ['good'], limit: ROWS });
    if (items.length === 0) return this.#end(tx, ctx, batch.value, 'done');
    await this.filing.some(tx, ctx, batch.value, items);
    const after = await this.lifecycle.locked(tx, batchId);
    if (!after.ok) return after;
    const { faultyCount, failedCount, rowCount, ceilingPercent } = after.value;
    return isOverCeiling(faultyCount + failedCount, rowCount, ceilingPercent) ? this.#end(tx, ctx, after.value, 'stopped') : ok({ done: false });
  }

  async #later(tx: Tx, batchId: string): Promise<Result<{ done: boolean }>> {
    await this.jobs.enqueue(tx, FILE, { batchId }, { startAt: this.filing.nextTurn() });
    return ok({ done: true });
  }

  async #end(tx: Tx, ctx: Context, batch: BatchRow, to: BatchState): Promise<Result<{ done: boolean }>> {
    if (to !== 'done') await this.batches.leave(tx, batch.id, rowRefused('batches.left', ''));
    const moved = await this.lifecycle.apply(tx, ctx, batch, { event: 'finish', to });
    if (!moved.ok) return moved;
    await this.digests.news(tx, batch.agentId);
    await this.jobs.enqueue(tx, LETTERS, { batchId: batch.id }, { inline: true });
    return ok({ done: true });
  }
}
