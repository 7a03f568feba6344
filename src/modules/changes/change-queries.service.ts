import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Reader } from '../../platform/database/tx.js';
import { Duties } from '../identity/index.js';
import type { Reach } from '../policies/index.js';
import type { Amendment } from '../outages/index.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { ChangeBook } from './change-book.service.js';
import type { ItemsWanted } from './change-lists.rules.js';
import { viewOf } from './change-lifecycle.service.js';
import type { Pinned } from './change-snapshots.service.js';
import { RunStanding } from './run-standing.service.js';
import { ChangeRunsRepository, isPolicyRun, type AnyReport, type PolicyRun, type RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangesWanted } from './changes.repository.js';
import { PrecomputationQueries, type OpenedWanted } from './precomputation-queries.service.js';
import type { SitesWanted } from './precomputation.rules.js';
import { currenciesOf } from './report.rules.js';
import type { OpenedClaimView, PrecomputedSiteView } from './views/precomputation-view.js';
import {
  appliedClaimView, approvalView, rehearsedClaimView, runView, type AppliedClaimView, type ChangeDetail, type ChangeView, type RehearsedClaimView, type RunDetail,
} from './views/change-view.js';

const reachOf = ({ head: { candidate: { key, reach } } }: PolicyRun): { key: string; reach: Reach } => ({ key, reach: reach === 'all' ? 'all' : 'undecided' });

/** A run with its report, without what only one run alone is asked for. */
export type LatestRun = Omit<RunDetail, 'arrivedSince'>;

export interface ApprovalOutlook {
  /** They proposed the change or wrote part of the draft, so another person approves. */
  readonly isAuthor: boolean;
  /** What the run rests on and has changed: then it is out of date. */
  readonly changedSince: readonly Pinned[];
}

@Injectable()
export class ChangeQueries {
  constructor(
    private readonly changes: ChangesRepository,
    private readonly runs: ChangeRunsRepository,
    private readonly book: ChangeBook,
    private readonly standing: RunStanding,
    private readonly duties: Duties,
    private readonly precomputations: PrecomputationQueries,
    private readonly amendments: AmendmentSnapshots,
  ) {}

  /** Newest first. */
  async page(reader: Reader, wanted: ChangesWanted): Promise<ChangeView[]> {
    return (await this.changes.page(reader, wanted)).map(viewOf);
  }

  /** How many changes there are of each policy in each state. */
  tally(reader: Reader): ReturnType<ChangesRepository['tally']> {
    return this.changes.tally(reader);
  }

  /** The last run of each of many changes, and what it came to; none for those that have not been run. */
  async latestRuns(reader: Reader, changeIds: readonly string[]): Promise<ReadonlyMap<string, LatestRun>> {
    const rows = await this.runs.latestOf(reader, changeIds);
    return new Map(rows.map((row) => [row.changeId, { ...runView(row), ...(row.report === null ? {} : { report: JSON.parse(row.report) as AnyReport }) }]));
  }

  /** What would keep this person from approving the run, as far as it can be told without looking at every claim. */
  async outlook(reader: Reader, ctx: Context, id: string, n: number): Promise<Result<ApprovalOutlook>> {
    const [change, run] = [await this.changes.find(reader, id), await this.#run(reader, id, n)];
    if (change === undefined) return refuse('changes.not_found');
    if (!run.ok) return run;
    const subjects = [change.id, ...(change.editionId === null ? [] : [change.editionId])];
    const held = await Promise.all(subjects.map((subject) => this.duties.held(reader, subject, userIdOf(ctx.actor))));
    return ok({ isAuthor: held.flat().includes('author'), changedSince: await this.standing.changedSince(reader, change, run.value) });
  }

  /** What an amendment would record, beside what is recorded. Codes: `changes.not_found`, `changes.not_amendment`. */
  async amendment(reader: Reader, id: string): Promise<Result<Amendment>> {
    const row = await this.changes.find(reader, id);
    if (row === undefined) return refuse('changes.not_found');
    return row.kind === 'amendment' ? this.amendments.candidate(reader, row) : refuse('changes.not_amendment');
  }

  async get(reader: Reader, id: string): Promise<Result<ChangeDetail>> {
    const row = await this.changes.find(reader, id);
    if (row === undefined) return refuse('changes.not_found');
    const approval = await this.changes.approval(reader, id);
    const runs = (await this.runs.ofChange(reader, id)).map(runView);
    if (approval === undefined) return ok({ ...viewOf(row), runs });
    const application = row.kind === 'pre_computation'
      ? { verdicts: Object.fromEntries<number>(await this.precomputations.verdicts(reader, id)) }
      : { verdicts: Object.fromEntries<number>(await this.changes.verdicts(reader, id)), toldMerchants: await this.changes.toldCount(reader, id) };
    return ok({ ...viewOf(row), runs, approval: approvalView(approval), application: { done: row.appliedCount, ...application } });
  }

  /** Which change takes each of these drafts on; withdrawn ones do not count. */
  async ofEditions(reader: Reader, editionIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.changes.ofEditions(reader, editionIds)).map(({ editionId, id }) => [editionId, id]));
  }

  /** What a stepped run is known by in the queue. */
  async runId(reader: Reader, id: string, n: number): Promise<Result<string>> {
    const row = await this.#run(reader, id, n);
    return row.ok ? ok(row.value.id) : row;
  }

  async run(reader: Reader, id: string, n: number): Promise<Result<RunDetail>> {
    const row = await this.#run(reader, id, n);
    if (!row.ok) return row;
    const arrivedSince = isPolicyRun(row.value) ? await this.book.size(reader, reachOf(row.value), row.value.startedAt) : 0;
    const { report } = row.value;
    return ok({ ...runView(row.value), ...(report === null ? {} : { report: JSON.parse(report) as AnyReport }), arrivedSince });
  }

  /** The newest claims filed since the run began, by reference. */
  async arrivals(reader: Reader, id: string, n: number, limit: number): Promise<Result<Awaited<ReturnType<ChangeBook['arrived']>>>> {
    const row = await this.#run(reader, id, n);
    if (!row.ok) return row;
    return ok(isPolicyRun(row.value) ? await this.book.arrived(reader, reachOf(row.value), row.value.startedAt, limit) : []);
  }

  /** Claims of a run as filed, or those of one currency that win or lose most first. Code: `changes.several_currencies`. */
  async claims(reader: Reader, id: string, n: number, wanted: ItemsWanted): Promise<Result<RehearsedClaimView[]>> {
    const row = await this.#run(reader, id, n);
    if (!row.ok) return row;
    const currencies = currenciesOf(row.value.head);
    if (wanted.order === 'filed') return ok((await this.runs.itemPage(reader, row.value.id, wanted)).map(rehearsedClaimView));
    const [currency, ...others] = wanted.currency === undefined ? currencies : [wanted.currency];
    if (currency === undefined || others.length > 0) return refuse('changes.several_currencies', { currencies: currencies.join(', ') });
    return ok((await this.runs.itemPage(reader, row.value.id, { ...wanted, currency })).map(rehearsedClaimView));
  }

  /** What became of each claim when the change was applied. */
  async applied(reader: Reader, id: string, wanted: { verdict?: string; after?: string; limit: number }): Promise<Result<AppliedClaimView[]>> {
    if (await this.changes.find(reader, id) === undefined) return refuse('changes.not_found');
    const items = await this.changes.appliedPage(reader, id, wanted);
    const currencies = await this.book.currencies(reader, items.map(({ claimId }) => claimId));
    return ok(items.map((item) => appliedClaimView(item, currencies.get(item.claimId) ?? '')));
  }

  /** Sites of a pre-computation's run, with what was worked out for each; none of another kind of change. */
  async sites(reader: Reader, id: string, n: number, wanted: SitesWanted): Promise<Result<PrecomputedSiteView[]>> {
    const row = await this.#run(reader, id, n);
    return row.ok ? ok(await this.precomputations.sites(reader, row.value, wanted)) : row;
  }

  /** What became of each site when claims were opened. */
  async opened(reader: Reader, id: string, wanted: OpenedWanted): Promise<Result<OpenedClaimView[]>> {
    const [row] = await this.runs.ofChange(reader, id);
    return row === undefined ? refuse('changes.not_found') : ok(await this.precomputations.opened(reader, row, wanted));
  }

  async #run(reader: Reader, id: string, n: number): Promise<Result<RunRow>> {
    const row = await this.runs.byNumber(reader, id, n);
    return row === undefined ? refuse('changes.run_not_found', { n }) : ok(row);
  }
}
