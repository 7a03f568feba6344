import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimQueries } from '../claims/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { sameCurrencies, withinBounds, type Drift } from './approval-bounds.rules.js';
import { ApprovalChecks, type Approval } from './approval-checks.service.js';
import type { PrecomputationRun, RunRow } from './change-runs.repository.js';
import type { ChangeRow } from './changes.repository.js';
import { OPEN_CLAIMS } from './precomputation-application.service.js';
import { precomputationRun, PrecomputationRehearsals, schemeOf } from './precomputation-rehearsals.service.js';
import { PrecomputationSnapshots } from './precomputation-snapshots.service.js';
import { PrecomputationsRepository } from './precomputations.repository.js';

const PAGE = 2_000;
/** Below one in a hundred the sites are left out that have a claim by now; from there on the run is made again. */
const ONE_IN = 100;

/** One approval of claims to be opened: checks that the run named by its digest still says what would happen, and queues the opening. */
@Injectable()
export class PrecomputationApprovals {
  constructor(
    private readonly jobs: Jobs,
    private readonly schemes: SchemeQueries,
    private readonly checks: ApprovalChecks,
    private readonly rehearsals: PrecomputationRehearsals,
    private readonly snapshots: PrecomputationSnapshots,
    private readonly rows: PrecomputationsRepository,
    private readonly claims: ClaimQueries,
  ) {}

  async approve(tx: Tx, ctx: Context, change: ChangeRow, row: RunRow, approval: Approval): Promise<Result<ChangeRow>> {
    const checked = await this.checks.check(tx, ctx, change, row, approval.digest);
    if (!checked.ok) return checked;
    const run = precomputationRun(row);
    const scheme = await this.schemes.get(tx, schemeOf(change));
    if (!scheme.ok) return scheme;
    const open = this.rehearsals.takesClaims(scheme.value);
    if (!open.ok) return open;
    const stated = sameCurrencies(approval.movesLessThan, [run.head.currency]);
    if (!stated.ok) return stated;
    const drift = await this.#drift(tx, run, scheme.value);
    if (!drift.ok) return drift;
    const within = withinBounds(drift.value, approval.movesLessThan);
    if (!within.ok) return within;
    await this.jobs.enqueue(tx, OPEN_CLAIMS, { changeId: change.id });
    return this.checks.approved(tx, ctx, change, run, { ...approval, drift: drift.value, policyVersionId: null });
  }

  /** Sites that something was filed for since are left out, so the total can only fall. Codes: `changes.run_stale`, `changes.claims_changed`. */
  async #drift(reader: Reader, run: PrecomputationRun, scheme: SchemeFacts): Promise<Result<Drift>> {
    const changed = await this.snapshots.changedSince(reader, run.head, scheme);
    if (changed.length > 0) return refuse('changes.run_stale', { changed });
    const left = { sites: 0, minor: 0n, of: 0 };
    for (let after: string | undefined; ;) {
      const page = await this.rows.page(reader, run.id, { opening: true, ...(after === undefined ? {} : { after }), limit: PAGE });
      const obstacles = await this.claims.openingObstacles(reader, { schemeId: scheme.id, head: run.head.candidate.lossHead }, page);
      for (const { siteId, given } of page) {
        left.of += 1;
        if (!obstacles.has(siteId) || !given.opens) continue;
        left.sites += 1;
        left.minor -= given.minor;
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.siteId;
    }
    if (left.sites > 0 && left.sites * ONE_IN >= left.of) return refuse('changes.claims_changed', { changed: left.sites, claims: left.of });
    return ok({ changed: left.sites, moved: [money(left.minor, currency(run.head.currency))] });
  }
}
