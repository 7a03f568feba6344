import { Injectable, type OnModuleInit } from '@nestjs/common';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Share, SharedFund } from '../../core/sharing/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AssessmentQueries } from '../assessments/index.js';
import { ClaimPoints, type SharingClaim } from '../claims/index.js';
import { factorText } from '../funds/index.js';
import { AllocationSnapshots, type AllocationCandidate } from './allocation-snapshots.service.js';
import { allocationRun, ChangeRunsRepository, type AllocationRun, type RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';
import type { RehearsedClaim } from './rehearsal.rules.js';
import { allocationReportOf, type Sharing } from './report.rules.js';

export const REHEARSE_ALLOCATION = 'changes.rehearse-allocation';

/** Claims a statement. */
const PAGE = 5_000;
/** Undecided claims that are looked at: with more there is nothing to share yet. */
const MOST_UNDECIDED = 1_000;

/** What sharing came to, with the claims nobody has decided. */
interface Shared extends AllocationCandidate {
  readonly shared: SharedFund;
  readonly undecided: Sharing['undecided'];
}

/** Works out every claim's share of a fund. Writes nothing but the report and its claims. */
@Injectable()
export class AllocationRehearsals implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly clock: Clock, private readonly changes: ChangesRepository, private readonly runs: ChangeRunsRepository,
    private readonly snapshots: AllocationSnapshots, private readonly points: ClaimPoints, private readonly assessments: AssessmentQueries,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ runId: string }>({ queue: REHEARSE_ALLOCATION, step: (_ctx, { runId }, tx) => this.step(tx, runId) });
  }

  /** Shares the fund once to see that it can be, pins what that rests on, and queues the report. Codes: those of the snapshot and of `shareFund`, `changes.fund_undecided`. */
  async start(tx: Tx, ctx: Context, change: ChangeRow): Promise<Result<RunRow>> {
    const shared = await this.#share(tx, change);
    if (!shared.ok) return shared;
    const { head, claims } = shared.value;
    const run = await this.runs.start(tx, { changeId: change.id, head, startedBy: userIdOf(ctx.actor), startedAt: this.clock.now(), expectedCount: claims.length });
    await this.jobs.enqueue(tx, REHEARSE_ALLOCATION, { runId: run.id });
    return ok(run);
  }

  async step(tx: Tx, runId: string): Promise<Result<{ done: boolean }>> {
    const row = await this.runs.lock(tx, runId);
    if (row.state !== 'running') return ok({ done: true });
    const run = allocationRun(row);
    const change = await this.changes.find(tx, run.changeId);
    const shared = change === undefined ? refuse('changes.not_found') : await this.#share(tx, change);
    const stands = shared.ok && canonicalJson(shared.value.head) === canonicalJson(run.head);
    if (!stands) await this.runs.fail(tx, runId, shared.ok ? 'the claims' : shared.refusal.code, this.clock.now());
    else await this.#finish(tx, run, shared.value);
    return ok({ done: true });
  }

  async #finish(tx: Tx, run: AllocationRun, shared: Shared): Promise<void> {
    const items = shared.claims.map((claim, index) => itemOf(claim, shared.shared.shares[index] as Share));
    for (let from = 0; from < items.length; from += PAGE) {
      const page = items.slice(from, from + PAGE);
      await this.runs.keep(tx, run.id, page, { cursor: page.at(-1)?.claimId ?? '', done: page.length });
    }
    await this.runs.finish(tx, run.id, await allocationReportOf(run.head, () => items, sharingOf(shared)), this.clock.now());
  }

  async #share(reader: Reader, change: ChangeRow): Promise<Result<Shared>> {
    const candidate = await this.snapshots.candidate(reader, change);
    if (!candidate.ok) return candidate;
    const shared = this.snapshots.share(candidate.value);
    if (!shared.ok) return shared;
    const undecided = await this.#undecided(reader, candidate.value, shared.value);
    return undecided.ok ? ok({ ...candidate.value, shared: shared.value, undecided: undecided.value }) : undecided;
  }

  /** A claim that nobody has decided is reserved for when what it comes to in full is within what is kept back. An interim share does not ask. */
  async #undecided(reader: Reader, { head, schemeIds }: AllocationCandidate, { reserveMinor }: SharedFund): Promise<Result<Sharing['undecided']>> {
    const waiting = await this.points.undecided(reader, schemeIds, MOST_UNDECIDED + 1);
    const figures = await this.assessments.recalled(reader, waiting.flatMap(({ assessmentId }) => assessmentId ?? []));
    const known = waiting.map(({ assessmentId }) => figures.get(assessmentId ?? '')?.cashMinor ?? null);
    const minor = known.reduce((sum, cash) => sum + BigInt(cash ?? '0'), 0n);
    const unknown = known.filter((cash) => cash === null).length;
    const said = (amount: bigint): string => formatMoney(money(amount, currency(head.currency)));
    if (head.candidate.stage === 'final' && (unknown > 0 || minor > reserveMinor || waiting.length > MOST_UNDECIDED)) {
      return refuse('changes.fund_undecided', { claims: waiting.length, amount: said(minor), kept: said(reserveMinor), unknown, currency: head.currency });
    }
    return ok({ claims: waiting.length, minor: String(minor) });
  }
}

/** Before: what the claim has of the fund; after: its share in all; the figure of the claim alone is its points. */
function itemOf({ claimId, currency: code, merchantId, claimVersion, state, n, tier, pointsMinor, grantedMinor }: SharingClaim, { minor, basis }: Share): RehearsedClaim {
  const before = BigInt(grantedMinor);
  return {
    claimId, merchantId, currency: code, claimVersion, state, before: { outcome: before > 0n ? 'eligible' : 'none', minor: before },
    after: { outcome: minor > 0n ? 'eligible' : 'nil', minor, assessedMinor: BigInt(pointsMinor), inputHash: sha256Hex(`${claimId} ${n} ${tier} ${pointsMinor}`) },
    causes: [{ cause: basis, minor: minor - before }], placebo: null,
  };
}

function sharingOf({ plan, claims, shared, undecided }: Shared): Sharing {
  const sums = new Map(plan.tiers.map(({ key }) => [key, { claims: 0, points: 0n, shared: 0n }]));
  for (const [index, { tier, pointsMinor }] of claims.entries()) {
    const sum = sums.get(tier);
    if (sum === undefined) continue;
    sum.claims += 1;
    sum.points += BigInt(pointsMinor);
    sum.shared += shared.shares[index]?.minor ?? 0n;
  }
  const total = (of: 'points' | 'shared'): string => String([...sums.values()].reduce((sum, tier) => sum + tier[of], 0n));
  return {
    sharedMinor: total('shared'), keptMinor: String(shared.reserveMinor), leftMinor: String(shared.leftMinor), pointsMinor: total('points'), undecided,
    tiers: [...sums].map(([tier, sum]) => ({ tier, factor: factorText(shared.factors.get(tier) ?? 'full'), claims: sum.claims, pointsMinor: String(sum.points), sharedMinor: String(sum.shared) })),
  };
}
