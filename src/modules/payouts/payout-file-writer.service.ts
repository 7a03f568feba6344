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
import { PayoutFileTexts, type ChangedTexts } from './payout-file-texts.service.js';
import type { FileRow } from './payout-releases.repository.js';

const MOST_BYTES = 1_000_000_000;

export type WrittenPayoutFile =
  | { readonly file: Omit<FileRow, 'batchId' | 'payingAccountId' | 'renderedAt'>; readonly texts: ChangedTexts; readonly count: number; readonly sumMinor: bigint; readonly refused?: never }
  | { readonly file?: never; readonly refused: { readonly count: number; readonly faults: readonly Refusal[] } };

/**
 * Writes the file of a batch once, judges what goes in and what came out, and keeps its bytes. Opens no transaction; nothing refers to the file yet, and
 * what it changed in texts waits on disk for whoever keeps or discards it.
 */
@Injectable()
export class PayoutFileWriter {
  constructor(private readonly inbox: Inbox, private readonly blobs: BlobStore, private readonly changed: PayoutFileTexts, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

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
    const texts = this.changed.begin();
    let written: WrittenPayoutFile | undefined;
    try {
      written = await this.#judged(owner, profile, { header, payments, onProgress, texts });
      return written;
    } finally {
      if (written?.file === undefined) await texts.discard();
    }
  }

  async #judged(owner: string, profile: PaymentProfile, { payments, ...writing }: Writing): Promise<WrittenPayoutFile> {
    const [key, { header, texts }] = [randomUUID(), writing];
    try {
      const { sha256, byteCount, before } = await this.#render(key, profile, { ...writing, payments });
      if (before.count > 0) return refused(before.count, before.faults);
      const path = await this.inbox.path(key);
      const { findings, schema } = await verifyPaymentFile(profile, header, { bytes: createReadStream(path), instructions: payments() }, this.config.paymentSchemas);
      if (findings.count > 0) return refused(findings.count, findings.faults);
      await this.blobs.keep(owner, sha256, path);
      const media = mediaOf(profile);
      const schemaCheck = schema === 'valid' ? 'valid' : schema === 'none' ? 'not_applicable' : 'no_schema';
      const file = { name: `${header.messageId}.${media.extension}`, mediaType: media.type, profile, sha256, byteCount: String(byteCount), schemaCheck, textCount: texts.count } as const;
      return { file, texts, count: header.count, sumMinor: header.sumMinor };
    } finally {
      await this.inbox.discard(key);
    }
  }

  /** Ends, and its check with it, before the file is read again: each of both keeps every reference. */
  async #render(key: string, profile: PaymentProfile, { header, payments, onProgress, texts }: Writing): Promise<{ sha256: string; byteCount: number; before: Findings }> {
    const [check, hash] = [new BatchCheck(profile, header), createHash('sha256')];
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of renderPaymentFile(profile, header, check.passing(payments()), { onProgress, onChange: (change, reference) => texts.add(change, reference) })) {
        hash.update(piece);
        await texts.flush();
        yield piece;
      }
      await texts.flush(true);
    };
    const byteCount = await this.inbox.take(key, Readable.from(hashed(), { objectMode: false }), MOST_BYTES);
    if (byteCount === undefined) throw new Error('a payment file is longer than a gigabyte');
    return { sha256: hash.digest('hex'), byteCount, before: check.finish() };
  }
}

interface Writing {
  readonly header: BatchHeader;
  readonly payments: () => AsyncIterable<PaymentInstruction>;
  readonly onProgress: (count: number) => void;
  readonly texts: ChangedTexts;
}

const refused = (count: number, faults: readonly Refusal[]): WrittenPayoutFile => ({ refused: { count, faults } });
