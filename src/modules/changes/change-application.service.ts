import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { ManyOptions } from '../assessments/index.js';
import { AmendmentReach, type ReachedPage } from './amendment-reach.service.js';
import { ChangeBook } from './change-book.service.js';
import { ChangeLetters } from './change-letters.service.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { amendmentRun, ChangeRunsRepository, isPolicyRun, type RunRow } from './change-runs.repository.js';
import { ChangedClaims } from './changed-claims.service.js';
import { ChangesRepository, NIL, type ApprovalRow, type ChangeRow } from './changes.repository.js';

export const APPLY = 'changes.apply';

/** Claims a step: each is locked, assessed, recorded and told of. */
const BATCH = 50;

/** A page to apply to, and under what. */
interface Batch extends ReachedPage {
  readonly options: Omit<ManyOptions, 'aside'>;
}

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
    private readonly book: ChangeBook,
    private readonly amendments: AmendmentReach,
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
    const { filed, knowing, last, options } = await this.#next(tx, change, run, approval);
    if (last === undefined) return this.#end(tx, ctx, change, run);
    const rows = await this.claims.apply(tx, ctx, { change, run, filed, knowing, options });
    if (!rows.ok) return rows;
    await this.changes.applied(tx, change.id, rows.value, last);
    return ok({ done: false });
  }

  async #next(tx: Tx, change: ChangeRow, run: RunRow, { policyVersionId }: ApprovalRow): Promise<Batch> {
    if (!isPolicyRun(run)) {
      const amended = amendmentRun(run);
      return { ...await this.amendments.next(tx, amended, change, BATCH), options: { registerVersion: amended.head.snapshot.registerVersion + 1 } };
    }
    const { key, reach } = run.head.candidate;
    const filed = await this.book.next(tx, { key, reach: reach === 'all' ? 'all' : 'undecided' }, change.appliedCursor, BATCH);
    return { filed, knowing: new Set(), last: filed.at(-1)?.claim.id, options: policyVersionId === null ? {} : { only: policyVersionId } };
  }

  /** Claims that came in while others were worked out have their turn; then the letters; then it is done. */
  async #end(tx: Tx, ctx: Context, change: ChangeRow, run: RunRow): Promise<Result<{ done: boolean }>> {
    const late = isPolicyRun(run) ? ok(0) : await this.amendments.late(tx, amendmentRun(run), change);
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
