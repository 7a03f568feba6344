import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { NewObjection, ObjectionOutcome, ObjectionRow } from './views/objection-row.js';

const COLUMNS = `
  o.claim_id AS "claimId", o.k, o.merchant_id AS "merchantId", o.notice_id AS "noticeId", o.level, o.grounds, (SELECT body FROM text_body WHERE digest = o.text_digest) AS text,
  o.contested_service AS "contestedService", o.contested_from AS "contestedFrom", o.contested_to AS "contestedTo", o.on_account AS "onAccount", o.opened_by AS "openedBy",
  o.opened_at AS "openedAt", o.outcome, o.decided_at AS "decidedAt", o.decided_by AS "decidedBy", o.outside, o.determination_id AS "determinationId"`;

@Injectable()
export class ObjectionsRepository {
  /** The claim is locked by the caller, so numbers do not collide. */
  async insert(tx: Tx, claim: { id: string; merchantId: string }, row: NewObjection): Promise<number> {
    const [made] = await tx.query<{ k: number }>(`
      INSERT INTO objection (claim_id, k, merchant_id, notice_id, level, grounds, text_digest, contested_service, contested_from, contested_to, on_account, opened_by, opened_at)
      SELECT $1, coalesce(max(k), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM objection WHERE claim_id = $1 RETURNING k`,
    [claim.id, claim.merchantId, row.noticeId ?? null, row.level, row.grounds, row.textDigest, row.contested?.service ?? null,
      row.contested === undefined ? null : formatInstant(row.contested.from), row.contested === undefined ? null : formatInstant(row.contested.to), row.onAccount, row.openedBy,
      formatInstant(row.at)]);
    return (made as { k: number }).k;
  }

  async decide(tx: Tx, claimId: string, k: number, result: { outcome: Exclude<ObjectionOutcome, 'dropped'>; at: Instant; by: string | undefined; determinationId: string }): Promise<void> {
    await tx.execute('UPDATE objection SET outcome = $3, decided_at = $4, decided_by = $5, outside = $6, determination_id = $7 WHERE claim_id = $1 AND k = $2',
      [claimId, k, result.outcome, formatInstant(result.at), result.by ?? null, result.by === undefined, result.determinationId]);
  }

  /** The number of the open one, if there was one. */
  async drop(tx: Tx, claimId: string, at: Instant): Promise<number | undefined> {
    const [row] = await tx.query<{ k: number }>('UPDATE objection SET outcome = \'dropped\', decided_at = $2 WHERE claim_id = $1 AND outcome IS NULL RETURNING k', [claimId, formatInstant(at)]);
    return row?.k;
  }

  /** Oldest first, claim by claim. */
  of(reader: Reader, claimIds: readonly string[]): Promise<ObjectionRow[]> {
    return reader.named('objection_of', `SELECT ${COLUMNS} FROM objection o WHERE o.claim_id = ANY ($1::uuid[]) ORDER BY o.claim_id, o.k`, [claimIds]);
  }

  /** Those that wait for a decision, the oldest first; `after` is the last one of the page before. */
  open(reader: Reader, wanted: { after?: readonly [string, string]; limit: number }): Promise<ObjectionRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM objection o
      WHERE o.outcome IS NULL AND ($1::timestamptz IS NULL OR (o.opened_at, o.claim_id) > ($1, $2::uuid)) ORDER BY o.opened_at, o.claim_id LIMIT $3`,
    [wanted.after?.[0] ?? null, wanted.after?.[1] ?? null, wanted.limit]);
  }

  async saveLink(tx: Tx, link: { claimId: string; k: number; merchantId: string; tokenHash: Buffer; at: Instant; endsAt: Instant }): Promise<void> {
    await tx.execute('INSERT INTO objection_link (claim_id, k, merchant_id, token_hash, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [link.claimId, link.k, link.merchantId, link.tokenHash, formatInstant(link.at), formatInstant(link.endsAt)]);
  }

  /** What a link opens now: undefined for one that is unknown, over, or whose objection was decided. */
  async behindLink(reader: Reader, tokenHash: Buffer, now: Instant): Promise<{ claimId: string; k: number } | undefined> {
    const [row] = await reader.query<{ claimId: string; k: number }>(`
      SELECT l.claim_id AS "claimId", l.k FROM objection_link l JOIN objection o ON o.claim_id = l.claim_id AND o.k = l.k
      WHERE l.token_hash = $1 AND l.ends_at > $2 AND o.outcome IS NULL`, [tokenHash, formatInstant(now)]);
    return row;
  }
}
