import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { BankMessages } from '../bank/bank-messages.service.js';
import { BatchLifecycle } from '../batch-lifecycle.service.js';
import { PracticeBank, type PracticeAnswer, type PracticeFile, type PracticeFiles } from './practice-bank.service.js';

/** What one answer of the API holds; longer ones are written into a folder by the command line. */
const MOST_BYTES = 2_000_000;

export interface PracticeFileView extends Pick<PracticeFile, 'name' | 'format' | 'on'> {
  readonly sha256: string;
  readonly byteCount: number;
  /** Its bytes in base64. */
  readonly content: string;
}

export interface PracticeAnswerView {
  readonly batchId: string;
  readonly files: readonly PracticeFileView[];
  /** Of the files as they were brought in, where that was asked for. */
  readonly messages: readonly string[];
}

async function viewOf({ name, format, on, bytes }: PracticeFile): Promise<PracticeFileView> {
  const content = await buffer(Readable.from(bytes()));
  return { name, format, on, sha256: createHash('sha256').update(content).digest('hex'), byteCount: content.length, content: content.toString('base64') };
}

/** What the practice bank answers, whole and written down; brought in at once like files of a bank, or left to whoever asked. */
@Injectable()
export class PracticeAnswers {
  constructor(private readonly work: UnitOfWork, private readonly bank: PracticeBank, private readonly messages: BankMessages, private readonly lifecycle: BatchLifecycle) {}

  /** Codes as `PracticeBank.answer` and `BankMessages.receive`, `payouts.practice_long`. */
  async of(ctx: Context, { isDelivered = false, ...asked }: PracticeAnswer & { readonly isDelivered?: boolean }): Promise<Result<PracticeAnswerView>> {
    const answered = await this.bank.answer(asked);
    if (!answered.ok) return answered;
    const files: PracticeFileView[] = [];
    for (const file of answered.value.files) {
      files.push(await viewOf(file));
      if (files.reduce((sum, { byteCount }) => sum + byteCount, 0) > MOST_BYTES) return refuse('payouts.practice_long', { most: MOST_BYTES });
    }
    const delivered = isDelivered ? await this.#deliver(ctx, answered.value) : ok([]);
    if (!delivered.ok) return delivered;
    return this.work.run(ctx, async (tx): Promise<Result<PracticeAnswerView>> => {
      await this.lifecycle.note(tx, ctx, asked.batchId, 'payout_batch.practice_answered', { mix: asked.mix, seed: asked.seed, files: files.map(({ name, sha256 }) => ({ name, sha256 })) });
      return ok({ batchId: asked.batchId, files, messages: delivered.value });
    });
  }

  /** Each is a use case of its own, as when a person brings it; what came in before one that is refused has come in. */
  async #deliver({ actor, requestId }: Context, { payingAccountId, files }: PracticeFiles): Promise<Result<readonly string[]>> {
    const ids: string[] = [];
    for (const { name, format, bytes } of files) {
      const received = await this.messages.receive({ actor, requestId }, payingAccountId, { stream: bytes(), fileName: name }, format);
      if (!received.ok) return received;
      ids.push(received.value.id);
    }
    return ok(ids);
  }
}
