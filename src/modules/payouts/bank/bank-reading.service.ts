import { Injectable } from '@nestjs/common';
import { ok } from '../../../core/errors/index.js';
import { readProfile } from '../../../core/payments/index.js';
import type { MessageKind } from '../../../core/payments/reconcile-reports.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { PayingAccounts, type PayingAccountEntity } from '../../funds/index.js';
import { BankApplication } from './bank-application.service.js';
import { BankMessageRecords } from './bank-message-records.service.js';
import { BankStaging } from './bank-staging.service.js';

const SECONDS = 900;

/** Reads one file to its end and makes it count in one transaction, or quarantines it. Done again from the beginning as often as it takes; what was read is read again only when somebody asks. */
@Injectable()
export class BankReading {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly accounts: PayingAccounts, private readonly staging: BankStaging, private readonly application: BankApplication,
    private readonly records: BankMessageRecords,
  ) {}

  async perform(ctx: Context, messageId: string): Promise<void> {
    const row = await this.records.find(this.database.reader, messageId);
    const account = row === undefined ? null : await this.accounts.find(this.database.reader, row.payingAccountId);
    if (row?.state !== 'received' || account === null) return;
    const reading = await this.records.reading(this.database.reader, messageId);
    const { about, refusal, ...staged } = await this.staging.stage(ctx, row, account);
    const done = await this.work.run(ctx, async (tx) => {
      await tx.allow(SECONDS);
      await tx.lookUpByIndex();
      const message = await this.records.lock(tx, messageId);
      if (message?.state !== 'received') return ok(await this.records.tidy(tx, messageId));
      // Somebody ended that reading meanwhile, and somebody asked for another, which has a job of its own.
      if (await this.records.reading(tx, messageId) !== reading) return ok(undefined);
      const counts = refusal === undefined ? await this.application.apply(tx, ctx, message, staged, { currency: account.currency, books: booksBy(account.profile, about.kind) }) : undefined;
      return ok(await this.records.end(tx, ctx, message, about, refusal === undefined ? { counts } : { refusal }));
    });
    // Nothing of a message is refused by the books: it is tried again, and then parked where somebody sees it.
    if (!done.ok) throw new Error(`bank message ${messageId}: ${done.refusal.code}`);
  }
}

/** Where the bank tells of a booking in two kinds of message with other references in each, the profile says which of them counts. */
function booksBy(profile: PayingAccountEntity['profile'], kind: MessageKind | undefined): boolean {
  const told = readProfile(profile).profile?.bookings;
  return told === undefined || told === kind || (kind !== 'camt.053' && kind !== 'camt.054');
}
