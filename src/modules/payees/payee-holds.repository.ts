import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface HoldRow {
  readonly id: string;
  readonly accountId: string;
  readonly placedAt: Date;
  /** Null: by the link of a letter. */
  readonly placedBy: string | null;
  readonly version: number;
}

/** A stop with its whole life, for those who look after them. */
export interface HoldRecordRow extends HoldRow {
  readonly placedReasonDigest: string | null;
  readonly releasedAt: Date | null;
  readonly releasedBy: string | null;
  readonly reasonDigest: string | null;
}

export interface RevealRow {
  readonly accountId: string;
  readonly userId: string;
  readonly reasonDigest: string;
  readonly at: Date;
}

/** Who places a stop, and why; nobody where the link of a letter does. */
export interface PlacedBy {
  readonly userId: string;
  readonly reasonDigest: string;
}

const HOLD = 'id, account_id AS "accountId", placed_at AS "placedAt", placed_by AS "placedBy", version';

@Injectable()
export class PayeeHoldsRepository {
  async open(reader: Reader, merchantId: string): Promise<HoldRow | undefined> {
    const [row] = await reader.query<HoldRow>(
      `SELECT ${HOLD} FROM payee_hold WHERE merchant_id = $1 AND released_at IS NULL`, [merchantId]);
    return row;
  }

  /** One stop at a time: a second one changes nothing. */
  async place(tx: Tx, hold: { merchantId: string; accountId: string; at: Instant }, by?: PlacedBy): Promise<boolean> {
    return await tx.execute(
      'INSERT INTO payee_hold (merchant_id, account_id, placed_at, placed_by, placed_reason_digest) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [hold.merchantId, hold.accountId, formatInstant(hold.at), by?.userId ?? null, by?.reasonDigest ?? null]) === 1;
  }

  /** Stops that stand, the longest first. */
  standing(reader: Reader, wanted: { after?: string; limit: number }): Promise<{ id: string; merchantId: string; accountId: string; placedAt: Date; byStaff: boolean }[]> {
    return reader.query(`
      SELECT id, merchant_id AS "merchantId", account_id AS "accountId", placed_at AS "placedAt", placed_by IS NOT NULL AS "byStaff" FROM payee_hold
      WHERE released_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`, [wanted.after ?? null, wanted.limit]);
  }

  async countStanding(reader: Reader): Promise<number> {
    const [row] = await reader.query<{ count: number }>('SELECT count(*)::int AS count FROM payee_hold WHERE released_at IS NULL');
    return row?.count ?? 0;
  }

  /** The stops of a merchant, newest first. */
  ofMerchant(reader: Reader, merchantId: string): Promise<HoldRecordRow[]> {
    return reader.query<HoldRecordRow>(`
      SELECT ${HOLD}, placed_reason_digest AS "placedReasonDigest", released_at AS "releasedAt", released_by AS "releasedBy", reason_digest AS "reasonDigest"
      FROM payee_hold WHERE merchant_id = $1 ORDER BY id DESC LIMIT 100`, [merchantId]);
  }

  /** Readings of whole numbers of a merchant, newest first. */
  revealsOf(reader: Reader, merchantId: string): Promise<RevealRow[]> {
    return reader.query<RevealRow>(`
      SELECT account_id AS "accountId", user_id AS "userId", reason_digest AS "reasonDigest", at FROM payee_reveal WHERE merchant_id = $1 ORDER BY id DESC LIMIT 100`, [merchantId]);
  }

  async release(tx: Tx, hold: HoldRow, by: { userId: string; reasonDigest: string; at: Instant }): Promise<boolean> {
    return await tx.execute(
      'UPDATE payee_hold SET released_at = $3, released_by = $4, reason_digest = $5, version = version + 1 WHERE id = $1 AND version = $2 AND released_at IS NULL',
      [hold.id, hold.version, formatInstant(by.at), by.userId, by.reasonDigest]) === 1;
  }

  /** Every reading of a whole number; read before it is given out. */
  async noteReveal(tx: Tx, reveal: { merchantId: string; accountId: string; userId: string; reasonDigest: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO payee_reveal (merchant_id, account_id, user_id, reason_digest, at) VALUES ($1, $2, $3, $4, $5)',
      [reveal.merchantId, reveal.accountId, reveal.userId, reveal.reasonDigest, formatInstant(reveal.at)]);
  }

  /** Held until the commit, so that two reveals by one person count each other. */
  async lockReveals(tx: Tx, userId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 20))', [userId]);
  }

  async revealsSince(reader: Reader, userId: string, since: Instant): Promise<{ count: number; oldest: Instant }> {
    const [row] = await reader.query<{ count: number; oldest: number | null }>(
      'SELECT count(*)::int AS count, (extract(epoch FROM min(at)) * 1000)::float8 AS oldest FROM payee_reveal WHERE user_id = $1 AND at > $2', [userId, formatInstant(since)]);
    return { count: row?.count ?? 0, oldest: (row?.oldest ?? since) as Instant };
  }
}
