import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Reader } from '../../platform/database/tx.js';
import { Duties } from '../identity/index.js';
import { PolicyPublication, type Reach } from '../policies/index.js';
import { ChangeBook } from './change-book.service.js';
import type { ItemOrder } from './change-lists.rules.js';
import { viewOf } from './change-lifecycle.service.js';
import { ChangeSnapshots, type Pinned } from './change-snapshots.service.js';
import { ChangeRunsRepository, type RunRow } from './change-runs.repository.js';
import { ChangesRepository, type ChangesWanted } from './changes.repository.js';
import type { RunReport } from './report.rules.js';
import {
  appliedClaimView, approvalView, rehearsedClaimView, runView, type AppliedClaimView, type ChangeDetail, type ChangeView, type RehearsedClaimView, type RunDetail,
} from './views/change-view.js';

const reachOf = ({ head: { candidate: { key, reach } } }: RunRow): { key: string; reach: Reach } => ({ key, reach: reach === 'all' ? 'all' : 'undecided' });

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
    private readonly snapshots: ChangeSnapshots,
    private readonly publication: PolicyPublication,
    private readonly duties: Duties,
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
    return new Map(rows.map((row) => [row.changeId, { ...runView(row), ...(row.report === null ? {} : { report: JSON.parse(row.report) as RunReport }) }]));
  }

  /** What would keep this person from approving the run, as far as it can be told without looking at every claim. */
  async outlook(reader: Reader, ctx: Context, id: string, n: number): Promise<Result<ApprovalOutlook>> {
    const [change, run] = [await this.changes.find(reader, id), await this.#run(reader, id, n)];
    if (change === undefined) return refuse('changes.not_found');
    if (!run.ok) return run;
    const held = await Promise.all([change.id, change.editionId].map((subject) => this.duties.held(reader, subject, userIdOf(ctx.actor))));
    const candidate = await this.publication.candidateById(reader, change.editionId);
    return ok({ isAuthor: held.flat().includes('author'), changedSince: candidate.ok ? await this.snapshots.changedSince(reader, run.value.head, candidate.value) : ['the draft'] });
  }

  async get(reader: Reader, id: string): Promise<Result<ChangeDetail>> {
    const row = await this.changes.find(reader, id);
    if (row === undefined) return refuse('changes.not_found');
    const approval = await this.changes.approval(reader, id);
    const runs = (await this.runs.ofChange(reader, id)).map(runView);
    if (approval === undefined) return ok({ ...viewOf(row), runs });
    const verdicts = Object.fromEntries(await this.changes.verdicts(reader, id));
    return ok({ ...viewOf(row), runs, approval: approvalView(approval), application: { done: row.appliedCount, verdicts } });
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
    const arrivedSince = await this.book.size(reader, reachOf(row.value), row.value.startedAt);
    const { report } = row.value;
    return ok({ ...runView(row.value), ...(report === null ? {} : { report: JSON.parse(report) as RunReport }), arrivedSince });
  }

  /** The newest claims filed since the run began, by reference. */
  async arrivals(reader: Reader, id: string, n: number, limit: number): Promise<Result<Awaited<ReturnType<ChangeBook['arrived']>>>> {
    const row = await this.#run(reader, id, n);
    return row.ok ? ok(await this.book.arrived(reader, reachOf(row.value), row.value.startedAt, limit)) : row;
  }

  /** Claims of a run as filed, or those that win or lose most first. */
  async claims(reader: Reader, id: string, n: number, wanted: { order: ItemOrder; after?: string; limit: number }): Promise<Result<RehearsedClaimView[]>> {
    const row = await this.#run(reader, id, n);
    if (!row.ok) return row;
    const items = await this.runs.itemPage(reader, row.value.id, wanted);
    return ok(items.map((item) => rehearsedClaimView(item, row.value.head.currency)));
  }

  /** What became of each claim when the change was applied. */
  async applied(reader: Reader, id: string, wanted: { verdict?: string; after?: string; limit: number }): Promise<Result<AppliedClaimView[]>> {
    const [row] = await this.runs.ofChange(reader, id);
    if (row === undefined) return refuse('changes.not_found');
    return ok((await this.changes.appliedPage(reader, id, wanted)).map((item) => appliedClaimView(item, row.head.currency)));
  }

  async #run(reader: Reader, id: string, n: number): Promise<Result<RunRow>> {
    const row = await this.runs.byNumber(reader, id, n);
    return row === undefined ? refuse('changes.run_not_found', { n }) : ok(row);
  }
}
