import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isStaff, userIdOf } from '../../../platform/access/ownership.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { LongJobs, type LongJobView } from '../../../platform/jobs/long-jobs.js';
import { bankMessageView } from '../views/bank-message-view.js';
import type { BankFormat, BankMessageDetail, BankMessageView, ReceivedMessage } from '../views/bank-view.js';
import { BankBytes } from './bank-bytes.service.js';
import { BankMessageRecords } from './bank-message-records.service.js';
import { BankReading } from './bank-reading.service.js';

export const BANK_MESSAGES = 'payouts.bank_messages';
const LONGEST_SECONDS = 1_800;

export interface BankFile {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly fileName?: string;
}

/** Takes files from banks: their bytes are kept for good by what they are, and a job reads them and makes them count. The same bytes as the same kind of file are the same message, and are read again only when somebody asks. */
@Injectable()
export class BankMessages implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly bytes: BankBytes, private readonly jobs: Jobs, private readonly longJobs: LongJobs,
    private readonly records: BankMessageRecords, private readonly reading: BankReading,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ messageId: string }>({ queue: BANK_MESSAGES, expireInSeconds: LONGEST_SECONDS, perform: (ctx, { messageId }) => this.reading.perform(ctx, messageId) });
    this.longJobs.show((ctx, id) => this.#job(ctx, id));
  }

  /** Codes: `payouts.not_found`, `payouts.bank_too_large`, `payouts.bank_empty`. */
  async receive(ctx: Context, payingAccountId: string, { stream, fileName }: BankFile, format: BankFormat = 'iso20022'): Promise<Result<ReceivedMessage>> {
    if (!await this.records.hasAccount(this.database.reader, payingAccountId)) return refuse('payouts.not_found');
    const kept = await this.bytes.keep(payingAccountId, stream);
    return kept.ok ? this.#received(ctx, { payingAccountId, ...kept.value, fileName: nameOf(fileName), format }) : kept;
  }

  #received(ctx: Context, file: { payingAccountId: string; sha256: string; byteCount: number; fileName: string; format: BankFormat }): Promise<Result<ReceivedMessage>> {
    return this.work.run(ctx, async (tx): Promise<Result<ReceivedMessage>> => {
      const made = await this.records.received(tx, ctx, { ...file, receivedBy: userIdOf(ctx.actor) });
      if (made.isNew) await this.jobs.enqueue(tx, BANK_MESSAGES, { messageId: made.row.id });
      return ok({ ...bankMessageView(made.row), isRepeated: !made.isNew });
    });
  }

  /** Code: `payouts.not_found`. */
  async about(id: string): Promise<Result<BankMessageDetail>> {
    const { reader } = this.database;
    const row = await this.records.find(reader, id);
    return row === undefined ? refuse('payouts.not_found') : ok({ ...bankMessageView(row), readings: await this.records.readingsOf(reader, id) });
  }

  /** Reads the kept bytes once more, under what the profile of the account says by now. Codes: `payouts.not_found`, `http.stale`, `payouts.bank_being_read`. */
  readAgain(ctx: Context, id: string, version: number): Promise<Result<BankMessageView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BankMessageView>> => {
      const message = await this.records.lock(tx, id);
      if (message === undefined) return refuse('payouts.not_found');
      if (message.version !== version) return refuse('http.stale', { seen: version, current: message.version });
      const again = await this.records.again(tx, ctx, message, userIdOf(ctx.actor));
      if (!again.ok) return again;
      await this.jobs.enqueue(tx, BANK_MESSAGES, { messageId: id });
      const row = await this.records.find(tx, id);
      return row === undefined ? refuse('payouts.not_found') : ok(bankMessageView(row));
    });
  }

  async #job({ actor }: Context, id: string): Promise<LongJobView | undefined> {
    if (!isStaff(actor) || !isAllowed(actor, 'payout.read')) return undefined;
    const row = await this.records.find(this.database.reader, id);
    if (row === undefined) return undefined;
    const { state, stagedCount, itemCount, refusal } = row;
    return {
      self: `/v1/jobs/${id}`, id, kind: 'bank-message', state: state === 'received' ? 'running' : state === 'applied' ? 'done' : 'failed',
      doneCount: state === 'applied' ? itemCount : stagedCount, totalCount: Math.max(stagedCount, itemCount), result: `/v1/bank-messages/${id}`, ...(refusal === null ? {} : { refusal }),
    };
  }
}

const nameOf = (name = 'bank-message'): string => name.normalize('NFC').replaceAll(/[\p{Cc}/\\]/gu, '_').slice(0, 200);
