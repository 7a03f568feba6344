import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface HandoverRow {
  readonly id: string;
  readonly claimId: string;
  readonly merchantId: string;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly isOpened: boolean;
  readonly isRevoked: boolean;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, claim_id AS "claimId", merchant_id AS "merchantId", created_by AS "createdBy", ${ms('created_at')} AS "createdAt", ${ms('expires_at')} AS "expiresAt",
  opened_at IS NOT NULL AS "isOpened", revoked_at IS NOT NULL AS "isRevoked"`;

@Injectable()
export class HandoversRepository {
  async add(tx: Tx, made: { claimId: string; merchantId: string; codeHash: string; createdBy: string; createdAt: Instant; expiresAt: Instant }): Promise<HandoverRow> {
    const [row] = await tx.query<HandoverRow>(`
      INSERT INTO handover (claim_id, merchant_id, code_hash, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [made.claimId, made.merchantId, made.codeHash, made.createdBy, formatInstant(made.createdAt), formatInstant(made.expiresAt)]);
    return row as HandoverRow;
  }

  async find(reader: Reader, id: string): Promise<HandoverRow | undefined> {
    const [row] = await reader.query<HandoverRow>(`SELECT ${COLUMNS} FROM handover WHERE id = $1`, [id]);
    return row;
  }

  /** The last one that was made for a claim. */
  async ofClaim(reader: Reader, claimId: string): Promise<HandoverRow | undefined> {
    const [row] = await reader.query<HandoverRow>(`SELECT ${COLUMNS} FROM handover WHERE claim_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, [claimId]);
    return row;
  }

  /** One device at most gets in by a code. */
  async open(tx: Tx, codeHash: string, tokenHash: string, at: Instant): Promise<HandoverRow | undefined> {
    const [row] = await tx.query<HandoverRow>(`
      UPDATE handover SET opened_at = $3, token_hash = $2
      WHERE code_hash = $1 AND opened_at IS NULL AND revoked_at IS NULL AND expires_at > $3::timestamptz RETURNING ${COLUMNS}`, [codeHash, tokenHash, formatInstant(at)]);
    return row;
  }

  async byToken(reader: Reader, tokenHash: string, at: Instant): Promise<HandoverRow | undefined> {
    const [row] = await reader.query<HandoverRow>(`SELECT ${COLUMNS} FROM handover WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2::timestamptz`, [tokenHash, formatInstant(at)]);
    return row;
  }

  async revoke(tx: Tx, claimId: string, at: Instant): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`
      UPDATE handover SET revoked_at = $2 WHERE claim_id = $1 AND revoked_at IS NULL AND expires_at > $2::timestamptz RETURNING id`, [claimId, formatInstant(at)]);
    return rows.map(({ id }) => id);
  }
}
