import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { MandateAssertions } from '../agents/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { BatchesRepository } from './batches.repository.js';

export const LETTERS = 'claim-batches.letters';
const LETTERS_A_STEP = 100;

/** When a batch has ended, every business in it is asked once, whatever was filed for it; the agent hears once a day. */
@Injectable()
export class BatchLetters implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly batches: BatchesRepository, private readonly lifecycle: BatchLifecycle, private readonly mandates: MandateAssertions,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ batchId: string }>({ queue: LETTERS, step: (ctx, { batchId }, tx) => this.step(tx, ctx, batchId) });
  }

  async step(tx: Tx, ctx: Context, batchId: string): Promise<Result<{ done: boolean }>> {
    const batch = await this.lifecycle.locked(tx, batchId);
    if (!batch.ok) return ok({ done: true });
    const mandates = await this.batches.mandates(tx, batchId, batch.value.letterCursor, LETTERS_A_STEP);
    const last = mandates.at(-1);
    if (last === undefined) return ok({ done: true });
    for (const id of mandates) await this.mandates.askOnce(tx, ctx, id);
    await this.batches.letterSent(tx, batchId, last);
    return ok({ done: false });
  }
}
