import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { BatchCheck, readProfile, type BatchHeader, type Findings, type PaymentInstruction, type PaymentProfile } from '../../core/payments/index.js';
import { BlobStore } from '../../platform/blobs/blob-store.js';
import { Inbox } from '../../platform/blobs/inbox.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { mediaOf, renderPaymentFile } from '../../platform/payment-files/render.js';
import { verifyPaymentFile } from '../../platform/payment-files/verify.js';
import { RefusedStream } from './payment-instructions.service.js';
import type { FileRow } from './payout-releases.repository.js';

const MOST_BYTES = 1_000_000_000;

export type WrittenPayoutFile =
  | { readonly file: Omit<FileRow, 'batchId' | 'payingAccountId' | 'renderedAt'>; readonly count: number; readonly sumMinor: bigint; readonly refused?: never }
  | { readonly file?: never; readonly refused: { readonly count: number; readonly faults: readonly Refusal[] } };

/** Writes the file of a batch once, judges what goes in and what came out, and keeps its bytes. Opens no transaction; nothing refers to the file yet. */
@Injectable()
export class PayoutFileWriter {
  constructor(private readonly inbox: Inbox, private readonly blobs: BlobStore, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Kept with the paying account. `payments` gives the instructions from the beginning each time it is called. */
  async write({ payingAccountId, profile: stated }: { payingAccountId: string; profile: object }, header: BatchHeader, payments: () => AsyncIterable<PaymentInstruction>, onProgress: (count: number) => void): Promise<WrittenPayoutFile> {
    const { profile, faults } = readProfile(stated);
    if (profile === undefined) return refused(faults.length, faults);
    try {
      return await this.#write(payingAccountId, profile, header, payments, onProgress);
    } catch (error) {
      if (error instanceof RefusedStream) return refused(1, [error.refusal]);
      throw error;
    }
  }

  async #write(owner: string, profile: PaymentProfile, header: BatchHeader, payments: () => AsyncIterable<PaymentInstruction>, onProgress: (count: number) => void): Promise<WrittenPayoutFile> {
    const key = randomUUID();
    try {
      const { sha256, byteCount, before } = await this.#render(key, profile, header, payments(), onProgress);
      if (before.count > 0) return refused(before.count, before.faults);
      const path = await this.inbox.path(key);
      const { findings, schema } = await verifyPaymentFile(profile, header, { bytes: createReadStream(path), instructions: payments() }, this.config.paymentSchemas);
      if (findings.count > 0) return refused(findings.count, findings.faults);
      await this.blobs.keep(owner, sha256, path);
      const media = mediaOf(profile);
      const schemaCheck = schema === 'valid' ? 'valid' : schema === 'none' ? 'not_applicable' : 'no_schema';
      return { file: { name: `${header.messageId}.${media.extension}`, mediaType: media.type, profile, sha256, byteCount: String(byteCount), schemaCheck }, count: header.count, sumMinor: header.sumMinor };
    } finally {
      await this.inbox.discard(key);
    }
  }

  /** Ends, and its check with it, before the file is read again: each of both keeps every reference. */
  async #render(key: string, profile: PaymentProfile, header: BatchHeader, payments: AsyncIterable<PaymentInstruction>, onProgress: (count: number) => void): Promise<{ sha256: string; byteCount: number; before: Findings }> {
    const [check, hash] = [new BatchCheck(profile, header), createHash('sha256')];
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of renderPaymentFile(profile, header, check.passing(payments), { onProgress })) {
        hash.update(piece);
        yield piece;
      }
    };
    const byteCount = await this.inbox.take(key, Readable.from(hashed(), { objectMode: false }), MOST_BYTES);
    if (byteCount === undefined) throw new Error('a payment file is longer than a gigabyte');
    return { sha256: hash.digest('hex'), byteCount, before: check.finish() };
  }
}

const refused = (count: number, faults: readonly Refusal[]): WrittenPayoutFile => ({ refused: { count, faults } });
