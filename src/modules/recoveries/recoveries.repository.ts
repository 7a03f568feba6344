import { Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { RecoveryKind, RecoveryState } from './recovery.machine.js';

export interface RecoveryRow {
  readonly id: string;
  readonly reference: string;
  readonly kind: RecoveryKind;
  /** This and the next two: null once they were erased. */
  readonly name: string | null;
  readonly address: string | null;
  readonly businessTyped: string | null;
  readonly channel: 'mail' | 'sms';
  readonly language: Language;
  readonly toldDigest: string;
  readonly merchantId: string | null;
  readonly personId: string | null;
  readonly state: RecoveryState;
  readonly noticeUntil: Date | null;
  /** How many addresses of before were written to. */
  readonly toldContacts: number | null;
  readonly recommendedBy: string | null;
  readonly recommendedDigest: string | null;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly reasonDigest: string | null;
  readonly createdAt: Date;
  readonly version: number;
}

export type NewRecoveryRow = Pick<RecoveryRow, 'reference' | 'kind' | 'name' | 'address' | 'businessTyped' | 'channel' | 'language' | 'toldDigest'> & { readonly documentsHash: Buffer; readonly at: Instant };

/** What a move writes besides the state. */
export interface RecoveryChange {
  readonly merchantId?: string;
  readonly linkHash?: Buffer;
  readonly noticeUntil?: Instant;
  readonly toldContacts?: number;
  readonly personId?: string;
  readonly recommendedBy?: string;
  readonly recommendedDigest?: string;
  readonly settledAt?: Instant;
  readonly settledBy?: string;
  readonly reasonDigest?: string;
}

const ROW = `id, reference, kind, name, address, business_typed AS "businessTyped", channel, language, told_digest AS "toldDigest", merchant_id AS "merchantId",
  person_id AS "personId", state, notice_until AS "noticeUntil", told_contacts AS "toldContacts", recommended_by AS "recommendedBy",
  recommended_digest AS "recommendedDigest", settled_at AS "settledAt", settled_by AS "settledBy", reason_digest AS "reasonDigest", created_at AS "createdAt", version`;
const time = (at: Instant | undefined): string | null => (at === undefined ? null : formatInstant(at));

@Injectable()
export class RecoveriesRepository {
  async insert(tx: Tx, row: NewRecoveryRow): Promise<string> {
    const [made] = await tx.query<{ id: string }>(`
      INSERT INTO recovery_request (reference, kind, name, channel, address, language, business_typed, told_digest, created_at, documents_hash)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [row.reference, row.kind, row.name, row.channel, row.address, row.language, row.businessTyped, row.toldDigest, formatInstant(row.at), row.documentsHash]);
    if (made === undefined) throw new Error('the request was not stored');
    return made.id;
  }

  async find(reader: Reader, id: string): Promise<RecoveryRow | undefined> {
    const [row] = await reader.query<RecoveryRow>(`SELECT ${ROW} FROM recovery_request WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<RecoveryRow | undefined> {
    const [row] = await tx.query<RecoveryRow>(`SELECT ${ROW} FROM recovery_request WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  async byLink(reader: Reader, linkHash: Buffer): Promise<RecoveryRow | undefined> {
    const [row] = await reader.query<RecoveryRow>(`SELECT ${ROW} FROM recovery_request WHERE link_hash = $1`, [linkHash]);
    return row;
  }

  async byDocumentsLink(reader: Reader, hash: Buffer): Promise<RecoveryRow | undefined> {
    const [row] = await reader.query<RecoveryRow>(`SELECT ${ROW} FROM recovery_request WHERE documents_hash = $1`, [hash]);
    return row;
  }

  /** Those about a business that nobody has settled, locked in one order. */
  lockWaitingOf(tx: Tx, merchantId: string): Promise<RecoveryRow[]> {
    return tx.query<RecoveryRow>(`SELECT ${ROW} FROM recovery_request WHERE merchant_id = $1 AND state IN ('open', 'recommended') ORDER BY id FOR NO KEY UPDATE`, [merchantId]);
  }

  /** How often requests about a business were stopped since, and when it was last written to. */
  async before(reader: Reader, merchantId: string, since: Instant): Promise<{ stopped: number; noticedAt: Date | null }> {
    const [row] = await reader.query<{ stopped: number; noticedAt: Date | null }>(`
      SELECT count(*) FILTER (WHERE state = 'stopped' AND settled_at > $2)::int AS stopped, max(created_at) FILTER (WHERE link_hash IS NOT NULL) AS "noticedAt"
      FROM recovery_request WHERE merchant_id = $1`, [merchantId, formatInstant(since)]);
    return row ?? { stopped: 0, noticedAt: null };
  }

  async moveTo(tx: Tx, { id, version }: Pick<RecoveryRow, 'id' | 'version'>, state: RecoveryState, change: RecoveryChange): Promise<RecoveryRow | undefined> {
    const [row] = await tx.query<RecoveryRow>(`
      UPDATE recovery_request SET state = $3, merchant_id = coalesce($4, merchant_id), link_hash = coalesce($5, link_hash), notice_until = coalesce($6, notice_until),
        told_contacts = coalesce($7, told_contacts), person_id = coalesce($8, person_id), recommended_by = coalesce($9, recommended_by),
        recommended_digest = coalesce($10, recommended_digest), settled_at = $11, settled_by = $12, reason_digest = coalesce($13, reason_digest), version = version + 1
      WHERE id = $1 AND version = $2 RETURNING ${ROW}`,
    [id, version, state, change.merchantId ?? null, change.linkHash ?? null, time(change.noticeUntil), change.toldContacts ?? null, change.personId ?? null,
      change.recommendedBy ?? null, change.recommendedDigest ?? null, time(change.settledAt), change.settledBy ?? null, change.reasonDigest ?? null]);
    return row;
  }

  /** The oldest first: those that wait, or those that are settled with the newest first. */
  page(reader: Reader, wanted: { settled: boolean; after?: string; limit: number }): Promise<RecoveryRow[]> {
    return wanted.settled
      ? reader.query(`SELECT ${ROW} FROM recovery_request WHERE state NOT IN ('open', 'recommended') AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`, [wanted.after ?? null, wanted.limit])
      : reader.query(`SELECT ${ROW} FROM recovery_request WHERE state IN ('open', 'recommended') AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`, [wanted.after ?? null, wanted.limit]);
  }
}
