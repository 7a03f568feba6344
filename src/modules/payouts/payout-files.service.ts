import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { BlobStore } from '../../platform/blobs/blob-store.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { requireProof } from '../identity/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { PayoutFileTextsRepository, type FileTextRow } from './payout-file-texts.repository.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';

export interface PayoutFileView {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly byteCount: number;
  /** `no_schema`: the schema was not there when it was written, and it left unchecked by it. */
  readonly schemaCheck: 'valid' | 'no_schema' | 'not_applicable';
  readonly renderedAt: string;
  /** Texts that it holds otherwise than they were typed; left out of files that were written before these were kept. */
  readonly textCount?: number;
}

/** A text of a file beside what was typed. */
export interface FileTextView {
  /** Of the payment in the file, counted from 1; 0 is whoever pays. */
  readonly line: number;
  readonly reference?: string;
  readonly lineId?: string;
  /** The part of a message, or the heading of a column. */
  readonly field: string;
  /** Left out where what was said of the business was erased. */
  readonly typed?: string;
  readonly sent?: string;
  /** Said in the characters that the bank takes, cut to what the column holds, or kept from being computed by a spreadsheet. */
  readonly why: 'characters' | 'cut' | 'formula';
}

/** Files of released batches: the bytes that were written then, for whoever brings them to the bank. */
@Injectable()
export class PayoutFiles {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly releases: PayoutReleasesRepository, private readonly lifecycle: BatchLifecycle,
    private readonly blobs: BlobStore, private readonly clock: Clock, private readonly texts: PayoutFileTextsRepository,
  ) {}

  /** Code: `payouts.file_missing`. */
  async about(batchId: string): Promise<Result<PayoutFileView>> {
    const row = await this.releases.file(this.database.reader, batchId);
    if (row === undefined) return refuse('payouts.file_missing');
    const { name, mediaType, sha256, byteCount, schemaCheck, renderedAt, textCount } = row;
    return ok({ name, mediaType, sha256, byteCount: Number.parseInt(byteCount, 10), schemaCheck, renderedAt: renderedAt.toISOString(), ...(textCount === null ? {} : { textCount }) });
  }

  /** In the order of the file. Code: `payouts.file_missing`. */
  async textsOf(batchId: string, { after, limit }: { after: number; limit: number }): Promise<Result<Page<FileTextView>>> {
    if (await this.releases.file(this.database.reader, batchId) === undefined) return refuse('payouts.file_missing');
    const page = pageOf(await this.texts.list(this.database.reader, batchId, { after, limit: limit + 1 }), limit, ({ n }) => [String(n)]);
    return ok({ ...page, items: page.items.map(fileTextView) });
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

const fileTextView = ({ line, reference, lineId, field, typed, sent, why }: FileTextRow): FileTextView => ({
  line, field, why, ...(reference === null ? {} : { reference }), ...(lineId === null ? {} : { lineId }), ...(typed === null ? {} : { typed }), ...(sent === null ? {} : { sent }),
});
