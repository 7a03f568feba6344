import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Refusal } from '../../core/errors/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface ReleaseRow {
  readonly id: string;
  readonly batchId: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly state: 'running' | 'done' | 'refused';
  readonly writtenCount: number;
  readonly totalCount: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly Refusal[];
  readonly version: number;
}

export interface FileRow {
  readonly batchId: string;
  /** Whose bytes they are in the store. */
  readonly payingAccountId: string;
  readonly name: string;
  readonly mediaType: string;
  /** As it was when the file was written. */
  readonly profile: object;
  readonly sha256: string;
  readonly byteCount: string;
  readonly schemaCheck: 'valid' | 'no_schema' | 'not_applicable';
  /** Texts that it holds otherwise than they were typed; of files of before nobody knows. */
  readonly textCount: number | null;
  readonly renderedAt: Date;
}

const COLUMNS = `id, batch_id AS "batchId", asked_by AS "askedBy", asked_at AS "askedAt", state, written_count AS "writtenCount", total_count AS "totalCount", fault_count AS "faultCount", faults, version`;

@Injectable()
export class PayoutReleasesRepository {
  async insert(tx: Tx, row: { batchId: string; askedBy: string; totalCount: number; at: Instant }): Promise<string> {
    const [made] = await tx.query<{ id: string }>('INSERT INTO payout_release (batch_id, asked_by, asked_at, total_count) VALUES ($1, $2, $3, $4) RETURNING id',
      [row.batchId, row.askedBy, formatInstant(row.at), row.totalCount]);
    if (made === undefined) throw new Error('the release was not stored');
    return made.id;
  }

  async find(reader: Reader, id: string): Promise<ReleaseRow | undefined> {
    const [row] = await reader.query<ReleaseRow>(`SELECT ${COLUMNS} FROM payout_release WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<ReleaseRow | undefined> {
    const [row] = await tx.query<ReleaseRow>(`SELECT ${COLUMNS} FROM payout_release WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  /** Of a batch, the newest. */
  async latest(reader: Reader, batchId: string): Promise<ReleaseRow | undefined> {
    const [row] = await reader.query<ReleaseRow>(`SELECT ${COLUMNS} FROM payout_release WHERE batch_id = $1 ORDER BY id DESC LIMIT 1`, [batchId]);
    return row;
  }

  async progress(tx: Tx, id: string, writtenCount: number): Promise<void> {
    await tx.execute(`UPDATE payout_release SET written_count = $2, version = version + 1 WHERE id = $1 AND state = 'running'`, [id, writtenCount]);
  }

  async finish(tx: Tx, id: string, { state, count, faults, at }: { state: 'done' | 'refused'; count: number; faults: readonly Refusal[]; at: Instant }): Promise<void> {
    await tx.execute('UPDATE payout_release SET state = $2, fault_count = $3, faults = $4, finished_at = $5, version = version + 1 WHERE id = $1',
      [id, state, count, JSON.stringify(faults), formatInstant(at)]);
  }

  async keepFile(tx: Tx, file: Omit<FileRow, 'renderedAt' | 'payingAccountId'> & { at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO payout_file (batch_id, name, media_type, profile, sha256, byte_count, schema_check, rendered_at, text_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [file.batchId, file.name, file.mediaType, JSON.stringify(file.profile), file.sha256, file.byteCount, file.schemaCheck, formatInstant(file.at), file.textCount]);
  }

  async file(reader: Reader, batchId: string): Promise<FileRow | undefined> {
    const [row] = await reader.query<FileRow>(`
      SELECT f.batch_id AS "batchId", b.paying_account_id AS "payingAccountId", f.name, f.media_type AS "mediaType", f.profile, f.sha256, f.byte_count::text AS "byteCount", f.schema_check AS "schemaCheck", f.text_count AS "textCount",
        f.rendered_at AS "renderedAt" FROM payout_file f JOIN payout_batch b ON b.id = f.batch_id WHERE f.batch_id = $1`, [batchId]);
    return row;
  }
}
