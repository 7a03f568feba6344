import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { BlobStore } from '../../platform/blobs/blob-store.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { requireProof } from '../identity/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';

export interface PayoutFileView {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly byteCount: number;
  /** `no_schema`: the schema was not there when it was written, and it left unchecked by it. */
  readonly schemaCheck: 'valid' | 'no_schema' | 'not_applicable';
  readonly renderedAt: string;
}

/** Files of released batches: the bytes that were written then, for whoever brings them to the bank. */
@Injectable()
export class PayoutFiles {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly releases: PayoutReleasesRepository, private readonly lifecycle: BatchLifecycle,
    private readonly blobs: BlobStore, private readonly clock: Clock,
  ) {}

  /** Code: `payouts.file_missing`. */
  async about(batchId: string): Promise<Result<PayoutFileView>> {
    const row = await this.releases.file(this.database.reader, batchId);
    if (row === undefined) return refuse('payouts.file_missing');
    const { name, mediaType, sha256, byteCount, schemaCheck, renderedAt } = row;
    return ok({ name, mediaType, sha256, byteCount: Number.parseInt(byteCount, 10), schemaCheck, renderedAt: renderedAt.toISOString() });
  }

  /** Whole account numbers are in it: asks for a fresh proof, and every download is noted. Codes: `payouts.file_missing`, `identity.proof_needed`. */
  async open(ctx: Context, batchId: string): Promise<Result<PayoutFileView & { readonly bytes: Readable }>> {
    const [about, row] = [await this.about(batchId), await this.releases.file(this.database.reader, batchId)];
    if (!about.ok || row === undefined) return refuse('payouts.file_missing');
    const noted = await this.work.run(ctx, async (tx): Promise<Result<void>> => {
      const proved = requireProof(ctx.actor, this.clock.now());
      if (!proved.ok) return proved;
      await this.lifecycle.note(tx, ctx, batchId, 'payout_batch.file_downloaded', { sha256: about.value.sha256 });
      return ok(undefined);
    });
    if (!noted.ok) return noted;
    const bytes = await this.blobs.open(row.payingAccountId, row.sha256);
    return bytes === undefined ? refuse('payouts.file_missing') : ok({ ...about.value, bytes });
  }
}
