import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ChangeBook } from './change-book.service.js';
import { viewOf } from './change-lifecycle.service.js';
import { ChangeRunsRepository, type ItemOrder, type RunRow } from './change-runs.repository.js';
import { ChangesRepository } from './changes.repository.js';
import type { RunReport } from './report.rules.js';
import {
  appliedClaimView, approvalView, rehearsedClaimView, runView, type AppliedClaimView, type ChangeDetail, type ChangeView, type RehearsedClaimView, type RunDetail,
} from './views/change-view.js';

@Injectable()
export class ChangeQueries {
  constructor(private readonly changes: ChangesRepository, private readonly runs: ChangeRunsRepository, private readonly book: ChangeBook) {}

  /** Newest first; `before` is an id. */
  async page(reader: Reader, wanted: { before?: string; limit: number }): Promise<ChangeView[]> {
    return (await this.changes.page(reader, wanted)).map(viewOf);
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

  /** What a stepped run is known by in the queue. */
  async runId(reader: Reader, id: string, n: number): Promise<Result<string>> {
    const row = await this.#run(reader, id, n);
    return row.ok ? ok(row.value.id) : row;
  }

  async run(reader: Reader, id: string, n: number): Promise<Result<RunDetail>> {
    const row = await this.#run(reader, id, n);
    if (!row.ok) return row;
    const { key, reach } = row.value.head.candidate;
    const arrivedSince = await this.book.size(reader, { key, reach: reach === 'all' ? 'all' : 'undecided' }, row.value.startedAt);
    const { report } = row.value;
    return ok({ ...runView(row.value), ...(report === null ? {} : { report: JSON.parse(report) as RunReport }), arrivedSince });
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
