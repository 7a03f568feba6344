import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { OutageRegister } from '../outages/index.js';
import { AmendmentDrift } from './amendment-drift.service.js';
import { sameCurrencies, withinBounds } from './approval-bounds.rules.js';
import { ApprovalChecks, type Approval } from './approval-checks.service.js';
import { APPLY } from './change-application.service.js';
import { amendmentRun, type RunRow } from './change-runs.repository.js';
import { amendmentOf, ChangesRepository, type ChangeRow } from './changes.repository.js';
import { currenciesOf } from './report.rules.js';

/** One approval of an amendment: checks that the run named by its digest still says what would happen, records the revision, and queues the claims. */
@Injectable()
export class AmendmentApprovals {
  constructor(
    private readonly jobs: Jobs,
    private readonly checks: ApprovalChecks,
    private readonly changes: ChangesRepository,
    private readonly drift: AmendmentDrift,
    private readonly register: OutageRegister,
  ) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, row: RunRow, approval: Approval): Promise<Result<ChangeRow>> {
    const checked = await this.checks.check(tx, ctx, change, row, approval.digest);
    if (!checked.ok) return checked;
    const run = amendmentRun(row);
    const currency = sameCurrencies(approval.movesLessThan, currenciesOf(run.head));
    if (!currency.ok) return currency;
    if (await this.changes.applying(tx) !== undefined) return refuse('changes.another_applies');
    const drift = await this.drift.since(tx, run, change);
    if (!drift.ok) return drift;
    const within = withinBounds(drift.value, approval.movesLessThan);
    if (!within.ok) return within;
    const { outageId, revision } = amendmentOf(change);
    const recorded = await this.register.recordIn(tx, ctx, outageId, revision);
    if (!recorded.ok) return recorded;
    // Whoever was faster between the check and the lock of the register has made the run say something else.
    if (recorded.value !== run.head.snapshot.registerVersion + 1) return refuse('changes.run_stale', { changed: ['the register'] });
    await this.jobs.enqueue(tx, APPLY, { changeId: change.id });
    return this.checks.approved(tx, ctx, change, run, { ...approval, drift: drift.value, policyVersionId: null });
  }
}
