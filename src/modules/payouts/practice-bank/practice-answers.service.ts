import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { BatchLifecycle } from '../batch-lifecycle.service.js';
import { PracticeBank, type PracticeAnswer, type PracticeFile } from './practice-bank.service.js';

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
}

async function viewOf({ name, format, on, bytes }: PracticeFile): Promise<PracticeFileView> {
  const content = await buffer(Readable.from(bytes()));
  return { name, format, on, sha256: createHash('sha256').update(content).digest('hex'), byteCount: content.length, content: content.toString('base64') };
}

/** What the practice bank answers, whole and written down: to be brought in as files of a bank are. */
@Injectable()
export class PracticeAnswers {
  constructor(private readonly work: UnitOfWork, private readonly bank: PracticeBank, private readonly lifecycle: BatchLifecycle) {}

  /** Codes as `PracticeBank.answer`, `payouts.practice_long`. */
  async of(ctx: Context, asked: PracticeAnswer): Promise<Result<PracticeAnswerView>> {
    const answered = await this.bank.answer(asked);
    if (!answered.ok) return answered;
    const files: PracticeFileView[] = [];
    for (const file of answered.value) {
      files.push(await viewOf(file));
      if (files.reduce((sum, { byteCount }) => sum + byteCount, 0) > MOST_BYTES) return refuse('payouts.practice_long', { most: MOST_BYTES });
    }
    return this.work.run(ctx, async (tx): Promise<Result<PracticeAnswerView>> => {
      await this.lifecycle.note(tx, ctx, asked.batchId, 'payout_batch.practice_answered', { mix: asked.mix, seed: asked.seed, files: files.map(({ name, sha256 }) => ({ name, sha256 })) });
      return ok({ batchId: asked.batchId, files });
    });
  }
}
