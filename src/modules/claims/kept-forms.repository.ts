import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface KeptFormRow {
  readonly claimId: string;
  readonly merchantId: string;
  readonly address: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

@Injectable()
export class KeptFormsRepository {
  async insert(tx: Tx, row: KeptFormRow & { tokenHash: string; browserHash: string; keptAt: Instant; endsAt: Instant }): Promise<void> {
    await tx.execute(`
      INSERT INTO kept_form (token_hash, claim_id, merchant_id, browser_hash, address, fields, kept_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.tokenHash, row.claimId, row.merchantId, row.browserHash, row.address, JSON.stringify(row.fields), formatInstant(row.keptAt), formatInstant(row.endsAt)]);
  }

  /** Clears what has ended, and of a claim all but its newest few. */
  async clear(tx: Tx, claimId: string, now: Instant, keep: number): Promise<void> {
    await tx.execute(`
      DELETE FROM kept_form WHERE ends_at <= $2
        OR (claim_id = $1 AND token_hash NOT IN (SELECT token_hash FROM kept_form WHERE claim_id = $1 ORDER BY kept_at DESC LIMIT $3))`,
    [claimId, formatInstant(now), keep]);
  }

  async find(reader: Reader, tokenHash: string, browserHash: string, now: Instant): Promise<KeptFormRow | undefined> {
    const [row] = await reader.query<KeptFormRow>(`
      SELECT claim_id AS "claimId", merchant_id AS "merchantId", address, fields FROM kept_form WHERE token_hash = $1 AND browser_hash = $2 AND ends_at > $3`,
    [tokenHash, browserHash, formatInstant(now)]);
    return row;
  }

  /** The newest that this browser sent to an address. */
  async newest(reader: Reader, claimId: string, { address, browserHash, now }: { readonly address: string; readonly browserHash: string; readonly now: Instant }): Promise<KeptFormRow | undefined> {
    const [row] = await reader.query<KeptFormRow>(`
      SELECT claim_id AS "claimId", merchant_id AS "merchantId", address, fields FROM kept_form WHERE claim_id = $1 AND address = $2 AND browser_hash = $3 AND ends_at > $4
      ORDER BY kept_at DESC LIMIT 1`, [claimId, address, browserHash, formatInstant(now)]);
    return row;
  }

  async removeAt(tx: Tx, claimId: string, { address, browserHash }: { readonly address: string; readonly browserHash: string }): Promise<void> {
    await tx.execute('DELETE FROM kept_form WHERE claim_id = $1 AND address = $2 AND browser_hash = $3', [claimId, address, browserHash]);
  }

  async remove(tx: Tx, tokenHash: string): Promise<void> {
    await tx.execute('DELETE FROM kept_form WHERE token_hash = $1', [tokenHash]);
  }
}
