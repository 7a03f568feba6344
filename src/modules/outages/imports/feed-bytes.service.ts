import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Inbox } from '../../../platform/blobs/inbox.js';

export const MOST_FEED_BYTES = 5 * 1_048_576;

export interface KeptFeed {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Keeps what a source sent as it was sent, by its digest, before anything is made of it. */
@Injectable()
export class FeedBytes {
  constructor(private readonly inbox: Inbox, private readonly blobs: BlobStore) {}

  /** Undefined when it is longer than a feed may be. */
  async keep(sourceId: string, source: AsyncIterable<Uint8Array>): Promise<KeptFeed | undefined> {
    const key = randomUUID();
    if ((await this.inbox.take(key, source, MOST_FEED_BYTES)) === undefined) return undefined;
    try {
      const path = await this.inbox.path(key);
      const bytes = await readFile(path);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await this.blobs.keep(sourceId, sha256, path);
      return { sha256, bytes };
    } finally {
      await this.inbox.discard(key);
    }
  }

  async keepBytes(sourceId: string, bytes: Uint8Array): Promise<KeptFeed | undefined> {
    return this.keep(sourceId, Readable.from([bytes]));
  }

  async open(sourceId: string, sha256: string): Promise<Readable | undefined> {
    return this.blobs.open(sourceId, sha256);
  }

  async kept(sourceId: string, sha256: string): Promise<KeptFeed | undefined> {
    const stream = await this.blobs.open(sourceId, sha256);
    return stream === undefined ? undefined : { sha256, bytes: await buffer(stream) };
  }
}
