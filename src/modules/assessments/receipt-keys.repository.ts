import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

@Injectable()
export class ReceiptKeysRepository {
  /** Notes a public key; one that is there stays as it is. */
  async add(tx: Tx, publicKey: string, at: Instant): Promise<void> {
    await tx.query('INSERT INTO receipt_key (public_key, first_used_at) VALUES ($1, $2) ON CONFLICT (public_key) DO NOTHING', [publicKey, formatInstant(at)]);
  }

  /** Newest first. */
  async all(reader: Reader): Promise<string[]> {
    const rows = await reader.query<{ key: string }>('SELECT public_key AS key FROM receipt_key ORDER BY first_used_at DESC, public_key', []);
    return rows.map(({ key }) => key);
  }
}
