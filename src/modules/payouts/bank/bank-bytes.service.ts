import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Inbox } from '../../../platform/blobs/inbox.js';

const MOST_BYTES = 500_000_000;

/** The bytes of files from banks, kept with their paying account under their digest and never changed. */
@Injectable()
export class BankBytes {
  constructor(private readonly inbox: Inbox, private readonly blobs: BlobStore) {}

  /** Codes: `payouts.bank_too_large`, `payouts.bank_empty`. */
  async keep(payingAccountId: string, stream: AsyncIterable<Uint8Array>): Promise<Result<{ sha256: string; byteCount: number }>> {
    const [key, hash] = [randomUUID(), createHash('sha256')];
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of stream) {
        hash.update(piece);
        yield piece;
      }
    };
    try {
      const byteCount = await this.inbox.take(key, Readable.from(hashed(), { objectMode: false }), MOST_BYTES);
      if (byteCount === undefined) return refuse('payouts.bank_too_large', { most: MOST_BYTES });
      if (byteCount === 0) return refuse('payouts.bank_empty');
      const sha256 = hash.digest('hex');
      await this.blobs.keep(payingAccountId, sha256, await this.inbox.path(key));
      return ok({ sha256, byteCount });
    } finally {
      await this.inbox.discard(key);
    }
  }
}
