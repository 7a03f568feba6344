import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { FundAllocations } from '../funds/index.js';
import { GIVE_SHARES } from './allocation-application.service.js';
import { AllocationSnapshots } from './allocation-snapshots.service.js';
import { sameCurrencies } from './approval-bounds.rules.js';
import { ApprovalChecks, type Approval } from './approval-checks.service.js';
import { allocationRun, type RunRow } from './change-runs.repository.js';
import { allocationOf, type ChangeRow } from './changes.repository.js';
import type { AllocationReport } from './report.rules.js';

/** One approval of an allocation: nothing that it was worked out from has changed, since every claim's share hangs on all the others. */
@Injectable()
export class AllocationApprovals {
  constructor(private readonly jobs: Jobs, private readonly checks: ApprovalChecks, private readonly snapshots: AllocationSnapshots, private readonly allocations: FundAllocations) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, row: RunRow, approval: Approval): Promise<Result<ChangeRow>> {
    const checked = await this.checks.check(tx, ctx, change, row, approval.digest);
    if (!checked.ok) return checked;
    const run = allocationRun(row);
    const stated = sameCurrencies(approval.movesLessThan, [run.head.currency]);
    if (!stated.ok) return stated;
    const { fundId, stage } = allocationOf(change);
    await this.allocations.hold(tx, fundId);
    const changed = await this.snapshots.changedSince(tx, change, run.head);
    if (changed.length > 0) return refuse('changes.run_stale', { changed });
    const { sharing, snapshot } = JSON.parse(row.report ?? '') as AllocationReport;
    await this.allocations.add(tx, {
      fundId, stage, changeId: change.id, rule: snapshot.rule, factors: Object.fromEntries(sharing.tiers.map(({ tier, factor }) => [tier, factor])),
      fundMinor: snapshot.fundMinor, sharedMinor: sharing.sharedMinor, keptMinor: sharing.keptMinor, leftMinor: sharing.leftMinor,
    });
    await this.jobs.enqueue(tx, GIVE_SHARES, { changeId: change.id });
    return this.checks.approved(tx, ctx, change, run, { ...approval, drift: { changed: 0, moved: [] }, policyVersionId: null });
  }
}
