import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimQueries } from '../claims/index.js';
import { OutageRegister, type Amendment } from '../outages/index.js';
import { AmendmentRehearsal } from './amendment-rehearsal.service.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { ApprovalChecks, type Approval, type Drift } from './approval-checks.service.js';
import { APPLY } from './change-application.service.js';
import { amendmentRun, ChangeRunsRepository, type AmendmentRun, type RunRow } from './change-runs.repository.js';
import { amendmentOf, ChangesRepository, type ChangeRow } from './changes.repository.js';
import { isDecided, statesIn } from './claim-rehearsal.service.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

const PAGE = 2_000;
/** As of rules: below one in a hundred the changed claims are run again. */
const ONE_IN = 100;

/** One approval of an amendment: checks that the run named by its digest still says what would happen, records the revision, and queues the claims. */
@Injectable()
export class AmendmentApprovals {
  constructor(
    private readonly jobs: Jobs,
    private readonly checks: ApprovalChecks,
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly claims: ClaimQueries,
    private readonly snapshots: AmendmentSnapshots,
    private readonly rehearsal: AmendmentRehearsal,
    private readonly register: OutageRegister,
  ) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, row: RunRow, approval: Approval): Promise<Result<ChangeRow>> {
    const checked = await this.checks.check(tx, ctx, change, row, approval.digest);
    if (!checked.ok) return checked;
    const run = amendmentRun(row);
    const currency = this.checks.sameCurrency(approval.movesLessThan, run.head.currency);
    if (!currency.ok) return currency;
    if (await this.changes.applying(tx) !== undefined) return refuse('changes.another_applies');
    const drift = await this.#drift(tx, run, change);
    if (!drift.ok) return drift;
    const within = this.checks.withinBound(drift.value, approval.movesLessThan);
    if (!within.ok) return within;
    const { outageId, revision } = amendmentOf(change);
    const recorded = await this.register.recordIn(tx, ctx, outageId, revision);
    if (!recorded.ok) return recorded;
    // Whoever was faster between the check and the lock of the register has made the run say something else.
    if (recorded.value !== run.head.snapshot.registerVersion + 1) return refuse('changes.run_stale', { changed: ['the register'] });
    await this.jobs.enqueue(tx, APPLY, { changeId: change.id });
    return this.checks.approved(tx, ctx, change, run, { ...approval, drift: drift.value, policyVersionId: null });
  }

  /** Codes: `changes.run_stale`, `changes.claims_changed`. */
  async #drift(reader: Reader, run: AmendmentRun, change: ChangeRow): Promise<Result<Drift>> {
    const amendment = await this.snapshots.candidate(reader, change);
    if (!amendment.ok) return amendment;
    const changed = await this.snapshots.changedSince(reader, run.head, amendment.value);
    if (changed.length > 0) return refuse('changes.run_stale', { changed });
    const stale = await this.#changedClaims(reader, run);
    if (stale.length > 0 && stale.length * ONE_IN >= run.doneCount) return refuse('changes.claims_changed', { changed: stale.length, claims: run.doneCount });
    return ok({ changed: stale.length, movedMinor: await this.#moved(reader, run, amendment.value, stale) });
  }

  /** Filed anew since, decided since, or ended. */
  async #changedClaims(reader: Reader, run: AmendmentRun): Promise<RehearsedClaim[]> {
    const stale: RehearsedClaim[] = [];
    const states: readonly string[] = statesIn('all');
    for (let after: string | undefined; ;) {
      const page = await this.runs.itemPage(reader, run.id, { order: 'filed', ...(after === undefined ? {} : { after }), limit: PAGE });
      const heads = new Map((await this.claims.heads(reader, page.map(({ claimId }) => claimId))).map((head) => [head.id, head]));
      stale.push(...page.filter(({ claimId, claimVersion, state }) => {
        const head = heads.get(claimId);
        return head?.claimVersion !== claimVersion || !states.includes(head.state) || isDecided(head.state) !== isDecided(state);
      }));
      const last = page.at(-1);
      if (last === undefined) return stale;
      after = last.claimId;
    }
  }

  async #moved(reader: Reader, run: AmendmentRun, { revisionId }: Amendment, stale: readonly RehearsedClaim[]): Promise<bigint> {
    if (stale.length === 0) return 0n;
    const states: readonly string[] = statesIn('all');
    const filed = (await this.claims.filed(reader, { ids: stale.map(({ claimId }) => claimId) })).filter(({ claim }) => states.includes(claim.state));
    const again = await this.rehearsal.rehearse(reader, filed, { registerVersion: run.head.snapshot.registerVersion, revisionId });
    const now = new Map(again.map(({ claimId, after }) => [claimId, after.minor]));
    return stale.reduce((sum, { claimId, before, after }) => sum + (now.get(claimId) ?? before.minor) - after.minor, 0n);
  }
}
