import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ClaimHoldKind } from './claim-holds.rules.js';
import type { ClaimHoldRow } from './views/claim-hold.js';

const COLUMNS = `
  h.id, h.claim_id AS "claimId", h.kind, (SELECT body FROM text_body WHERE digest = h.reason_digest) AS reason, h.placed_by AS "placedBy", h.placed_at AS "placedAt",
  to_char(h.review_on, 'YYYY-MM-DD') AS "reviewOn", h.released_by AS "releasedBy", h.released_at AS "releasedAt",
  (SELECT body FROM text_body WHERE digest = h.release_digest) AS "releaseReason", h.version`;

@Injectable()
export class ClaimHoldsRepository {
  /** The id; undefined when one of the kind stands already. */
  async place(tx: Tx, hold: { claimId: string; merchantId: string; kind: ClaimHoldKind; placedBy?: string; reasonDigest?: string; reviewOn?: string; at: Instant }): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(`
      INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_by, reason_digest, review_on, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (claim_id, kind) WHERE released_at IS NULL DO NOTHING RETURNING id`,
    [hold.claimId, hold.merchantId, hold.kind, hold.placedBy ?? null, hold.reasonDigest ?? null, hold.reviewOn ?? null, formatInstant(hold.at)]);
    return row?.id;
  }

  /** What stands of the kinds asked for. */
  standing(reader: Reader, claimIds: readonly string[], kinds: readonly ClaimHoldKind[]): Promise<{ claimId: string; kind: ClaimHoldKind }[]> {
    return reader.named('claim_holds_standing', 'SELECT claim_id AS "claimId", kind FROM claim_hold WHERE claim_id = ANY ($1::uuid[]) AND released_at IS NULL AND kind = ANY ($2) ORDER BY id', [claimIds, kinds]);
  }

  /** When holds of these kinds stood on claims; what stands still has no end. */
  spans(reader: Reader, claimIds: readonly string[], kinds: readonly ClaimHoldKind[]): Promise<{ claimId: string; from: Date; to: Date | null }[]> {
    return reader.query('SELECT claim_id AS "claimId", placed_at AS "from", released_at AS "to" FROM claim_hold WHERE claim_id = ANY ($1::uuid[]) AND kind = ANY ($2)', [claimIds, kinds]);
  }

  async lock(tx: Tx, id: string): Promise<ClaimHoldRow | undefined> {
    const [row] = await tx.query<ClaimHoldRow>(`SELECT ${COLUMNS} FROM claim_hold h WHERE h.id = $1 FOR NO KEY UPDATE OF h`, [id]);
    return row;
  }

  /** False when none of the kind stands. */
  async release(tx: Tx, hold: { claimId: string; kind: ClaimHoldKind; releasedBy?: string; releaseDigest?: string; at: Instant }): Promise<boolean> {
    return await tx.execute('UPDATE claim_hold SET released_at = $3, released_by = $4, release_digest = $5, version = version + 1 WHERE claim_id = $1 AND kind = $2 AND released_at IS NULL',
      [hold.claimId, hold.kind, formatInstant(hold.at), hold.releasedBy ?? null, hold.releaseDigest ?? null]) === 1;
  }

  /** Of many claims, those on which one of the kind stood until now. */
  async releaseAll(tx: Tx, claimIds: readonly string[], kind: ClaimHoldKind, at: Instant): Promise<string[]> {
    const rows = await tx.named<{ claimId: string }>('claim_hold_release_all', `
      UPDATE claim_hold SET released_at = $3, version = version + 1 WHERE claim_id = ANY ($1::uuid[]) AND kind = $2 AND released_at IS NULL RETURNING claim_id AS "claimId"`,
    [claimIds, kind, formatInstant(at)]);
    return rows.map(({ claimId }) => claimId);
  }

  /** Another day on which somebody looks again: asked for anew. */
  async extend(tx: Tx, id: string, reviewOn: string): Promise<void> {
    await tx.execute('UPDATE claim_hold SET review_on = $2, review_id = uuidv7(), review_asked_at = NULL, version = version + 1 WHERE id = $1', [id, reviewOn]);
  }

  /** Standing holds whose day has come by this instant and that nobody was asked about yet, marked as asked; the claims are not touched. */
  due(tx: Tx, at: Instant, limit: number): Promise<{ claimId: string; reviewId: string }[]> {
    return tx.query(`
      UPDATE claim_hold SET review_asked_at = $1, version = version + 1 WHERE id IN (
        SELECT id FROM claim_hold WHERE released_at IS NULL AND review_asked_at IS NULL AND review_on <= ($1::timestamptz AT TIME ZONE 'UTC')::date
        ORDER BY review_on, id FOR UPDATE SKIP LOCKED LIMIT $2)
      RETURNING claim_id AS "claimId", review_id AS "reviewId"`, [formatInstant(at), limit]);
  }

  /** Of each scheme, the claim that has waited for its fund longest and that nothing of `others` stops beside; the longest first. The claims are not locked. */
  waitingForFunds(tx: Tx, others: readonly ClaimHoldKind[]): Promise<{ claimId: string; schemeId: string }[]> {
    return tx.query(`
      SELECT "claimId", "schemeId" FROM (
        SELECT DISTINCT ON (c.scheme_id) h.claim_id AS "claimId", c.scheme_id AS "schemeId", h.placed_at, h.id FROM claim_hold h JOIN claim c ON c.id = h.claim_id
        WHERE h.kind = 'fund' AND h.released_at IS NULL AND NOT EXISTS (SELECT FROM claim_hold o WHERE o.claim_id = h.claim_id AND o.released_at IS NULL AND o.kind = ANY ($1))
        ORDER BY c.scheme_id, h.placed_at, h.id) oldest
      ORDER BY placed_at, id`, [others]);
  }

  /** Standing holds of people whose day has come, the longest overdue first. */
  overdue(reader: Reader, at: Instant, limit: number): Promise<ClaimHoldRow[]> {
    return reader.query<ClaimHoldRow>(`
      SELECT ${COLUMNS} FROM claim_hold h WHERE h.released_at IS NULL AND h.review_on <= ($1::timestamptz AT TIME ZONE 'UTC')::date ORDER BY h.review_on, h.id LIMIT $2`,
    [formatInstant(at), limit]);
  }

  /** Oldest first, those that were released as well. */
  of(reader: Reader, claimId: string): Promise<ClaimHoldRow[]> {
    return reader.query<ClaimHoldRow>(`SELECT ${COLUMNS} FROM claim_hold h WHERE h.claim_id = $1 ORDER BY h.id LIMIT 500`, [claimId]);
  }
}
