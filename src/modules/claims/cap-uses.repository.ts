import { Injectable } from '@nestjs/common';
import type { CapUse } from '../../core/assessment/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

@Injectable()
export class CapUsesRepository {
  /**
   * The caps as the newest decision states them, locked until the commit; with what other claims use of each. Asked in one order by everybody:
   * the keys come sorted.
   */
  async lock(tx: Tx, claimId: string, currency: string, uses: readonly CapUse[]): Promise<{ key: string; othersMinor: string }[]> {
    const found: { key: string; othersMinor: string }[] = [];
    for (const { key, capMinor } of uses) {
      await tx.execute('INSERT INTO cap_use (key, cap_minor, currency) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [key, capMinor.toString(), currency]);
      await tx.query('SELECT FROM cap_use WHERE key = $1 FOR UPDATE', [key]);
      // A statement of its own: it sees what whoever held the lock before has committed.
      const [row] = await tx.query<{ othersMinor: string }>(`
        SELECT (c.used_minor - coalesce((SELECT used_minor FROM cap_use_of_claim WHERE claim_id = $2 AND key = $1), 0))::text AS "othersMinor" FROM cap_use c WHERE c.key = $1`, [key, claimId]);
      found.push({ key, othersMinor: row?.othersMinor ?? '0' });
    }
    return found;
  }

  /** What the claim uses of each from now on; of any other cap, nothing. Violates `cap_use_fits_ck` where it does not fit. */
  async put(tx: Tx, claim: { id: string; merchantId: string; currency: string }, uses: readonly CapUse[]): Promise<void> {
    await tx.execute('DELETE FROM cap_use_of_claim WHERE claim_id = $1 AND NOT (key = ANY ($2::text[]))', [claim.id, uses.map(({ key }) => key)]);
    for (const { key, usedMinor, capMinor } of uses) {
      await tx.execute('UPDATE cap_use SET cap_minor = $2 WHERE key = $1 AND cap_minor <> $2', [key, capMinor.toString()]);
      await tx.execute(`
        INSERT INTO cap_use_of_claim (claim_id, merchant_id, key, used_minor, currency) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (claim_id, key) DO UPDATE SET used_minor = excluded.used_minor`, [claim.id, claim.merchantId, key, usedMinor.toString(), claim.currency]);
    }
  }

  async release(tx: Tx, claimIds: readonly string[]): Promise<void> {
    await tx.execute('DELETE FROM cap_use_of_claim WHERE claim_id = ANY ($1::uuid[])', [claimIds]);
  }

  /** After a reduction a claim uses no more than what it still gets. */
  async lower(tx: Tx, claimId: string, mostMinor: bigint): Promise<void> {
    await tx.execute('UPDATE cap_use_of_claim SET used_minor = $2 WHERE claim_id = $1 AND used_minor > $2', [claimId, mostMinor.toString()]);
  }

  /** What others have used of the caps of each claim's site and business. */
  of(reader: Reader, claims: readonly { id: string; siteId: string; merchantId: string }[]): Promise<{ claimId: string; key: string; usedMinor: string }[]> {
    return reader.named('cap_use_of', `
      SELECT asked.id AS "claimId", c.key, (c.used_minor - coalesce(own.used_minor, 0))::text AS "usedMinor"
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS asked (id, site_id, merchant_id) JOIN cap_use c ON c.holder_id IN (asked.site_id, asked.merchant_id)
      LEFT JOIN cap_use_of_claim own ON own.claim_id = asked.id AND own.key = c.key
      WHERE c.used_minor > coalesce(own.used_minor, 0) ORDER BY c.key`, [claims.map(({ id }) => id), claims.map(({ siteId }) => siteId), claims.map(({ merchantId }) => merchantId)]);
  }
}
