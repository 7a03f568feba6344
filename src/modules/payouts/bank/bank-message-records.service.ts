import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { PayingAccounts } from '../../funds/index.js';
import { bankMessageEnded } from '../payouts.events.js';
import { BankMessagesRepository, type BankMessageRow, type MessageAbout } from './bank-messages.repository.js';

/** What is written down about a message: that it came and how it ended. */
@Injectable()
export class BankMessageRecords {
  constructor(
    private readonly messages: BankMessagesRepository, private readonly accounts: PayingAccounts, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock,
  ) {}

  async hasAccount(reader: Reader, payingAccountId: string): Promise<boolean> {
    return await this.accounts.find(reader, payingAccountId) !== null;
  }

  find(reader: Reader, id: string): Promise<BankMessageRow | undefined> {
    return this.messages.find(reader, id);
  }

  lock(tx: Tx, id: string): Promise<BankMessageRow | undefined> {
    return this.messages.lock(tx, id);
  }

  /** Of a message that another reading has ended. */
  tidy(tx: Tx, id: string): Promise<void> {
    return this.messages.clearReports(tx, id);
  }

  /** The message, or the one that brought these bytes as the same kind of file before. */
  async received(tx: Tx, ctx: Context, file: Omit<Parameters<BankMessagesRepository['insert']>[1], 'at'>): Promise<{ row: BankMessageRow; isNew: boolean }> {
    const made = await this.messages.insert(tx, { ...file, at: this.clock.now() });
    const row = made ?? await this.messages.byDigest(tx, file);
    if (row === undefined) throw new Error('a bank message is gone');
    if (made !== undefined) {
      await this.audit.record(tx, ctx, { aggregate: { type: 'bank_message', id: row.id }, action: 'bank_message.received', data: { payingAccountId: row.payingAccountId, sha256: row.sha256, byteCount: row.byteCount }, isNew: true });
    }
    return { row, isNew: made !== undefined };
  }

  async end(tx: Tx, ctx: Context, { id, payingAccountId }: BankMessageRow, about: MessageAbout, { counts, refusal }: { counts?: { items: number; moved: number; breaks: number } | undefined; refusal?: Refusal }): Promise<void> {
    const state = refusal === undefined ? 'applied' : 'quarantined';
    await this.messages.clearReports(tx, id);
    await this.messages.end(tx, id, about, { state, at: this.clock.now(), ...(refusal === undefined ? {} : { refusal }), ...(counts === undefined ? {} : { counts }) });
    await this.audit.record(tx, ctx, { aggregate: { type: 'bank_message', id }, action: `bank_message.${state}`, data: { ...counts, faults: about.faultCount, ...(refusal === undefined ? {} : { code: refusal.code }) } });
    await this.events.append(tx, ctx, bankMessageEnded({ messageId: id, payingAccountId, state }));
  }
}
