import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { ToldRow } from './told-before.rules.js';

export interface ReadingCounts {
  readonly items: number;
  readonly moved: number;
  readonly breaks: number;
  /** Parts that say something else by now than what was counted of them. */
  readonly stayed: number;
}

export interface ReadingRow {
  readonly n: number;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: 'applied' | 'refused' | null;
  readonly itemCount: number;
  readonly movedCount: number;
  readonly breakCount: number;
  readonly faultCount: number;
  readonly stayedCount: number;
  readonly refusal: Refusal | null;
}

/** How often a file of a bank was read, and what came of it each time. */
@Injectable()
export class BankReadingsRepository {
  /** The number of the reading that is open now. */
  async begin(tx: Tx, messageId: string, { askedBy, at }: { askedBy: string; at: Instant }): Promise<void> {
    await tx.execute(`
      INSERT INTO bank_message_reading (message_id, n, asked_by, asked_at)
      SELECT $1, coalesce((SELECT max(n) FROM bank_message_reading WHERE message_id = $1), 0) + 1, $2, $3`, [messageId, askedBy, formatInstant(at)]);
  }

  async open(reader: Reader, messageId: string): Promise<number | undefined> {
    const [row] = await reader.query<{ n: number }>('SELECT n FROM bank_message_reading WHERE message_id = $1 AND ended_at IS NULL', [messageId]);
    return row?.n;
  }

  /** Whether something of the message counts. */
  async hasApplied(reader: Reader, messageId: string): Promise<boolean> {
    return (await reader.query(`SELECT FROM bank_message_reading WHERE message_id = $1 AND outcome = 'applied' LIMIT 1`, [messageId])).length > 0;
  }

  async end(tx: Tx, messageId: string, { counts, faultCount, refusal, at }: { counts: ReadingCounts; faultCount: number; refusal?: Refusal; at: Instant }): Promise<void> {
    await tx.execute(`
      UPDATE bank_message_reading SET ended_at = $2, outcome = $3, item_count = $4, moved_count = $5, break_count = $6, stayed_count = $7, fault_count = $8, refusal = $9
      WHERE message_id = $1 AND ended_at IS NULL`,
    [messageId, formatInstant(at), refusal === undefined ? 'applied' : 'refused', counts.items, counts.moved, counts.breaks, counts.stayed, faultCount, refusal === undefined ? null : JSON.stringify(refusal)]);
  }

  list(reader: Reader, messageId: string): Promise<ReadingRow[]> {
    return reader.query(`
      SELECT n, asked_by AS "askedBy", asked_at AS "askedAt", ended_at AS "endedAt", outcome, item_count AS "itemCount", moved_count AS "movedCount", break_count AS "breakCount",
        fault_count AS "faultCount", stayed_count AS "stayedCount", refusal FROM bank_message_reading WHERE message_id = $1 ORDER BY n`, [messageId]);
  }

  /** What is laid down of a reading until it counts. */
  reports(tx: Tx, { messageId, reading }: { messageId: string; reading: string }, after: number, limit: number): Promise<{ n: number; said: string; digest: string }[]> {
    return tx.named('bank_reports', 'SELECT n, said::text AS said, md5(said::text) AS digest FROM bank_report WHERE message_id = $1 AND reading = $2 AND n > $3 ORDER BY n LIMIT $4', [messageId, reading, after, limit]);
  }

  /** What earlier readings understood, after one of its items. */
  told(tx: Tx, messageId: string, after: number, limit: number): Promise<(ToldRow & { readonly n: number })[]> {
    return tx.query(`
      SELECT n, md5(said::text) AS digest, booking_key AS "bookingKey", coalesce(kind = 'booking' AND said ->> 'status' = 'BOOK', false) AS "isBooked", (said ->> 'statement')::int AS statement, (said ->> 'entry')::int AS entry,
        (said ->> 'transaction')::int AS transaction, said ->> 'covers' AS covers, remark FROM bank_item WHERE message_id = $1 AND n > $2 ORDER BY n LIMIT $3`, [messageId, after, limit]);
  }
}
