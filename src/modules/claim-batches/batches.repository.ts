import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { FileRow, Layout } from './batch-file.importer.js';
import type { BatchState, ItemState } from './batch.machine.js';
import type { RowFault } from './row-reading.rules.js';
import type { BatchRow, ItemRow } from './views/batch-row.js';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, agent_id AS "agentId", state, mode, ceiling_percent AS "ceilingPercent", format, delimiter, columns, file_name AS "fileName", file_hash AS "fileHash",
  row_count AS "rowCount", good_count AS "goodCount", faulty_count AS "faultyCount", already_count AS "alreadyCount", filed_count AS "filedCount",
  failed_count AS "failedCount", letter_cursor AS "letterCursor", uploaded_by AS "uploadedBy", ${ms('uploaded_at')} AS "uploadedAt", committed_by AS "committedBy",
  ${ms('committed_at')} AS "committedAt", ${ms('finished_at')} AS "finishedAt", version`;
const ITEM = 'n, line, external_id AS "externalId", place_key AS "placeKey", cells, state, faults, claim_id AS "claimId", reference';
const NIL = '00000000-0000-0000-0000-000000000000';

export interface NewBatch extends Layout {
  readonly agentId: string;
  readonly mode: 'strict' | 'lenient';
  readonly ceilingPercent: number;
  readonly fileName: string;
  readonly fileHash: string;
  readonly uploadedBy: string;
  readonly at: Instant;
}

export interface NewItem extends FileRow {
  readonly n: number;
  readonly externalId: string | null;
  readonly placeKey: string | null;
  readonly faults: readonly RowFault[];
}

export interface ItemOutcome {
  readonly n: number;
  readonly state: ItemState;
  readonly faults: readonly RowFault[];
  readonly filed?: { readonly merchantId: string; readonly mandateId: string | null; readonly claimId: string; readonly reference: string };
}

/** Batches and their rows. */
@Injectable()
export class BatchesRepository {
  async insert(tx: Tx, batch: NewBatch): Promise<string> {
    const [row] = await tx.query<{ id: string }>(`
      INSERT INTO claim_batch (agent_id, mode, ceiling_percent, format, delimiter, columns, file_name, file_hash, uploaded_by, uploaded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [batch.agentId, batch.mode, batch.ceilingPercent, batch.format, batch.delimiter, batch.columns, batch.fileName, batch.fileHash, batch.uploadedBy, formatInstant(batch.at)]);
    if (row === undefined) throw new Error('the batch was not stored');
    return row.id;
  }

  /** The next rows of the file, in one statement. */
  async addItems(tx: Tx, batchId: string, items: readonly NewItem[]): Promise<void> {
    await tx.named('claim_batch_items_add', `
      INSERT INTO claim_batch_item (batch_id, n, line, external_id, place_key, cells, state, faults)
      SELECT $1, u.* FROM unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::jsonb[]) AS u`,
    [batchId, items.map(({ n }) => n), items.map(({ line }) => line), items.map(({ externalId }) => externalId), items.map(({ placeKey }) => placeKey),
      items.map(({ cells }) => JSON.stringify(cells)), items.map(({ faults }) => (faults.length === 0 ? 'waiting' : 'faulty')), items.map(({ faults }) => JSON.stringify(faults))]);
  }

  async count(tx: Tx, id: string, counts: Partial<Record<'row' | 'good' | 'faulty' | 'already' | 'filed' | 'failed', number>>): Promise<void> {
    await tx.named('claim_batch_count', `
      UPDATE claim_batch SET row_count = row_count + $2, good_count = good_count + $3, faulty_count = faulty_count + $4, already_count = already_count + $5,
             filed_count = filed_count + $6, failed_count = failed_count + $7, version = version + 1 WHERE id = $1`,
    [id, counts.row ?? 0, counts.good ?? 0, counts.faulty ?? 0, counts.already ?? 0, counts.filed ?? 0, counts.failed ?? 0]);
  }

  async find(reader: Reader, id: string): Promise<BatchRow | undefined> {
    const [row] = await reader.named<BatchRow>('claim_batch_find', `SELECT ${COLUMNS} FROM claim_batch WHERE id = $1`, [id]);
    return row;
  }

  async agentOf(reader: Reader, id: string): Promise<string | undefined> {
    const [row] = await reader.query<{ agentId: string }>('SELECT agent_id AS "agentId" FROM claim_batch WHERE id = $1', [id]);
    return row?.agentId;
  }

  async lock(tx: Tx, id: string): Promise<BatchRow | undefined> {
    const [row] = await tx.named<BatchRow>('claim_batch_lock', `SELECT ${COLUMNS} FROM claim_batch WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  page(reader: Reader, wanted: { agentId: string; before?: string; limit: number }): Promise<BatchRow[]> {
    return reader.query<BatchRow>(`SELECT ${COLUMNS} FROM claim_batch WHERE agent_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [wanted.agentId, wanted.before ?? null, wanted.limit]);
  }

  async moveTo(tx: Tx, id: string, move: { to: BatchState; committedBy?: string; at?: Instant; isEnd: boolean }): Promise<void> {
    await tx.execute(`
      UPDATE claim_batch SET state = $2, committed_by = coalesce($3, committed_by), committed_at = CASE WHEN $3::uuid IS NULL THEN committed_at ELSE $4 END,
             finished_at = CASE WHEN $5 THEN $4 ELSE finished_at END, version = version + 1 WHERE id = $1`,
    [id, move.to, move.committedBy ?? null, move.at === undefined ? null : formatInstant(move.at), move.isEnd]);
  }

  async letterSent(tx: Tx, id: string, cursor: string): Promise<void> {
    await tx.execute('UPDATE claim_batch SET letter_cursor = $2, version = version + 1 WHERE id = $1', [id, cursor]);
  }

  /** The next rows in some states, in the order of the file. */
  items(reader: Reader, batchId: string, wanted: { states?: readonly ItemState[]; after?: number; limit: number }): Promise<ItemRow[]> {
    return reader.named<ItemRow>('claim_batch_items', `
      SELECT ${ITEM} FROM claim_batch_item WHERE batch_id = $1 AND ($2::text[] IS NULL OR state = ANY ($2)) AND n > $3 ORDER BY n LIMIT $4`,
    [batchId, wanted.states ?? null, wanted.after ?? 0, wanted.limit]);
  }

  /** Of these keys, those that more than one row of the file has: whichever row comes first. */
  async repeated(reader: Reader, batchId: string, keys: { externalIds: readonly string[]; placeKeys: readonly string[] }): Promise<{ externalIds: ReadonlySet<string>; placeKeys: ReadonlySet<string> }> {
    const twice = async (column: string, values: readonly string[]): Promise<ReadonlySet<string>> => new Set((await reader.query<{ key: string }>(
      `SELECT ${column} AS key FROM claim_batch_item WHERE batch_id = $1 AND ${column} = ANY ($2) GROUP BY ${column} HAVING count(*) > 1`, [batchId, values])).map(({ key }) => key));
    return { externalIds: await twice('external_id', keys.externalIds), placeKeys: await twice('place_key', keys.placeKeys) };
  }

  /** What became of rows, in one statement. */
  async settle(tx: Tx, batchId: string, outcomes: readonly ItemOutcome[]): Promise<void> {
    await tx.named('claim_batch_items_settle', `
      UPDATE claim_batch_item i SET state = u.state, faults = u.faults, merchant_id = u.merchant_id, mandate_id = u.mandate_id, claim_id = u.claim_id, reference = u.reference
      FROM unnest($2::int[], $3::text[], $4::jsonb[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[]) AS u (n, state, faults, merchant_id, mandate_id, claim_id, reference)
      WHERE i.batch_id = $1 AND i.n = u.n`,
    [batchId, outcomes.map(({ n }) => n), outcomes.map(({ state }) => state), outcomes.map(({ faults }) => JSON.stringify(faults)),
      outcomes.map(({ filed }) => filed?.merchantId ?? null), outcomes.map(({ filed }) => filed?.mandateId ?? null), outcomes.map(({ filed }) => filed?.claimId ?? null),
      outcomes.map(({ filed }) => filed?.reference ?? null)]);
  }

  /** Rows that a batch did not come to. */
  async leave(tx: Tx, batchId: string, fault: RowFault): Promise<void> {
    await tx.execute(`UPDATE claim_batch_item SET state = 'left', faults = $2 WHERE batch_id = $1 AND state = 'good'`, [batchId, JSON.stringify([fault])]);
  }

  /** False when the day was noted before. */
  async noteDigest(tx: Tx, agentId: string, day: string): Promise<boolean> {
    return await tx.execute('INSERT INTO agent_digest (agent_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING', [agentId, day]) === 1;
  }

  async finishedIn(reader: Reader, agentId: string, { from, to }: Interval): Promise<{ batches: number; filed: number; faulty: number }> {
    const [row] = await reader.query<{ batches: number; filed: number; faulty: number }>(`
      SELECT count(*)::int AS batches, coalesce(sum(filed_count), 0)::int AS filed, coalesce(sum(faulty_count + failed_count), 0)::int AS faulty
      FROM claim_batch WHERE agent_id = $1 AND committed_at IS NOT NULL AND finished_at >= $2 AND finished_at < $3`, [agentId, formatInstant(from), formatInstant(to)]);
    return row ?? { batches: 0, filed: 0, faulty: 0 };
  }

  /** Mandates of filed rows that still wait for the business, in the order of their ids. */
  async mandates(reader: Reader, batchId: string, after: string | null, limit: number): Promise<string[]> {
    return (await reader.query<{ id: string }>(`
      SELECT DISTINCT mandate_id AS id FROM claim_batch_item WHERE batch_id = $1 AND state = 'filed' AND mandate_id > $2 ORDER BY 1 LIMIT $3`,
    [batchId, after ?? NIL, limit])).map(({ id }) => id);
  }
}
