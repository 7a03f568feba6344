import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { EvidenceFileRow, EvidenceFileState } from '../views/evidence-file-view.js';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, subject_id AS "subjectId", merchant_id AS "merchantId", kind, state, file_name AS "fileName", size_bytes::float8 AS "sizeBytes", media_type AS "mediaType",
  sha256, refusal, signature, scan_tries AS "scanTries", uploaded_by AS "uploadedBy", ${ms('begun_at')} AS "begunAt", ${ms('stored_at')} AS "storedAt",
  ${ms('scanned_at')} AS "scannedAt", ${ms('frozen_at')} AS "frozenAt", version`;

export interface NewEvidenceFile {
  readonly id: string;
  readonly subjectId: string;
  readonly merchantId: string;
  readonly kind: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly uploadedBy: string;
  readonly begunAt: Instant;
}

/** What is known of a file once all of it is here. */
export interface StoredBytes {
  readonly state: Extract<EvidenceFileState, 'checking' | 'unscanned'>;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly sha256: string;
  readonly statedOn: string | undefined;
  readonly storedAt: Instant;
}

@Injectable()
export class EvidenceFilesRepository {
  async begin(tx: Tx, file: NewEvidenceFile): Promise<EvidenceFileRow> {
    return one(await tx.query<EvidenceFileRow>(`
      INSERT INTO evidence_file (id, subject_id, merchant_id, kind, state, file_name, size_bytes, uploaded_by, begun_at)
      VALUES ($1, $2, $3, $4, 'receiving', $5, $6, $7, $8) RETURNING ${COLUMNS}`,
    [file.id, file.subjectId, file.merchantId, file.kind, file.fileName, file.sizeBytes, file.uploadedBy, formatInstant(file.begunAt)]));
  }

  async stored(tx: Tx, id: string, bytes: StoredBytes): Promise<EvidenceFileRow> {
    return one(await tx.query<EvidenceFileRow>(`
      UPDATE evidence_file SET state = $2, file_name = $3, size_bytes = $4, media_type = $5, sha256 = $6, stored_at = $7, stated_on = $8, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, bytes.state, bytes.fileName, bytes.sizeBytes, bytes.mediaType, bytes.sha256, formatInstant(bytes.storedAt), bytes.statedOn ?? null]));
  }

  async refused(tx: Tx, id: string, refusal: Refusal): Promise<void> {
    await tx.execute(`UPDATE evidence_file SET state = 'refused', refusal = $2, version = version + 1 WHERE id = $1`, [id, JSON.stringify(refusal)]);
  }

  async scanned(tx: Tx, id: string, verdict: { state: 'clean' | 'infected'; signature: string | null; at: Instant }): Promise<void> {
    await tx.execute('UPDATE evidence_file SET state = $2, signature = $3, scanned_at = $4, version = version + 1 WHERE id = $1', [id, verdict.state, verdict.signature, formatInstant(verdict.at)]);
  }

  async triedToScan(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE evidence_file SET scan_tries = scan_tries + 1, version = version + 1 WHERE id = $1', [id]);
  }

  async freeze(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
    if (ids.length > 0) await tx.execute('UPDATE evidence_file SET frozen_at = $2, version = version + 1 WHERE id = ANY ($1::uuid[]) AND frozen_at IS NULL', [ids, formatInstant(at)]);
  }

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await tx.execute('DELETE FROM evidence_file WHERE id = ANY ($1::uuid[])', [ids]);
  }

  async find(reader: Reader, id: string): Promise<EvidenceFileRow | undefined> {
    return (await reader.query<EvidenceFileRow>(`SELECT ${COLUMNS} FROM evidence_file WHERE id = $1`, [id]))[0];
  }

  async lock(tx: Tx, id: string): Promise<EvidenceFileRow | undefined> {
    return (await tx.query<EvidenceFileRow>(`SELECT ${COLUMNS} FROM evidence_file WHERE id = $1 FOR UPDATE`, [id]))[0];
  }

  ofSubject(reader: Reader, subjectId: string): Promise<EvidenceFileRow[]> {
    return reader.named('evidence_of_subject', `SELECT ${COLUMNS} FROM evidence_file WHERE subject_id = $1 ORDER BY begun_at, id`, [subjectId]);
  }

  /** What was filed with subjects, in the order it was begun. */
  filedWith(reader: Reader, subjectIds: readonly string[]): Promise<Pick<EvidenceFileRow, 'subjectId' | 'kind' | 'state'>[]> {
    return reader.named('evidence_filed_with', `
      SELECT subject_id AS "subjectId", kind, state FROM evidence_file WHERE subject_id = ANY ($1::uuid[]) AND frozen_at IS NOT NULL ORDER BY begun_at, id`, [subjectIds]);
  }

  /** Of each subject, filed files that say they were made after its day; the newest first. */
  statedAfter(reader: Reader, asked: readonly { readonly subjectId: string; readonly day: string }[]): Promise<{ subjectId: string; kind: string; mediaType: string | null; fileName: string; statedOn: string }[]> {
    return reader.named('evidence_stated_after', `
      SELECT f.subject_id AS "subjectId", f.kind, f.media_type AS "mediaType", f.file_name AS "fileName", f.stated_on::text AS "statedOn"
      FROM unnest($1::uuid[], $2::date[]) AS w (id, day) JOIN evidence_file f ON f.subject_id = w.id
      WHERE f.frozen_at IS NOT NULL AND f.stated_on > w.day ORDER BY f.stated_on DESC, f.id`, [asked.map(({ subjectId }) => subjectId), asked.map(({ day }) => day)]);
  }

  /** Always in the order of ids: two who lock many do not wait for each other. */
  lockSubject(tx: Tx, subjectId: string): Promise<EvidenceFileRow[]> {
    return tx.named('evidence_lock_subject', `SELECT ${COLUMNS} FROM evidence_file WHERE subject_id = $1 ORDER BY id FOR UPDATE`, [subjectId]);
  }

  /** Whoever stores bytes and whoever throws them away wait for each other here, bytes by bytes. */
  async lockBytes(tx: Tx, merchantId: string, sha256: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 40))', [`${merchantId} ${sha256}`]);
  }

  async isReferred(tx: Tx, merchantId: string, sha256: string): Promise<boolean> {
    const [row] = await tx.query<{ found: boolean }>(`
      SELECT EXISTS (SELECT FROM evidence_file WHERE merchant_id = $1 AND sha256 = $2 AND state <> 'infected') AS found`, [merchantId, sha256]);
    return row?.found === true;
  }
}

function one([row]: EvidenceFileRow[]): EvidenceFileRow {
  if (row === undefined) throw new Error('the evidence file is gone');
  return row;
}
