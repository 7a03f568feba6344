import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

/** Who of a business has seen which letter about a claim, on the page of the claim. The first sight counts, and stays. */
@Injectable()
export class NoticesRepository {
  /** Of these letters those that the person has seen. */
  async seenBy(reader: Reader, userId: string, letterIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await reader.query<{ id: string }>('SELECT letter_id AS id FROM notice_seen WHERE user_id = $1 AND letter_id = ANY ($2)', [userId, letterIds]);
    return new Set(rows.map(({ id }) => id));
  }

  async see(tx: Tx, seen: { readonly claimId: string; readonly merchantId: string; readonly userId: string; readonly at: Instant; readonly letterIds: readonly string[] }): Promise<void> {
    await tx.execute(`
      INSERT INTO notice_seen (letter_id, user_id, claim_id, merchant_id, seen_at) SELECT unnest($1::uuid[]), $2, $3, $4, $5 ON CONFLICT DO NOTHING`,
    [seen.letterIds, seen.userId, seen.claimId, seen.merchantId, formatInstant(seen.at)]);
  }

  /** When the first person of the business saw each of these letters; none for those that nobody saw. */
  async firstSeen(reader: Reader, letterIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
    const rows = await reader.query<{ id: string; at: Instant }>(`
      SELECT letter_id AS id, (extract(epoch FROM min(seen_at)) * 1000)::float8 AS at FROM notice_seen WHERE letter_id = ANY ($1) GROUP BY letter_id`, [letterIds]);
    return new Map(rows.map(({ id, at }) => [id, at]));
  }
}
