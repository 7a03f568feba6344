import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { BankQueries, PayoutFiles, PracticeBank, type BankMessageView, type BatchView, type BreakView, type PayoutFileView } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';

const NEWEST = 10;

/** The file of a batch that left, and what came from its bank since. */
export interface BatchFilesSheet {
  readonly file: PayoutFileView | undefined;
  /** Of its paying account, the newest. */
  readonly bankFiles: readonly BankMessageView[];
  /** Open ones about this batch. */
  readonly openBreaks: readonly BreakView[];
  readonly mayPractise: boolean;
}

@Injectable()
export class BatchFiles {
  constructor(private readonly files: PayoutFiles, private readonly bank: BankQueries, private readonly practice: PracticeBank) {}

  async of(visit: Visit, batch: BatchView): Promise<BatchFilesSheet> {
    const file = await this.files.about(batch.id);
    return {
      file: file.ok ? file.value : undefined, mayPractise: this.mayPractise(visit, batch), bankFiles: await this.#since(batch, NEWEST),
      openBreaks: (await this.bank.breaksPage({ batchId: batch.id, state: 'open', limit: NEWEST })).items,
    };
  }

  /** The id of the newest file of its bank since it left; empty when there is none. */
  async newestOf(batch: BatchView): Promise<string> {
    return (await this.#since(batch, 1))[0]?.id ?? '';
  }

  /** While the bank has something to answer, and only where there is a bank to practise on. */
  mayPractise({ ctx: { actor } }: Visit, { state }: BatchView): boolean {
    return this.practice.isOpen && isAllowed(actor, 'payout.reconcile') && (state === 'released' || state === 'acknowledged');
  }

  async #since({ payingAccountId, releasedAt }: BatchView, limit: number): Promise<readonly BankMessageView[]> {
    return releasedAt === undefined ? [] : (await this.bank.messagesPage({ payingAccountId, since: releasedAt, limit })).items;
  }
}
