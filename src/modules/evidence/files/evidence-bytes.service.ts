import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { HOUR, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';

interface Bytes {
  readonly merchantId: string;
  readonly sha256: string;
}

const SWEEP = 'evidence.sweep-bytes';

/** Keeps rows and bytes together: no row without its bytes, and bytes that no row names any more are thrown away. */
@Injectable()
export class EvidenceBytes {
  constructor(
    private readonly files: EvidenceFilesRepository,
    private readonly blobs: BlobStore,
    private readonly work: UnitOfWork,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    jobs.define<Bytes>({ queue: SWEEP, handle: async (_ctx, bytes, tx) => this.#sweep(tx, bytes) });
  }

  /** In the transaction that names the bytes: they are there, and stay until it has ended. */
  async secure(tx: Tx, { merchantId, sha256 }: Bytes): Promise<Result<void>> {
    await this.files.lockBytes(tx, merchantId, sha256);
    return await this.blobs.has(merchantId, sha256) ? ok(undefined) : refuse('platform.busy');
  }

  /** In the transaction that no longer names them. Later, since the same bytes may just be on their way in again. */
  async release(tx: Tx, bytes: Bytes): Promise<void> {
    await this.jobs.enqueue(tx, SWEEP, { merchantId: bytes.merchantId, sha256: bytes.sha256 }, { startAt: (this.clock.now() + HOUR) as Instant });
  }

  /** Bytes that came for a row which then was not written. */
  async dropUnnamed(ctx: Context, bytes: Bytes): Promise<void> {
    const { pendingAnswer: _answer, ...bare } = ctx;
    await this.work.run(bare, (tx) => this.#sweep(tx, bytes));
  }

  open({ merchantId, sha256 }: Bytes): Promise<Readable | undefined> {
    return this.blobs.open(merchantId, sha256);
  }

  async #sweep(tx: Tx, { merchantId, sha256 }: Bytes): Promise<Result<void>> {
    await this.files.lockBytes(tx, merchantId, sha256);
    if (!await this.files.isReferred(tx, merchantId, sha256)) await this.blobs.remove(merchantId, sha256);
    return ok(undefined);
  }
}
