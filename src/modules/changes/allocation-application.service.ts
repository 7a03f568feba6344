import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { ClaimRow } from '../claims/index.js';
import { FundAllocations, type AllocationRow } from '../funds/index.js';
import { FundShares, type GivenShare, type ShareVerdict } from '../review/index.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeRunsRepository } from './change-runs.repository.js';
import { ChangesRepository, type AppliedRow, type ChangeRow } from './changes.repository.js';
import type { RehearsedClaim } from './rehearsal.rules.js';
import { SharingClaims } from './sharing-claims.service.js';

export const GIVE_SHARES = 'changes.give-shares';

/** Claims a step: locked, granted, reserved for and written to as one. */
const BATCH = 100;

/** Gives the claims of an approved allocation their shares, in steps, each exactly what was approved. A claim that has ended meanwhile leaves its share in the fund. */
@Injectable()
export class AllocationApplication implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly steps: ChangeLifecycle, private readonly changes: ChangesRepository, private readonly runs: ChangeRunsRepository,
    private readonly allocations: FundAllocations, private readonly claims: SharingClaims, private readonly shares: FundShares,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ changeId: string }>({ queue: GIVE_SHARES, step: (ctx, { changeId }, tx) => this.step(tx, ctx, changeId) });
  }

  async step(tx: Tx, ctx: Context, changeId: string): Promise<Result<{ done: boolean }>> {
    const change = await this.steps.locked(tx, changeId);
    if (!change.ok) return change;
    const [approval, allocation] = [await this.changes.approval(tx, changeId), await this.allocations.ofChange(tx, changeId)];
    if (change.value.state !== 'approved' || approval === undefined || allocation === undefined) return ok({ done: true });
    const cursor = change.value.appliedCursor;
    const items = await this.runs.itemPage(tx, approval.runId, { order: 'filed', ...(cursor === null ? {} : { after: cursor }), limit: BATCH });
    const last = items.at(-1);
    if (last === undefined) return this.#end(tx, ctx, change.value);
    const rows = await this.#give(tx, ctx, allocation, items);
    if (!rows.ok) return rows;
    await this.changes.applied(tx, changeId, rows.value, last.claimId);
    return ok({ done: false });
  }

  async #give(tx: Tx, ctx: Context, allocation: AllocationRow, items: readonly RehearsedClaim[]): Promise<Result<AppliedRow[]>> {
    const found = await this.claims.locked(tx, items);
    if (!found.ok) return found;
    const standing = found.value.filter((share) => share.claim.state === 'offered' || share.claim.state === 'accepted');
    const given = await this.shares.give(tx, ctx, allocation, standing);
    if (!given.ok) return given;
    const verdicts = new Map(standing.map(({ claim }, index) => [claim.id, given.value[index] as ShareVerdict]));
    return ok(found.value.map((share) => rowOf(share, verdicts.get(share.claim.id) ?? 'ended_since')));
  }

  async #end(tx: Tx, ctx: Context, change: ChangeRow): Promise<Result<{ done: boolean }>> {
    await this.allocations.applied(tx, change.id);
    const moved = await this.steps.apply(tx, ctx, change, 'apply', { isAuthor: false });
    return moved.ok ? ok({ done: true }) : moved;
  }
}

const rowOf = ({ claim, points, totalMinor }: { claim: ClaimRow } & Pick<GivenShare, 'points' | 'totalMinor'>, verdict: ShareVerdict | 'ended_since'): AppliedRow => ({
  claimId: claim.id, merchantId: claim.merchantId, verdict, rehearsedMinor: String(totalMinor), appliedOutcome: verdict === 'nothing_shared' ? 'nil' : 'eligible',
  appliedMinor: verdict === 'ended_since' ? null : String(totalMinor), assessmentId: points.assessmentId, told: false,
});
