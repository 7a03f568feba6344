import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { LooseFile } from '../evidence/index.js';

export interface RecoveryDocumentRow extends Omit<LooseFile, 'fileName'> {
  readonly id: string;
  readonly recoveryId: string;
  /** Null once it was erased, with its bytes or before them. */
  readonly fileName: string | null;
  readonly addedAt: Date;
  readonly droppedAt: Date | null;
}

const ROW = `id, recovery_id AS "recoveryId", sha256, size_bytes AS "sizeBytes", media_type AS "mediaType", file_name AS "fileName", scanned, added_at AS "addedAt", dropped_at AS "droppedAt"`;

@Injectable()
export class RecoveryDocumentsRepository {
  /** False when the request has these bytes already. */
  async insert(tx: Tx, recoveryId: string, file: LooseFile, at: Instant): Promise<boolean> {
    return (await tx.execute(`
      INSERT INTO recovery_document (recovery_id, sha256, size_bytes, media_type, file_name, scanned, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT ON CONSTRAINT recovery_document_bytes_uq DO NOTHING`,
    [recoveryId, file.sha256, file.sizeBytes, file.mediaType, file.fileName, file.scanned, formatInstant(at)])) === 1;
  }

  /** Oldest first; there are few of a request. */
  of(reader: Reader, recoveryId: string): Promise<RecoveryDocumentRow[]> {
    return reader.query(`SELECT ${ROW} FROM recovery_document WHERE recovery_id = $1 ORDER BY id`, [recoveryId]);
  }

  async drop(tx: Tx, recoveryId: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE recovery_document SET file_name = NULL, dropped_at = $2 WHERE recovery_id = $1 AND dropped_at IS NULL', [recoveryId, formatInstant(at)]);
  }
}
