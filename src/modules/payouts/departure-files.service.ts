import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { BatchHeader } from '../../core/payments/index.js';
import { dateAt, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { PayingAccounts } from '../funds/index.js';
import { PaymentInstructions } from './payment-instructions.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import type { PayoutBatchEntity } from './payout-batch.entity.js';
import { PayoutFileTexts } from './payout-file-texts.service.js';
import { PayoutFileWriter, type WrittenPayoutFile } from './payout-file-writer.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';

/** A batch whose file can be written: nothing stops one of its lines at this moment. */
export interface ReadyBatch {
  readonly batch: PayoutBatchEntity;
  readonly profile: object;
  readonly header: BatchHeader;
}

/** What a file is made of, and where it is written. */
@Injectable()
export class DepartureFiles {
  constructor(
    private readonly lines: PaymentLinesRepository, private readonly paying: PayingAccounts, private readonly instructions: PaymentInstructions, private readonly writer: PayoutFileWriter, private readonly clock: Clock,
    private readonly releases: PayoutReleasesRepository, private readonly texts: PayoutFileTexts,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  /** The account a batch leaves from: its bank takes no order for a day that is over there, but moves it or refuses the file. Codes: `payouts.day_over`, `payouts.paying_account_missing`. */
  async inTime(tx: Tx, { payingAccountId, executeOn }: PayoutBatchEntity): Promise<Result<void>> {
    const account = await this.paying.find(tx, payingAccountId);
    if (account === null) return refuse('payouts.paying_account_missing');
    const today = dateAt(this.clock.now(), account.zone);
    return executeOn < today ? refuse('payouts.day_over', { executeOn, today }) : ok(undefined);
  }

  /** Codes: those of `inTime`, `payouts.batch_empty`. */
  async ready(tx: Tx, batch: PayoutBatchEntity, createdAt: Instant): Promise<Result<ReadyBatch>> {
    const inTime = await this.inTime(tx, batch);
    if (!inTime.ok) return inTime;
    const totals = await this.lines.totals(tx, batch.id);
    if (totals.count === 0) return refuse('payouts.batch_empty');
    if (batch.leaving === null) throw new Error(`batch ${batch.id} was locked without its terms`);
    return ok({ batch, profile: batch.leaving.profile, header: this.instructions.header(batch, batch.leaving, totals, createdAt) });
  }

  write({ batch, profile, header }: ReadyBatch, onProgress: (count: number) => void): Promise<WrittenPayoutFile> {
    return this.writer.write({ payingAccountId: batch.payingAccountId, profile }, header, () => this.instructions.of(batch), onProgress);
  }

  /** With every text that it holds otherwise than it was typed. */
  async keep(tx: Tx, batchId: string, { file, texts }: WrittenPayoutFile & { readonly refused?: never }): Promise<void> {
    await this.releases.keepFile(tx, { ...file, batchId, at: this.clock.now() });
    await this.texts.keep(tx, batchId, texts);
  }
}
