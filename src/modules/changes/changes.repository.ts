import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Verdict } from './change-lists.rules.js';
import type { ChangeKind, ChangeState } from './change.machine.js';

export interface ChangeRow {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  /** Of a draft of a policy. */
  readonly editionId: string | null;
  readonly policyKey: string;
  readonly policyNumber: number | null;
  /** Of a pre-computation. */
  readonly schemeId: string | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly appliedCursor: string | null;
  readonly appliedCount: number;
  readonly version: number;
}

export interface ApprovalRow {
  readonly runId: string;
  readonly digest: string;
  readonly boundMinor: string;
  /** Claims that had changed since the run and were run again, and how far the total moved by that. */
  readonly rerunCount: number;
  readonly movedMinor: string;
  /** What it published, if anything. */
  readonly policyVersionId: string | null;
  readonly approvedBy: string;
  readonly approvedAt: Instant;
}

export interface ChangesWanted {
  readonly state?: ChangeState;
  readonly policyKey?: string;
  readonly schemeId?: string;
  /** An id: those before it. */
  readonly before?: string;
  readonly limit: number;
}

export interface AppliedRow {
  readonly claimId: string;
  readonly merchantId: string;
  readonly verdict: Verdict;
  readonly rehearsedMinor: string | null;
  readonly appliedOutcome: string;
  readonly appliedMinor: string | null;
  readonly assessmentId: string;
}

/** The draft a change of a policy is about; another kind here is a bug. */
export function editionOf({ id, editionId }: Pick<ChangeRow, 'id' | 'editionId'>): string {
  if (editionId === null) throw new TypeError(`change ${id} is about no draft`);
  return editionId;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, kind, state, edition_id AS "editionId", policy_key AS "policyKey", policy_number AS "policyNumber", scheme_id AS "schemeId", created_by AS "createdBy", ${ms('created_at')} AS "createdAt",
  applied_cursor AS "appliedCursor", applied_count AS "appliedCount", version`;

const NIL = '00000000-0000-0000-0000-000000000000';

const one = ([row]: ChangeRow[]): ChangeRow => {
  if (row === undefined) throw new TypeError('the change is gone');
  return row;
};

/** Changes, their approvals, and what applying them came to. */
@Injectable()
export class ChangesRepository {
  async add(tx: Tx, change: Omit<ChangeRow, 'id' | 'state' | 'appliedCursor' | 'appliedCount' | 'version'>): Promise<ChangeRow> {
    return one(await tx.query<ChangeRow>(`
      INSERT INTO change (kind, edition_id, policy_key, policy_number, scheme_id, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [change.kind, change.editionId, change.policyKey, change.policyNumber, change.schemeId, change.createdBy, formatInstant(change.createdAt)]));
  }

  async find(reader: Reader, id: string): Promise<ChangeRow | undefined> {
    const [row] = await reader.query<ChangeRow>(`SELECT ${COLUMNS} FROM change WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<ChangeRow | undefined> {
    const [row] = await tx.query<ChangeRow>(`SELECT ${COLUMNS} FROM change WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  page(reader: Reader, wanted: ChangesWanted): Promise<ChangeRow[]> {
    return reader.query<ChangeRow>(`
      SELECT ${COLUMNS} FROM change
      WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR policy_key = $3) AND ($5::uuid IS NULL OR scheme_id = $5) ORDER BY id DESC LIMIT $4`,
    [wanted.before ?? null, wanted.state ?? null, wanted.policyKey ?? null, wanted.limit, wanted.schemeId ?? null]);
  }

  ofEditions(reader: Reader, editionIds: readonly string[]): Promise<{ id: string; editionId: string }[]> {
    return reader.query(`SELECT id, edition_id AS "editionId" FROM change WHERE edition_id = ANY ($1::uuid[]) AND state <> 'withdrawn'`, [editionIds]);
  }

  /** How many there are of each policy in each state: one row for both, and few of them. */
  tally(reader: Reader): Promise<{ policyKey: string; state: ChangeState; count: number }[]> {
    return reader.query(`SELECT policy_key AS "policyKey", state, count(*)::int AS count FROM change GROUP BY policy_key, state ORDER BY policy_key`);
  }

  /** The only statement that moves a state. */
  async moveTo(tx: Tx, id: string, state: ChangeState): Promise<ChangeRow> {
    return one(await tx.query<ChangeRow>(`UPDATE change SET state = $2, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`, [id, state]));
  }

  async approve(tx: Tx, changeId: string, approval: ApprovalRow): Promise<void> {
    await tx.execute(`
      INSERT INTO change_approval (change_id, run_id, digest, bound_minor, rerun_count, moved_minor, policy_version_id, approved_by, approved_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [changeId, approval.runId, approval.digest, approval.boundMinor, approval.rerunCount, approval.movedMinor, approval.policyVersionId, approval.approvedBy,
      formatInstant(approval.approvedAt)]);
  }

  async approval(reader: Reader, changeId: string): Promise<ApprovalRow | undefined> {
    const [row] = await reader.query<ApprovalRow>(`
      SELECT run_id AS "runId", digest, bound_minor::text AS "boundMinor", rerun_count AS "rerunCount", moved_minor::text AS "movedMinor",
             policy_version_id AS "policyVersionId", approved_by AS "approvedBy", ${ms('approved_at')} AS "approvedAt"
      FROM change_approval WHERE change_id = $1`, [changeId]);
    return row;
  }

  async applied(tx: Tx, changeId: string, rows: readonly AppliedRow[], cursor: string): Promise<void> {
    await tx.execute(`
      INSERT INTO change_applied_item (change_id, claim_id, merchant_id, verdict, rehearsed_minor, applied_outcome, applied_minor, assessment_id)
      SELECT $1, u.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::uuid[]) AS u`,
    [changeId, rows.map(({ claimId }) => claimId), rows.map(({ merchantId }) => merchantId), rows.map(({ verdict }) => verdict), rows.map(({ rehearsedMinor }) => rehearsedMinor),
      rows.map(({ appliedOutcome }) => appliedOutcome), rows.map(({ appliedMinor }) => appliedMinor), rows.map(({ assessmentId }) => assessmentId)]);
    await this.advance(tx, changeId, { cursor, done: rows.length });
  }

  async advance(tx: Tx, changeId: string, { cursor, done }: { cursor: string; done: number }): Promise<void> {
    await tx.execute('UPDATE change SET applied_cursor = $2, applied_count = applied_count + $3, version = version + 1 WHERE id = $1', [changeId, cursor, done]);
  }

  async verdicts(reader: Reader, changeId: string): Promise<ReadonlyMap<Verdict, number>> {
    const rows = await reader.query<{ verdict: Verdict; count: number }>('SELECT verdict, count(*)::int AS count FROM change_applied_item WHERE change_id = $1 GROUP BY verdict', [changeId]);
    return new Map(rows.map(({ verdict, count }) => [verdict, count]));
  }

  appliedPage(reader: Reader, changeId: string, wanted: { verdict?: string; after?: string; limit: number }): Promise<AppliedRow[]> {
    return reader.query<AppliedRow>(`
      SELECT claim_id AS "claimId", merchant_id AS "merchantId", verdict, rehearsed_minor::text AS "rehearsedMinor", applied_outcome AS "appliedOutcome",
             applied_minor::text AS "appliedMinor", assessment_id AS "assessmentId"
      FROM change_applied_item WHERE change_id = $1 AND ($2::text IS NULL OR verdict = $2) AND claim_id > $3 ORDER BY claim_id LIMIT $4`,
    [changeId, wanted.verdict ?? null, wanted.after ?? NIL, wanted.limit]);
  }
}
