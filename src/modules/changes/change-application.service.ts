import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ChangeLetters } from './change-letters.service.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeReach } from './change-reach.service.js';
import { ChangeRunsRepository, type RunRow } from './change-runs.repository.js';
import { ChangedClaims } from './changed-claims.service.js';
import { ChangesRepository, NIL, type ApprovalRow, type ChangeRow } from './changes.repository.js';

export const APPLY = 'changes.apply';

/** Claims a step: locked, assessed, recorded and told of as one. */
const BATCH = 250;

/**
 * Applies an approved change to its reach, in steps. Undecided claims are assessed again and go on from there; decided ones may rise
 * and never fall. Then each merchant whose claim has moved is told, once.
 */
@Injectable()
export class ChangeApplication implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lifecycle: ChangeLifecycle,
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly reach: ChangeReach,
    private readonly claims: ChangedClaims,
    private readonly letters: ChangeLetters,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ changeId: string }>({ queue: APPLY, step: (ctx, { changeId }, tx) => this.step(tx, ctx, changeId) });
  }

  async step(tx: Tx, ctx: Context, changeId: string): Promise<Result<{ done: boolean }>> {
    const change = await this.lifecycle.locked(tx, changeId);
    if (!change.ok) return change;
    const approval = await this.changes.approval(tx, changeId);
    if (change.value.state !== 'approved' || approval === undefined) return ok({ done: true });
    return this.#batch(tx, ctx, change.value, approval);
  }

  async #batch(tx: Tx, ctx: Context, change: ChangeRow, approval: ApprovalRow): Promise<Result<{ done: boolean }>> {
    const run = await this.runs.lock(tx, approval.runId);
    const { filed, knowing, last, options } = await this.reach.next(tx, change, run, { policyVersionId: approval.policyVersionId, limit: BATCH });
    if (last === undefined) return this.#end(tx, ctx, change, run);
    const rows = await this.claims.apply(tx, ctx, { change, run, filed, knowing, options });
    if (!rows.ok) return rows;
    await this.changes.applied(tx, change.id, rows.value, last);
    return ok({ done: false });
  }

  /** Claims that came in while others were worked out have their turn; then the letters; then it is done. Looked for before the first letter and after the last, not between them. */
  async #end(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow): Promise<Result<{ done: boolean }>> {
    if (await this.letters.begun(tx, change) && await this.letters.next(tx, change)) return ok({ done: false });
    const late = await this.reach.late(tx, change, run);
    if (!late.ok) return late;
    if (late.value > 0) {
      await this.changes.advance(tx, change.id, { cursor: NIL, done: 0 });
      return ok({ done: false });
    }
    if (await this.letters.next(tx, change)) return ok({ done: false });
    const moved = await this.lifecycle.apply(tx, ctx, change, 'apply', { isAuthor: false });
    return moved.ok ? ok({ done: true }) : moved;
  }
}
