import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { HOUR, type Instant } from '../../../core/time/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Inbox } from '../../../platform/blobs/inbox.js';
import { Clock } from '../../../platform/clock/clock.js';
import { reportDefect } from '../../../platform/logging/logger.js';
import { HEAD_BYTES, judgeContent, MARKS, TAIL_BYTES, type Judged, type Sample } from './evidence-content.rules.js';
import { statedDay } from './evidence-date.rules.js';
import { EVIDENCE_LIMITS } from './evidence-limits.rules.js';

/** All of a file, and what it is. */
export interface Examined extends Judged {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The day on which the file says that it was made. */
  readonly statedOn: string | undefined;
}

/** Bytes from outside until they are known: received, looked at as a whole, then kept under their digest. Never inside a transaction. */
@Injectable()
export class EvidenceIntake implements OnApplicationBootstrap {
  constructor(private readonly inbox: Inbox, private readonly blobs: BlobStore, private readonly clock: Clock) {}

  /** What a process that died left behind; a day longer than any upload may take. */
  async onApplicationBootstrap(): Promise<void> {
    await this.inbox.sweep((this.clock.now() - 2 * EVIDENCE_LIMITS.unfinishedHours * HOUR) as Instant).catch((error: unknown) => reportDefect('evidence-inbox', error));
  }

  begin(key: string): Promise<Result<void>> {
    return stored(() => this.inbox.begin(key));
  }

  /** A whole file at once, under a key of its own. */
  async take(stream: AsyncIterable<Uint8Array>): Promise<Result<string>> {
    const key = randomUUID();
    const size = await stored(() => this.inbox.take(key, stream, EVIDENCE_LIMITS.fileBytes));
    if (!size.ok) return size;
    return size.value === undefined ? refuse('evidence.upload_large', { limitMegabytes: EVIDENCE_LIMITS.fileBytes / 1_048_576 }) : ok(key);
  }

  bytes(key: string): Promise<Readable> {
    return this.inbox.read(key);
  }

  discard(key: string): Promise<void> {
    return this.inbox.discard(key);
  }

  async examine(key: string, statedName: string | undefined): Promise<Result<Examined>> {
    const { sha256, ...sample } = await this.#read(key);
    const judged = await judgeContent(sample, statedName);
    return judged.ok ? ok({ ...judged.value, sha256, sizeBytes: sample.sizeBytes, statedOn: statedDay(sample, judged.value.mediaType) }) : judged;
  }

  keep(merchantId: string, sha256: string, key: string): Promise<Result<void>> {
    return stored(async () => this.blobs.keep(merchantId, sha256, await this.inbox.path(key)));
  }

  async #read(key: string): Promise<Sample & { sha256: string }> {
    const hash = createHash('sha256');
    const marks = new Set<string>();
    const head: Buffer[] = [];
    let [sizeBytes, headBytes] = [0, 0];
    let last = Buffer.alloc(0);
    for await (const chunk of await this.inbox.read(key) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (headBytes < HEAD_BYTES) head.push(chunk);
      headBytes += chunk.length;
      const fresh = last.length + chunk.length;
      last = Buffer.concat([last, chunk]);
      for (const mark of MARKS) if (last.indexOf(mark, Math.max(0, fresh - chunk.length - mark.length), 'latin1') >= 0) marks.add(mark);
      last = last.subarray(Math.max(0, last.length - TAIL_BYTES));
    }
    return { sha256: hash.digest('hex'), sizeBytes, marks, head: Buffer.concat(head).subarray(0, HEAD_BYTES), tail: last };
  }
}

/** A disk that is full or cannot be written is told apart from a connection that broke: only the first is ours. */
async function stored<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (/^(ENOSPC|EROFS|EACCES|EPERM|EDQUOT|EIO|EMFILE|ENOTDIR)$/.test(code)) return refuse('upload.storage_away');
    throw error;
  }
}
