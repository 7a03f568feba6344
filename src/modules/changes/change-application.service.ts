import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimAssessment, type AssessedClaim } from '../assessments/index.js';
import type { ClaimRow } from '../claims/index.js';
import { ChangeBook } from './change-book.service.js';
import type { Verdict } from './change-lists.rules.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeRunsRepository, policyRun } from './change-runs.repository.js';
import { ChangesRepository, type AppliedRow, type ApprovalRow, type ChangeRow } from './changes.repository.js';
import { isDecided } from './claim-rehearsal.service.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

export const APPLY = 'changes.apply';

/** Claims a step: each is locked, assessed, recorded and told of. */
const BATCH = 50;

/**
 * Applies an approved change to its reach. Undecided claims are assessed again and go on from there; of decided ones the
 * assessment is kept aside, until raising by a change is alive: what would rise is listed and waits.
 */
@Injectable()
export class ChangeApplication implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lifecycle: ChangeLifecycle,
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly book: ChangeBook,
    private readonly assessment: ClaimAssessment,
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
    const run = policyRun(await this.runs.lock(tx, approval.runId));
    const { key, reach } = run.head.candidate;
    const filed = await this.book.next(tx, { key, reach: reach === 'all' ? 'all' : 'undecided' }, change.appliedCursor, BATCH);
    const last = filed.at(-1);
    if (last === undefined) {
      const moved = await this.lifecycle.apply(tx, ctx, change, 'apply', { isAuthor: false });
      return moved.ok ? ok({ done: true }) : moved;
    }
    const reached = await this.assessment.assessMany(tx, ctx, filed.map(({ claim }) => claim.id), {
      aside: ({ state }) => isDecided(state), ...(approval.policyVersionId === null ? {} : { only: approval.policyVersionId }),
    });
    if (!reached.ok) return reached;
    const rehearsed = await this.runs.itemsOf(tx, run.id, reached.value.map(({ claim }) => claim.id));
    await this.changes.applied(tx, change.id, reached.value.map(({ claim, assessed }) => rowOf(claim, assessed, rehearsed.get(claim.id))), last.claim.id);
    return ok({ done: false });
  }
}

function rowOf(claim: ClaimRow, { result, inputHash, assessmentId }: AssessedClaim, rehearsed: RehearsedClaim | undefined): AppliedRow {
  return {
    claimId: claim.id, merchantId: claim.merchantId, verdict: verdictOf(claim, { inputHash, given: BigInt(result.cashMinor ?? '0') }, rehearsed), assessmentId,
    rehearsedMinor: rehearsed?.after.assessedMinor?.toString() ?? null, appliedOutcome: result.outcome, appliedMinor: result.cashMinor,
  };
}

/** Same frozen input, same figure: what was rehearsed is what came. */
function verdictOf(claim: ClaimRow, { inputHash, given }: { inputHash: string; given: bigint }, rehearsed: RehearsedClaim | undefined): Verdict {
  if (rehearsed === undefined) return 'arrived_since';
  if (isDecided(claim.state)) return given > rehearsed.before.minor ? 'waits_for_raise' : 'kept';
  return inputHash === rehearsed.after.inputHash ? 'as_rehearsed' : 'changed_since';
}
