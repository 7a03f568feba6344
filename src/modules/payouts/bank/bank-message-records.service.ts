import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { PayingAccounts } from '../../funds/index.js';
import { bankMessageEnded } from '../payouts.events.js';
import { readingView } from '../views/bank-message-view.js';
import type { BankReadingView } from '../views/bank-view.js';
import { BankReadingsRepository, type ReadingCounts } from './bank-readings.repository.js';
import { BankMessagesRepository, type BankMessageRow, type MessageAbout } from './bank-messages.repository.js';

const NOTHING: ReadingCounts = { items: 0, moved: 0, breaks: 0, stayed: 0 };

/** What is written down about a message: that it came and how it ended. */
@Injectable()
export class BankMessageRecords {
  constructor(
    private readonly messages: BankMessagesRepository, private readonly readings: BankReadingsRepository, private readonly accounts: PayingAccounts, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock,
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
      await this.readings.begin(tx, row.id, { askedBy: row.receivedBy, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'bank_message', id: row.id }, action: 'bank_message.received', data: { payingAccountId: row.payingAccountId, sha256: row.sha256, byteCount: row.byteCount }, isNew: true });
    }
    return { row, isNew: made !== undefined };
  }

  async readingsOf(reader: Reader, id: string): Promise<readonly BankReadingView[]> {
    return (await this.readings.list(reader, id)).map(readingView);
  }

  /** The reading that is open now. */
  reading(reader: Reader, id: string): Promise<number | undefined> {
    return this.readings.open(reader, id);
  }

  /** Code: `payouts.bank_being_read`. */
  async again(tx: Tx, ctx: Context, message: BankMessageRow, askedBy: string): Promise<Result<void>> {
    if (message.state === 'received') return refuse('payouts.bank_being_read');
    await this.readings.begin(tx, message.id, { askedBy, at: this.clock.now() });
    await this.messages.reopen(tx, message.id);
    await this.audit.record(tx, ctx, { aggregate: { type: 'bank_message', id: message.id }, action: 'bank_message.read_again', data: { state: message.state, faults: message.faultCount } });
    return ok(undefined);
  }

  /** Ends the open reading. Counts of a message are those of all its readings; what could not be read is what the last one could not. */
  async end(tx: Tx, ctx: Context, message: BankMessageRow, about: MessageAbout, { counts = NOTHING, refusal }: { counts?: ReadingCounts | undefined; refusal?: Refusal }): Promise<void> {
    const [{ id, payingAccountId }, at] = [message, this.clock.now()];
    const stands = refusal !== undefined && await this.readings.hasApplied(tx, id);
    const state = refusal === undefined || stands ? 'applied' : 'quarantined';
    await this.messages.clearReports(tx, id);
    await this.readings.end(tx, id, { counts, faultCount: about.faultCount, at, ...(refusal === undefined ? {} : { refusal }) });
    const all = { items: message.itemCount + counts.items, moved: message.movedCount + counts.moved, breaks: message.breakCount + counts.breaks };
    if (stands) await this.messages.stand(tx, id, at);
    else await this.messages.end(tx, id, about, { state, at, counts: all, ...(refusal === undefined ? {} : { refusal }) });
    await this.audit.record(tx, ctx, { aggregate: { type: 'bank_message', id }, action: `bank_message.${state}`, data: { ...counts, faults: about.faultCount, ...(refusal === undefined ? {} : { code: refusal.code }) } });
    await this.events.append(tx, ctx, bankMessageEnded({ messageId: id, payingAccountId, state }));
  }
}
