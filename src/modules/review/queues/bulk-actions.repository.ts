import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { DeterminationOutcome } from '../../claims/index.js';
import type { BulkKind, BulkState, FrozenItem, ItemState } from './bulk.rules.js';

export interface BulkRow {
  readonly id: string;
  readonly kind: BulkKind;
  readonly outcome: DeterminationOutcome | null;
  readonly reasons: readonly string[];
  readonly noteDigest: string | null;
  readonly toUser: string | null;
  /** Of a decision: the recommendation whose claims it decides. */
  readonly ofId: string | null;
  readonly state: BulkState;
  readonly digest: string;
  readonly itemCount: number;
  readonly leftOutCount: number;
  readonly sampleCount: number;
  readonly openedCount: number;
  readonly sums: readonly { readonly currency: string; readonly amountMinor: string }[];
  readonly why: readonly { readonly code: string; readonly count: number }[];
  readonly doneCount: number;
  readonly skippedCount: number;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly sentAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly version: number;
}

export interface BulkItemRow {
  readonly n: number;
  readonly claimId: string;
  readonly reference: string;
  readonly claimRowVersion: number;
  readonly assessmentId: string | null;
  readonly amountMinor: string;
  readonly currency: string;
  readonly sampled: boolean;
  readonly openedAt: Instant | null;
  readonly state: ItemState;
  readonly code: string | null;
  readonly params: Refusal['params'] | null;
}

export type NewBulk = Pick<BulkRow, 'kind' | 'outcome' | 'reasons' | 'noteDigest' | 'toUser' | 'ofId' | 'state' | 'digest' | 'leftOutCount' | 'sums' | 'why' | 'createdBy' | 'createdAt'> & {
  readonly seed: string;
  readonly items: readonly FrozenItem[];
  readonly sample: ReadonlySet<string>;
};

export interface ItemOutcome {
  readonly n: number;
  readonly refusal: Refusal | undefined;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  b.id, b.kind, b.outcome, b.reasons, b.note_digest AS "noteDigest", b.to_user AS "toUser", b.of_id AS "ofId", b.state, b.digest, b.item_count AS "itemCount", b.left_out_count AS "leftOutCount",
  b.sample_count AS "sampleCount", (SELECT count(*)::int FROM bulk_item i WHERE i.action_id = b.id AND i.sampled AND i.opened_at IS NOT NULL) AS "openedCount", b.sums, b.why,
  b.done_count AS "doneCount", b.skipped_count AS "skippedCount", b.created_by AS "createdBy", ${ms('b.created_at')} AS "createdAt", ${ms('b.sent_at')} AS "sentAt", ${ms('b.ended_at')} AS "endedAt", b.version`;
const ITEM_COLUMNS = `
  i.n, i.claim_id AS "claimId", c.reference, i.claim_row_version AS "claimRowVersion", i.assessment_id AS "assessmentId", i.amount_minor::text AS "amountMinor", i.currency, i.sampled,
  ${ms('i.opened_at')} AS "openedAt", i.state, i.code, i.params`;

/** Frozen lists, and what became of each claim in them. */
@Injectable()
export class BulkActionsRepository {
  async insert(tx: Tx, bulk: NewBulk): Promise<string> {
    const { items, sample } = bulk;
    const [row] = await tx.query<{ id: string }>(`
      INSERT INTO bulk_action (kind, outcome, reasons, note_digest, to_user, of_id, state, digest, seed, item_count, left_out_count, sample_count, sums, why, created_by, created_at, sent_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::timestamptz, CASE WHEN $7 = 'frozen' THEN NULL ELSE $16::timestamptz END) RETURNING id`,
    [bulk.kind, bulk.outcome, bulk.reasons, bulk.noteDigest, bulk.toUser, bulk.ofId, bulk.state, bulk.digest, bulk.seed, items.length, bulk.leftOutCount, sample.size,
      JSON.stringify(bulk.sums), JSON.stringify(bulk.why), bulk.createdBy, formatInstant(bulk.createdAt)]);
    if (row === undefined) throw new Error('the bulk action was not stored');
    await tx.execute(`
      INSERT INTO bulk_item (action_id, n, claim_id, merchant_id, claim_row_version, assessment_id, amount_minor, currency, sampled)
      SELECT $1, r.n, r.claim_id, r.merchant_id, r.version, r.assessment_id, r.amount, r.currency, r.sampled
      FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::bigint[], $7::text[], $8::boolean[]) WITH ORDINALITY AS r (claim_id, merchant_id, version, assessment_id, amount, currency, sampled, n)`,
    [row.id, items.map(({ claimId }) => claimId), items.map(({ merchantId }) => merchantId), items.map(({ version }) => version), items.map(({ assessmentId }) => assessmentId),
      items.map(({ amountMinor }) => amountMinor), items.map(({ currency }) => currency), items.map(({ claimId }) => sample.has(claimId))]);
    return row.id;
  }

  async find(reader: Reader, id: string): Promise<BulkRow | undefined> {
    const [row] = await reader.query<BulkRow>(`SELECT ${COLUMNS} FROM bulk_action b WHERE b.id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<BulkRow | undefined> {
    const [row] = await tx.query<BulkRow>(`SELECT ${COLUMNS} FROM bulk_action b WHERE b.id = $1 FOR NO KEY UPDATE OF b`, [id]);
    return row;
  }

  /** Newest first. */
  page(reader: Reader, wanted: { before?: string; limit: number }): Promise<BulkRow[]> {
    return reader.query(`SELECT ${COLUMNS} FROM bulk_action b WHERE $1::uuid IS NULL OR b.id < $1 ORDER BY b.id DESC LIMIT $2`, [wanted.before ?? null, wanted.limit]);
  }

  /** In the order of their numbers. */
  items(reader: Reader, actionId: string, wanted: { after?: number; state?: ItemState; sampledOnly?: boolean; limit: number }): Promise<BulkItemRow[]> {
    return reader.query(`
      SELECT ${ITEM_COLUMNS} FROM bulk_item i JOIN claim c ON c.id = i.claim_id
      WHERE i.action_id = $1 AND i.n > $2 AND ($3::text IS NULL OR i.state = $3) AND (NOT $4 OR i.sampled) ORDER BY i.n LIMIT $5`,
    [actionId, wanted.after ?? 0, wanted.state ?? null, wanted.sampledOnly ?? false, wanted.limit]);
  }

  /** Claims that a list moved, by id. */
  async doneClaims(reader: Reader, actionId: string): Promise<string[]> {
    return (await reader.query<{ id: string }>(`SELECT claim_id AS id FROM bulk_item WHERE action_id = $1 AND state = 'done' ORDER BY n`, [actionId])).map(({ id }) => id);
  }

  /** False where the claim is not in the sample. */
  async open(tx: Tx, actionId: string, claimId: string, at: Instant): Promise<boolean> {
    return await tx.execute('UPDATE bulk_item SET opened_at = coalesce(opened_at, $3) WHERE action_id = $1 AND claim_id = $2 AND sampled', [actionId, claimId, formatInstant(at)]) > 0;
  }

  async moveTo(tx: Tx, id: string, state: BulkState, at: Instant): Promise<void> {
    await tx.execute(`
      UPDATE bulk_action SET state = $2, sent_at = coalesce(sent_at, $3::timestamptz), ended_at = CASE WHEN $2 = 'done' THEN $3::timestamptz END, version = version + 1 WHERE id = $1`,
    [id, state, formatInstant(at)]);
  }

  /** What became of some items; a refusal is why one was skipped. */
  async settle(tx: Tx, id: string, outcomes: readonly ItemOutcome[]): Promise<void> {
    await tx.named('bulk_settle', `
      UPDATE bulk_item i SET state = CASE WHEN r.code IS NULL THEN 'done' ELSE 'skipped' END, code = r.code, params = r.params
      FROM unnest($2::int[], $3::text[], $4::jsonb[]) AS r (n, code, params) WHERE i.action_id = $1 AND i.n = r.n`,
    [id, outcomes.map(({ n }) => n), outcomes.map(({ refusal }) => refusal?.code ?? null), outcomes.map(({ refusal }) => (refusal === undefined ? null : JSON.stringify(refusal.params)))]);
    const skipped = outcomes.filter(({ refusal }) => refusal !== undefined).length;
    await tx.named('bulk_count', 'UPDATE bulk_action SET done_count = done_count + $2, skipped_count = skipped_count + $3, version = version + 1 WHERE id = $1', [id, outcomes.length - skipped, skipped]);
  }
}
