import { Injectable } from '@nestjs/common';
import type { AssessmentOutcome } from '../../core/assessment/index.js';
import { canonicalJson } from '../../core/audit/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ItemOrder, ItemsWanted } from './change-lists.rules.js';
import type { PrecomputationHead, PrecomputationReport } from './precomputation.rules.js';
import type { RehearsedClaim } from './rehearsal.rules.js';
import type { AllocationHead, AllocationReport, AmendmentHead, AmendmentReport, ReportHead, RunReport } from './report.rules.js';

export type AnyHead = ReportHead | PrecomputationHead | AmendmentHead | AllocationHead;
export type AnyReport = RunReport | PrecomputationReport | AmendmentReport | AllocationReport;
export type PolicyRun = RunRow<ReportHead>;
export type AmendmentRun = RunRow<AmendmentHead>;
export type AllocationRun = RunRow<AllocationHead>;
export type PrecomputationRun = RunRow<PrecomputationHead>;

/** A run of a change of the kind that its head is for. */
export interface RunRow<Head extends AnyHead = AnyHead> {
  readonly id: string;
  readonly changeId: string;
  readonly editionId: string | null;
  readonly schemeId: string | null;
  readonly outageId: string | null;
  readonly outageRevision: number | null;
  readonly n: number;
  readonly state: 'running' | 'finished' | 'failed';
  readonly head: Head;
  readonly startedBy: string;
  readonly startedAt: Instant;
  readonly expectedCount: number;
  readonly doneCount: number;
  readonly cursor: string | null;
  readonly finishedAt: Instant | null;
  /** Canonical text of the report. */
  readonly report: string | null;
  readonly digest: string | null;
  readonly fault: string | null;
}

interface StoredItem {
  readonly claimId: string;
  readonly merchantId: string;
  readonly currency: string;
  readonly claimVersion: number;
  readonly state: string;
  readonly beforeOutcome: RehearsedClaim['before']['outcome'];
  readonly beforeMinor: string;
  readonly afterOutcome: AssessmentOutcome;
  readonly afterMinor: string;
  readonly assessedMinor: string | null;
  readonly inputHash: string;
  readonly causes: readonly { readonly cause: string; readonly minor: string }[];
  readonly placeboWeeks: number | null;
  readonly placeboOutcome: AssessmentOutcome | null;
  readonly placeboMinor: string | null;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, change_id AS "changeId", (SELECT edition_id FROM change WHERE change.id = change_id) AS "editionId",
  (SELECT scheme_id FROM change WHERE change.id = change_id) AS "schemeId", (SELECT outage_id FROM change WHERE change.id = change_id) AS "outageId",
  (SELECT outage_revision FROM change WHERE change.id = change_id) AS "outageRevision", n, state, head, started_by AS "startedBy", ${ms('started_at')} AS "startedAt", expected_count AS "expectedCount",
  done_count AS "doneCount", cursor, ${ms('finished_at')} AS "finishedAt", report, digest, fault`;
const ITEM = `
  claim_id AS "claimId", merchant_id AS "merchantId", currency, claim_version AS "claimVersion", claim_state AS state, before_outcome AS "beforeOutcome",
  before_minor::text AS "beforeMinor", after_outcome AS "afterOutcome", after_minor::text AS "afterMinor", assessed_minor::text AS "assessedMinor",
  input_hash AS "inputHash", causes, placebo_weeks AS "placeboWeeks", placebo_outcome AS "placeboOutcome", placebo_minor::text AS "placeboMinor"`;
const NIL = '00000000-0000-0000-0000-000000000000';
const PAGE = 5_000;

const DIFFERENCE = '(after_minor - before_minor)';
/** By size of the difference in one currency, those of the same size by id: what comes after the claim in `$2` is what is further along both. */
const bySize = (sign: '<' | '>', direction: 'ASC' | 'DESC') => ({
  only: `currency = $4 AND ${DIFFERENCE} ${sign} 0`, order: `${DIFFERENCE} ${direction}, claim_id ${direction}`,
  past: `($2::uuid = '${NIL}' OR (${DIFFERENCE}, claim_id) ${direction === 'ASC' ? '>' : '<'} (SELECT ${DIFFERENCE}, claim_id FROM change_run_item WHERE run_id = $1 AND claim_id = $2::uuid))`,
});
const ORDERS: Readonly<Record<ItemOrder, { readonly only: string; readonly order: string; readonly past: string }>> = {
  filed: { only: '($4::text IS NULL OR currency = $4)', order: 'claim_id', past: 'claim_id > $2' }, winners: bySize('>', 'DESC'), losers: bySize('<', 'ASC'),
};

const itemOf = (row: StoredItem): RehearsedClaim => ({
  claimId: row.claimId, merchantId: row.merchantId, currency: row.currency, claimVersion: row.claimVersion, state: row.state,
  before: { outcome: row.beforeOutcome, minor: BigInt(row.beforeMinor) },
  after: { outcome: row.afterOutcome, minor: BigInt(row.afterMinor), assessedMinor: row.assessedMinor === null ? null : BigInt(row.assessedMinor), inputHash: row.inputHash },
  causes: row.causes.map(({ cause, minor }) => ({ cause, minor: BigInt(minor) })),
  placebo: row.placeboOutcome === null || row.placeboMinor === null ? null : { weeks: row.placeboWeeks ?? 0, outcome: row.placeboOutcome, minor: BigInt(row.placeboMinor) },
});

export const isPolicyRun = (run: RunRow): run is PolicyRun => run.head.kind === 'policy_version';

/** The run of a change of a policy; another one here is a bug. */
export function policyRun(run: RunRow): PolicyRun {
  if (!isPolicyRun(run)) throw new TypeError(`run ${run.id} is of another kind of change`);
  return run;
}

/** The run of an amendment; another one here is a bug. */
export function amendmentRun(run: RunRow): AmendmentRun {
  if (run.head.kind !== 'amendment') throw new TypeError(`run ${run.id} is of another kind of change`);
  return { ...run, head: run.head };
}

/** The run of an allocation; another one here is a bug. */
export function allocationRun(run: RunRow): AllocationRun {
  if (run.head.kind !== 'allocation') throw new TypeError(`run ${run.id} is of another kind of change`);
  return { ...run, head: run.head };
}

/** Rehearsals, and every claim of each. */
@Injectable()
export class ChangeRunsRepository {
  async start(tx: Tx, run: { changeId: string; head: AnyHead; startedBy: string; startedAt: Instant; expectedCount: number }): Promise<RunRow> {
    const [row] = await tx.query<RunRow>(`
      INSERT INTO change_run (change_id, n, head, started_by, started_at, expected_count)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5 FROM change_run WHERE change_id = $1 RETURNING ${COLUMNS}`,
    [run.changeId, JSON.stringify(run.head), run.startedBy, formatInstant(run.startedAt), run.expectedCount]);
    return row as RunRow;
  }

  async lock(tx: Tx, id: string): Promise<RunRow> {
    const [row] = await tx.query<RunRow>(`SELECT ${COLUMNS} FROM change_run WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (row === undefined) throw new TypeError(`run ${id} is gone`);
    return row;
  }

  async byNumber(reader: Reader, changeId: string, n: number): Promise<RunRow | undefined> {
    const [row] = await reader.query<RunRow>(`SELECT ${COLUMNS} FROM change_run WHERE change_id = $1 AND n = $2`, [changeId, n]);
    return row;
  }

  /** The last run of each of many changes. */
  latestOf(reader: Reader, changeIds: readonly string[]): Promise<RunRow[]> {
    return reader.query<RunRow>(`SELECT DISTINCT ON (change_id) ${COLUMNS} FROM change_run WHERE change_id = ANY ($1::uuid[]) ORDER BY change_id, n DESC`, [changeIds]);
  }

  ofChange(reader: Reader, changeId: string): Promise<RunRow[]> {
    return reader.query<RunRow>(`SELECT ${COLUMNS} FROM change_run WHERE change_id = $1 ORDER BY n DESC LIMIT 100`, [changeId]);
  }

  /** Keeps a batch and the place behind it. */
  async keep(tx: Tx, runId: string, items: readonly RehearsedClaim[], place: { cursor: string; done: number }): Promise<void> {
    await tx.named('change_run_items_add', `
      INSERT INTO change_run_item (run_id, claim_id, merchant_id, claim_version, claim_state, before_outcome, before_minor, after_outcome, after_minor, assessed_minor,
                                   input_hash, causes, placebo_weeks, placebo_outcome, placebo_minor, currency)
      SELECT $1, u.* FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::jsonb[],
                                 $13::int[], $14::text[], $15::bigint[], $16::text[]) AS u`,
    [runId, items.map(({ claimId }) => claimId), items.map(({ merchantId }) => merchantId), items.map(({ claimVersion }) => claimVersion), items.map(({ state }) => state),
      items.map(({ before }) => before.outcome), items.map(({ before }) => String(before.minor)), items.map(({ after }) => after.outcome),
      items.map(({ after }) => String(after.minor)), items.map(({ after }) => after.assessedMinor?.toString() ?? null), items.map(({ after }) => after.inputHash),
      items.map(({ causes }) => JSON.stringify(causes.map(({ cause, minor }) => ({ cause, minor: String(minor) })))), items.map(({ placebo }) => placebo?.weeks ?? null),
      items.map(({ placebo }) => placebo?.outcome ?? null), items.map(({ placebo }) => placebo?.minor.toString() ?? null), items.map(({ currency }) => currency)]);
    await this.advance(tx, runId, place);
  }

  async advance(tx: Tx, runId: string, place: { cursor: string; done: number }): Promise<void> {
    await tx.execute('UPDATE change_run SET cursor = $2, done_count = done_count + $3 WHERE id = $1', [runId, place.cursor, place.done]);
  }

  async finish(tx: Tx, runId: string, outcome: { report: AnyReport; digest: string }, at: Instant): Promise<void> {
    await tx.execute(`UPDATE change_run SET state = 'finished', report = $2, digest = $3, finished_at = $4 WHERE id = $1`,
      [runId, canonicalJson(outcome.report), outcome.digest, formatInstant(at)]);
  }

  async fail(tx: Tx, runId: string, fault: string, at: Instant): Promise<void> {
    await tx.execute(`UPDATE change_run SET state = 'failed', fault = $2, finished_at = $3 WHERE id = $1`, [runId, fault, formatInstant(at)]);
  }

  /** Every claim of a run in the order of ids, a page at a time; `currency`: only those in it. */
  async *items(reader: Reader, runId: string, currency?: string): AsyncGenerator<RehearsedClaim> {
    for (let after = NIL; ;) {
      const page = await this.itemPage(reader, runId, { order: 'filed', ...(currency === undefined ? {} : { currency }), after, limit: PAGE });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.claimId;
    }
  }

  /** `after`: the last claim of the page before, in whichever order; by size, of one currency. */
  async itemPage(reader: Reader, runId: string, wanted: ItemsWanted): Promise<RehearsedClaim[]> {
    const { only, order, past } = ORDERS[wanted.order];
    const rows = await reader.query<StoredItem>(`SELECT ${ITEM} FROM change_run_item WHERE run_id = $1 AND ${only} AND ${past} ORDER BY ${order} LIMIT $3`,
      [runId, wanted.after ?? NIL, wanted.limit, wanted.currency ?? null]);
    return rows.map(itemOf);
  }

  /** Claims that an amendment touches, kept once for the run; answers with how many were new. */
  async touch(tx: Tx, runId: string, claimIds: readonly string[]): Promise<number> {
    const rows = await tx.query('INSERT INTO change_touched (run_id, claim_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING 1', [runId, claimIds]);
    return rows.length;
  }

  /** Touched claims in the order of their ids; `changeId`: only those that this change has not been applied to. */
  async touched(reader: Reader, runId: string, wanted: { after: string | null; limit: number; changeId?: string }): Promise<string[]> {
    const rows = await reader.query<{ id: string }>(`
      SELECT claim_id AS id FROM change_touched t WHERE run_id = $1 AND claim_id > $2
        AND ($4::uuid IS NULL OR NOT EXISTS (SELECT FROM change_applied_item a WHERE a.change_id = $4 AND a.claim_id = t.claim_id)) ORDER BY claim_id LIMIT $3`,
    [runId, wanted.after ?? NIL, wanted.limit, wanted.changeId ?? null]);
    return rows.map(({ id }) => id);
  }

  /** Merchants of claims that come out otherwise, each once; of claims in the states named only where the amount does. */
  async toTell(reader: Reader, runId: string, decided: readonly string[]): Promise<number> {
    const [row] = await reader.query<{ count: number }>(
      'SELECT count(DISTINCT merchant_id)::int AS count FROM change_run_item WHERE run_id = $1 AND (after_minor <> before_minor OR (after_outcome <> before_outcome AND claim_state <> ALL ($2::text[])))', [runId, decided]);
    return row?.count ?? 0;
  }

  async itemsOf(reader: Reader, runId: string, claimIds: readonly string[]): Promise<ReadonlyMap<string, RehearsedClaim>> {
    const rows = await reader.query<StoredItem>(`SELECT ${ITEM} FROM change_run_item WHERE run_id = $1 AND claim_id = ANY ($2::uuid[])`, [runId, claimIds]);
    return new Map(rows.map((row) => [row.claimId, itemOf(row)]));
  }
}
