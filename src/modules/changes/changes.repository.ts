import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { AllocationStage } from '../funds/index.js';
import type { Verdict } from './change-lists.rules.js';
import type { ChangeKind, ChangeState } from './change.machine.js';

export interface ChangeRow {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  /** Of a draft of a policy. */
  readonly editionId: string | null;
  /** Of a policy version and a pre-computation. */
  readonly policyKey: string | null;
  readonly policyNumber: number | null;
  /** Of a pre-computation. */
  readonly schemeId: string | null;
  /** Of an amendment: the outage, and the number of the revision that waits. */
  readonly outageId: string | null;
  readonly outageRevision: number | null;
  /** Of an amendment that somebody asked for over a claim. */
  readonly fromClaimId: string | null;
  /** Of an allocation: the fund, whether it is a first share or the total, and of a first one what is kept back. */
  readonly fundId: string | null;
  readonly stage: AllocationStage | null;
  readonly keptBack: string | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly appliedCursor: string | null;
  readonly appliedCount: number;
  readonly version: number;
}

/** How far the total in one currency might move, and how far it moved by what was run again. */
export interface ApprovalBound {
  readonly currency: string;
  readonly boundMinor: string;
  readonly movedMinor: string;
}

export interface ApprovalRow {
  readonly runId: string;
  readonly digest: string;
  /** One a currency, in the order of their codes. */
  readonly bounds: readonly ApprovalBound[];
  /** Claims that had changed since the run and were run again. */
  readonly rerunCount: number;
  /** What it published, if anything. */
  readonly policyVersionId: string | null;
  readonly approvedBy: string;
  readonly approvedAt: Instant;
}

export interface ChangesWanted {
  readonly state?: ChangeState;
  readonly policyKey?: string;
  readonly schemeId?: string;
  readonly outageId?: string;
  readonly fundId?: string;
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
  /** Its merchant has to hear of it. */
  readonly told: boolean;
}

/** The draft a change of a policy is about; another kind here is a bug. */
export function editionOf({ id, editionId }: Pick<ChangeRow, 'id' | 'editionId'>): string {
  if (editionId === null) throw new TypeError(`change ${id} is about no draft`);
  return editionId;
}

/** The fund an allocation is about, and how it is shared; another kind here is a bug. */
export function allocationOf({ id, fundId, stage, keptBack }: Pick<ChangeRow, 'id' | 'fundId' | 'stage' | 'keptBack'>): { fundId: string; stage: AllocationStage; keptBack: string | null } {
  if (fundId === null || stage === null) throw new TypeError(`change ${id} is about no fund`);
  return { fundId, stage, keptBack };
}

/** The outage an amendment is about, and the revision it would record; another kind here is a bug. */
export function amendmentOf({ id, outageId, outageRevision }: Pick<ChangeRow, 'id' | 'outageId' | 'outageRevision'>): { outageId: string; revision: number } {
  if (outageId === null || outageRevision === null) throw new TypeError(`change ${id} is about no outage`);
  return { outageId, revision: outageRevision };
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, kind, state, edition_id AS "editionId", policy_key AS "policyKey", policy_number AS "policyNumber", scheme_id AS "schemeId",
  outage_id AS "outageId", outage_revision AS "outageRevision", from_claim_id AS "fromClaimId", fund_id AS "fundId", stage, kept_back AS "keptBack", created_by AS "createdBy", ${ms('created_at')} AS "createdAt",
  applied_cursor AS "appliedCursor", applied_count AS "appliedCount", version`;

export const NIL = '00000000-0000-0000-0000-000000000000';

const one = ([row]: ChangeRow[]): ChangeRow => {
  if (row === undefined) throw new TypeError('the change is gone');
  return row;
};

/** Changes, their approvals, and what applying them came to. */
@Injectable()
export class ChangesRepository {
  async add(tx: Tx, change: Omit<ChangeRow, 'id' | 'state' | 'appliedCursor' | 'appliedCount' | 'version'>): Promise<ChangeRow> {
    return one(await tx.query<ChangeRow>(`
      INSERT INTO change (kind, edition_id, policy_key, policy_number, scheme_id, created_by, created_at, outage_id, outage_revision, from_claim_id, fund_id, stage, kept_back)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${COLUMNS}`,
    [change.kind, change.editionId, change.policyKey, change.policyNumber, change.schemeId, change.createdBy, formatInstant(change.createdAt), change.outageId, change.outageRevision, change.fromClaimId,
      change.fundId, change.stage, change.keptBack]));
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
      WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR policy_key = $3) AND ($5::uuid IS NULL OR scheme_id = $5)
        AND ($6::uuid IS NULL OR outage_id = $6) AND ($7::uuid IS NULL OR fund_id = $7) ORDER BY id DESC LIMIT $4`,
    [wanted.before ?? null, wanted.state ?? null, wanted.policyKey ?? null, wanted.limit, wanted.schemeId ?? null, wanted.outageId ?? null, wanted.fundId ?? null]);
  }

  ofEditions(reader: Reader, editionIds: readonly string[]): Promise<{ id: string; editionId: string }[]> {
    return reader.query(`SELECT id, edition_id AS "editionId" FROM change WHERE edition_id = ANY ($1::uuid[]) AND state <> 'withdrawn'`, [editionIds]);
  }

  /** How many there are of each policy in each state: one row for both, and few of them. */
  tally(reader: Reader): Promise<{ policyKey: string | null; state: ChangeState; count: number }[]> {
    return reader.query(`SELECT policy_key AS "policyKey", state, count(*)::int AS count FROM change GROUP BY policy_key, state ORDER BY policy_key`);
  }

  /** The revision was written anew. */
  async rewrite(tx: Tx, id: string, revision: number): Promise<ChangeRow> {
    return one(await tx.query<ChangeRow>(`UPDATE change SET outage_revision = $2, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`, [id, revision]));
  }

  /** An amendment that is approved and not applied to every claim yet; there is one at a time. */
  async applying(reader: Reader): Promise<string | undefined> {
    const [row] = await reader.query<{ id: string }>(`SELECT id FROM change WHERE kind = 'amendment' AND state = 'approved' LIMIT 1`);
    return row?.id;
  }

  /** The only statement that moves a state. */
  async moveTo(tx: Tx, id: string, state: ChangeState): Promise<ChangeRow> {
    return one(await tx.query<ChangeRow>(`UPDATE change SET state = $2, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`, [id, state]));
  }

  async approve(tx: Tx, changeId: string, approval: ApprovalRow): Promise<void> {
    await tx.execute(`
      INSERT INTO change_approval (change_id, run_id, digest, rerun_count, policy_version_id, approved_by, approved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [changeId, approval.runId, approval.digest, approval.rerunCount, approval.policyVersionId, approval.approvedBy, formatInstant(approval.approvedAt)]);
    const { bounds } = approval;
    await tx.execute('INSERT INTO change_approval_bound (change_id, currency, bound_minor, moved_minor) SELECT $1, u.* FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS u',
      [changeId, bounds.map(({ currency }) => currency), bounds.map(({ boundMinor }) => boundMinor), bounds.map(({ movedMinor }) => movedMinor)]);
  }

  async approval(reader: Reader, changeId: string): Promise<ApprovalRow | undefined> {
    const [row] = await reader.query<ApprovalRow>(`
      SELECT run_id AS "runId", digest, rerun_count AS "rerunCount", (
               SELECT json_agg(json_build_object('currency', currency, 'boundMinor', bound_minor::text, 'movedMinor', moved_minor::text) ORDER BY currency)
               FROM change_approval_bound b WHERE b.change_id = a.change_id) AS bounds,
             policy_version_id AS "policyVersionId", approved_by AS "approvedBy", ${ms('approved_at')} AS "approvedAt"
      FROM change_approval a WHERE change_id = $1`, [changeId]);
    return row;
  }

  async applied(tx: Tx, changeId: string, rows: readonly AppliedRow[], cursor: string): Promise<void> {
    await tx.execute(`
      INSERT INTO change_applied_item (change_id, claim_id, merchant_id, verdict, rehearsed_minor, applied_outcome, applied_minor, assessment_id, told)
      SELECT $1, u.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::uuid[], $9::boolean[]) AS u`,
    [changeId, rows.map(({ claimId }) => claimId), rows.map(({ merchantId }) => merchantId), rows.map(({ verdict }) => verdict), rows.map(({ rehearsedMinor }) => rehearsedMinor),
      rows.map(({ appliedOutcome }) => appliedOutcome), rows.map(({ appliedMinor }) => appliedMinor), rows.map(({ assessmentId }) => assessmentId), rows.map(({ told }) => told)]);
    await this.advance(tx, changeId, { cursor, done: rows.length });
  }

  async advance(tx: Tx, changeId: string, { cursor, done }: { cursor: string; done: number }): Promise<void> {
    await tx.execute('UPDATE change SET applied_cursor = $2, applied_count = applied_count + $3, version = version + 1 WHERE id = $1', [changeId, cursor, done]);
  }

  /** The next merchants who have to hear of it, each with its claims: nobody who was told is among them. */
  untold(reader: Reader, changeId: string, limit: number): Promise<{ merchantId: string; claimIds: string[] }[]> {
    return reader.query(`
      SELECT merchant_id AS "merchantId", array_agg(claim_id ORDER BY claim_id) AS "claimIds" FROM change_applied_item
      WHERE change_id = $1 AND told AND merchant_id > coalesce((SELECT merchant_id FROM change_told WHERE change_id = $1 ORDER BY merchant_id DESC LIMIT 1), '${NIL}')
      GROUP BY merchant_id ORDER BY merchant_id LIMIT $2`, [changeId, limit]);
  }

  async told(tx: Tx, changeId: string, merchants: readonly { merchantId: string; claimIds: readonly string[] }[], at: Instant): Promise<void> {
    await tx.execute('INSERT INTO change_told (change_id, merchant_id, claims, told_at) SELECT $1, u.*, $4 FROM unnest($2::uuid[], $3::int[]) AS u',
      [changeId, merchants.map(({ merchantId }) => merchantId), merchants.map(({ claimIds }) => claimIds.length), formatInstant(at)]);
  }

  async isTold(reader: Reader, changeId: string): Promise<boolean> {
    const rows = await reader.query('SELECT FROM change_told WHERE change_id = $1 LIMIT 1', [changeId]);
    return rows.length > 0;
  }

  /** How many merchants were written to. */
  async toldCount(reader: Reader, changeId: string): Promise<number> {
    const [row] = await reader.query<{ count: number }>('SELECT count(*)::int AS count FROM change_told WHERE change_id = $1', [changeId]);
    return row?.count ?? 0;
  }

  async verdicts(reader: Reader, changeId: string): Promise<ReadonlyMap<Verdict, number>> {
    const rows = await reader.query<{ verdict: Verdict; count: number }>('SELECT verdict, count(*)::int AS count FROM change_applied_item WHERE change_id = $1 GROUP BY verdict', [changeId]);
    return new Map(rows.map(({ verdict, count }) => [verdict, count]));
  }

  appliedPage(reader: Reader, changeId: string, wanted: { verdict?: string; after?: string; limit: number }): Promise<AppliedRow[]> {
    return reader.query<AppliedRow>(`
      SELECT claim_id AS "claimId", merchant_id AS "merchantId", verdict, rehearsed_minor::text AS "rehearsedMinor", applied_outcome AS "appliedOutcome",
             applied_minor::text AS "appliedMinor", assessment_id AS "assessmentId", told
      FROM change_applied_item WHERE change_id = $1 AND ($2::text IS NULL OR verdict = $2) AND claim_id > $3 ORDER BY claim_id LIMIT $4`,
    [changeId, wanted.verdict ?? null, wanted.after ?? NIL, wanted.limit]);
  }
}
