import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { TillMeaning } from './till/till-mapping.rules.js';
import type { TillStatement } from './till/till.importer.js';
import type { TillUploadRow } from './views/till-upload-row.js';

export type NewTillUpload = Pick<TillUploadRow, 'subjectId' | 'merchantId' | 'siteId' | 'fileName' | 'fileBytes' | 'fileSha256' | 'handoverId' | 'uploadedBy' | 'uploadedAt'>;

const COLUMNS = `
  id, subject_id AS "subjectId", merchant_id AS "merchantId", site_id AS "siteId", file_name AS "fileName", file_bytes::float8 AS "fileBytes",
  file_sha256 AS "fileSha256", statement, state, done_bytes::float8 AS "doneBytes", refusal, set_id AS "setId", handover_id AS "handoverId",
  uploaded_by AS "uploadedBy", (extract(epoch FROM uploaded_at) * 1000)::float8 AS "uploadedAt"`;

/** Files on their way in, and what merchants said of their layouts. */
@Injectable()
export class TillUploadsRepository {
  async add(tx: Tx, upload: NewTillUpload): Promise<TillUploadRow> {
    const [row] = await tx.query<TillUploadRow>(`
      INSERT INTO till_upload (subject_id, merchant_id, site_id, file_name, file_bytes, file_sha256, handover_id, uploaded_by, uploaded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
    [upload.subjectId, upload.merchantId, upload.siteId, upload.fileName, upload.fileBytes, upload.fileSha256, upload.handoverId, upload.uploadedBy, formatInstant(upload.uploadedAt)]);
    return row as TillUploadRow;
  }

  async find(reader: Reader, id: string): Promise<TillUploadRow | undefined> {
    const [row] = await reader.query<TillUploadRow>(`SELECT ${COLUMNS} FROM till_upload WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<TillUploadRow | undefined> {
    const [row] = await tx.query<TillUploadRow>(`SELECT ${COLUMNS} FROM till_upload WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  ofSubject(reader: Reader, subjectId: string): Promise<TillUploadRow[]> {
    return reader.query<TillUploadRow>(`SELECT ${COLUMNS} FROM till_upload WHERE subject_id = $1 ORDER BY uploaded_at DESC, id DESC`, [subjectId]);
  }

  /** Looked at and not read to the end, by whoever is signed in; newest first, of a subject. */
  unfinished(reader: Reader, subjectId: string): Promise<TillUploadRow[]> {
    return reader.query<TillUploadRow>(`
      SELECT ${COLUMNS} FROM till_upload WHERE subject_id = $1 AND handover_id IS NULL AND set_id IS NULL AND state <> 'imported' ORDER BY uploaded_at DESC, id DESC LIMIT 20`, [subjectId]);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.execute('DELETE FROM till_upload WHERE id = $1', [id]);
  }

  async ofHandover(reader: Reader, handoverId: string): Promise<TillUploadRow | undefined> {
    const [row] = await reader.query<TillUploadRow>(`SELECT ${COLUMNS} FROM till_upload WHERE handover_id = $1 ORDER BY uploaded_at DESC, id DESC LIMIT 1`, [handoverId]);
    return row;
  }

  async countOfHandover(reader: Reader, handoverId: string): Promise<number> {
    const [row] = await reader.query<{ count: number }>('SELECT count(*)::int AS count FROM till_upload WHERE handover_id = $1', [handoverId]);
    return row?.count ?? 0;
  }

  /** Whoever names a file and whoever throws it away take turns; held until the transaction ends. */
  async lockFile(tx: Tx, sha256: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 41))', [sha256]);
  }

  async isNeeded(reader: Reader, sha256: string): Promise<boolean> {
    const [row] = await reader.query<{ needed: boolean }>(
      'SELECT EXISTS (SELECT FROM till_upload WHERE file_sha256 = $1) OR EXISTS (SELECT FROM sales_set WHERE file_sha256 = $1) AS needed', [sha256]);
    return row?.needed === true;
  }

  async say(tx: Tx, id: string, statement: TillStatement): Promise<void> {
    await tx.execute(`UPDATE till_upload SET statement = $2, state = 'open', refusal = NULL WHERE id = $1`, [id, JSON.stringify(statement)]);
  }

  async begin(tx: Tx, id: string): Promise<void> {
    await tx.execute(`UPDATE till_upload SET state = 'reading', done_bytes = 0, refusal = NULL WHERE id = $1`, [id]);
  }

  async progress(reader: Reader, id: string, doneBytes: number): Promise<void> {
    await reader.query(`UPDATE till_upload SET done_bytes = $2 WHERE id = $1 AND state = 'reading'`, [id, doneBytes]);
  }

  async imported(tx: Tx, id: string, setId: string): Promise<void> {
    await tx.execute(`UPDATE till_upload SET state = 'imported', set_id = $2, refusal = NULL WHERE id = $1`, [id, setId]);
  }

  /** `setId`: the set that tells staff what was tried, where its lines could be told apart. */
  async refused(tx: Tx, id: string, refusal: Refusal, setId?: string): Promise<void> {
    await tx.execute(`UPDATE till_upload SET state = 'refused', refusal = $2, set_id = $3 WHERE id = $1`, [id, JSON.stringify(refusal), setId ?? null]);
  }

  /** Forgets the uploads of a subject; answers with the files that nothing else points to. */
  async discard(tx: Tx, subjectId: string): Promise<string[]> {
    const rows = await tx.query<{ sha256: string }>(`
      WITH gone AS (DELETE FROM till_upload WHERE subject_id = $1 RETURNING file_sha256)
      SELECT DISTINCT file_sha256 AS sha256 FROM gone
      WHERE NOT EXISTS (SELECT FROM till_upload other WHERE other.file_sha256 = gone.file_sha256 AND other.subject_id <> $1)
        AND NOT EXISTS (SELECT FROM sales_set s WHERE s.file_sha256 = gone.file_sha256 AND s.subject_id <> $1)`, [subjectId]);
    return rows.map(({ sha256 }) => sha256);
  }

  async remembered(reader: Reader, merchantId: string, fingerprint: string): Promise<Partial<TillMeaning> | undefined> {
    const [row] = await reader.query<{ meaning: Partial<TillMeaning> }>('SELECT meaning FROM till_mapping WHERE merchant_id = $1 AND fingerprint = $2', [merchantId, fingerprint]);
    return row?.meaning;
  }

  async remember(tx: Tx, said: { merchantId: string; fingerprint: string; meaning: Partial<TillMeaning>; by: string; at: Instant }): Promise<void> {
    await tx.execute(`
      INSERT INTO till_mapping (merchant_id, fingerprint, meaning, said_by, said_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (merchant_id, fingerprint) DO UPDATE SET meaning = excluded.meaning, said_by = excluded.said_by, said_at = excluded.said_at`,
    [said.merchantId, said.fingerprint, JSON.stringify(said.meaning), said.by, formatInstant(said.at)]);
  }
}
