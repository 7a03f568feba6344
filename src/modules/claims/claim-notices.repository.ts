import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { NoticeKind } from './claim-notices.rules.js';

export interface NewNotice {
  readonly claimId: string;
  readonly merchantId: string;
  readonly kind: NoticeKind;
  readonly entitlementNo: number | undefined;
  readonly objectionNo: number | undefined;
  readonly letterIds: readonly string[];
  readonly offerDays: number;
  readonly objectionDays: number;
  readonly zone: string;
  readonly at: Instant;
  /** When the offer's clock is looked at first; undefined where nothing lapses. */
  readonly lookAt: Instant | undefined;
}

export interface NoticeRow {
  readonly id: string;
  readonly claimId: string;
  readonly kind: NoticeKind;
  readonly entitlementNo: number | null;
  readonly objectionNo: number | null;
  readonly letterIds: readonly string[];
  readonly offerDays: number;
  readonly objectionDays: number;
  readonly zone: string;
  readonly toldAt: Date;
  readonly lookAt: Date | null;
  readonly remindedAt: Date | null;
}

const COLUMNS = `id, claim_id AS "claimId", kind, entitlement_no AS "entitlementNo", objection_no AS "objectionNo", letter_ids AS "letterIds", offer_days AS "offerDays",
  objection_days AS "objectionDays", zone, told_at AS "toldAt", look_at AS "lookAt", reminded_at AS "remindedAt"`;

@Injectable()
export class ClaimNoticesRepository {
  async insert(tx: Tx, rows: readonly NewNotice[]): Promise<void> {
    await tx.named('decision_notice_insert', `
      INSERT INTO decision_notice (claim_id, merchant_id, kind, entitlement_no, objection_no, letter_ids, offer_days, objection_days, zone, told_at, look_at)
      SELECT claim_id, merchant_id, kind, entitlement_no, objection_no, letter_ids::uuid[], offer_days, objection_days, zone, told_at, look_at
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::text[], $7::int[], $8::int[], $9::text[], $10::timestamptz[], $11::timestamptz[])
        AS u (claim_id, merchant_id, kind, entitlement_no, objection_no, letter_ids, offer_days, objection_days, zone, told_at, look_at)`,
    [rows.map(({ claimId }) => claimId), rows.map(({ merchantId }) => merchantId), rows.map(({ kind }) => kind), rows.map(({ entitlementNo }) => entitlementNo ?? null),
      rows.map(({ objectionNo }) => objectionNo ?? null), rows.map(({ letterIds }) => `{${letterIds.join(',')}}`), rows.map(({ offerDays }) => offerDays), rows.map(({ objectionDays }) => objectionDays),
      rows.map(({ zone }) => zone), rows.map(({ at }) => formatInstant(at)), rows.map(({ lookAt }) => (lookAt === undefined ? null : formatInstant(lookAt)))]);
  }

  /** Oldest first. */
  of(reader: Reader, claimIds: readonly string[]): Promise<NoticeRow[]> {
    return reader.named('decision_notice_of', `SELECT ${COLUMNS} FROM decision_notice WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`, [claimIds]);
  }

  /** What is to be looked at by now, in the order of the claims. */
  due(reader: Reader, now: Instant, limit: number): Promise<{ id: string; claimId: string }[]> {
    return reader.query(`
      SELECT id, claim_id AS "claimId" FROM (SELECT id, claim_id FROM decision_notice WHERE look_at <= $1 ORDER BY look_at, id LIMIT $2) due ORDER BY claim_id`, [formatInstant(now), limit]);
  }

  /**
   * Offers to claims begun under mandates that are near their end as the timer last saw them, the next after an id; newest offer only.
   * None whose clock an open objection stops.
   */
  nearEnd(reader: Reader, mandateIds: readonly string[], { now, after, limit }: { readonly now: Instant; readonly after: string | undefined; readonly limit: number }): Promise<{ claimId: string; reference: string }[]> {
    return reader.query(`
      SELECT c.id AS "claimId", c.reference FROM claim c
      JOIN LATERAL (SELECT n.look_at, n.reminded_at FROM decision_notice n WHERE n.claim_id = c.id AND n.entitlement_no IS NOT NULL AND n.kind <> 'grant' ORDER BY n.id DESC LIMIT 1) n ON true
      WHERE c.mandate_id = ANY ($1::uuid[]) AND c.state = 'offered' AND ($2::uuid IS NULL OR c.id > $2) AND n.look_at IS NOT NULL AND (n.reminded_at IS NOT NULL OR n.look_at <= $3)
        AND NOT EXISTS (SELECT FROM objection o WHERE o.claim_id = c.id AND o.outcome IS NULL)
      ORDER BY c.id LIMIT $4`, [mandateIds, after ?? null, formatInstant(now), limit]);
  }

  async lookAgain(tx: Tx, id: string, at: Instant | undefined): Promise<void> {
    await tx.execute('UPDATE decision_notice SET look_at = $2 WHERE id = $1', [id, at === undefined ? null : formatInstant(at)]);
  }

  async reminded(tx: Tx, id: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE decision_notice SET reminded_at = $2 WHERE id = $1', [id, formatInstant(at)]);
  }
}
