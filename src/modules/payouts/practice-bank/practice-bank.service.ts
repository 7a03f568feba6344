import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, money, type Money } from '../../../core/money/index.js';
import { readProfile, type PaymentAccount, type PaymentProfile } from '../../../core/payments/index.js';
import type { CalendarDate } from '../../../core/time/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { DamagedFile } from '../../../platform/payment-files/pain-reader.js';
import { eucKr, utf8 } from '../../../platform/payment-files/pieces.js';
import { PayingAccounts, type PayingAccountEntity } from '../../funds/index.js';
import { benefitResult, billCreditResult, koreanBulkResult, type ResultFileProfile } from '../bank/result-file.profile.js';
import type { PayoutBatchEntity } from '../payout-batch.entity.js';
import { PayoutBatchesRepository } from '../payout-batches.repository.js';
import { PayoutReleasesRepository } from '../payout-releases.repository.js';
import type { BankFormat } from '../views/bank-view.js';
import { noticeMessage, statementDays, statementMessage, statusMessage, type MessageFacts } from './answer-messages.rules.js';
import { planAnswers, sharesOf, type AnswerMix, type AnswerPlan, type NamedAnswers, type SentFile } from './answer-plan.rules.js';
import { resultTable } from './answer-results.rules.js';
import { namesPayments, readSentFile } from './sent-file.importer.js';

export interface PracticeAnswer {
  readonly batchId: string;
  readonly mix: AnswerMix;
  readonly named?: NamedAnswers;
  readonly seed: number;
  /** Codes of ISO 20022; AC04 and AC01 when left out. */
  readonly rejectReason?: string;
  readonly returnReason?: string;
}

/** A file as the practice bank would send it. */
export interface PracticeFile {
  readonly name: string;
  readonly format: BankFormat;
  /** The day on which the bank sends it. */
  readonly on: CalendarDate;
  readonly bytes: () => AsyncGenerator<Uint8Array>;
}

export interface PracticeFiles {
  readonly payingAccountId: string;
  /** In the order of their days. */
  readonly files: readonly PracticeFile[];
}

/** A result table, or messages of ISO 20022 where the money is a bank's and its table names no bulk transfer of a Korean one. */
function resultProfileOf({ method, currency: code }: PayoutBatchEntity, profile: PaymentProfile): ResultFileProfile | undefined {
  switch (method) {
    case 'bill_credit': return billCreditResult(currency(code));
    case 'benefit': return benefitResult(currency(code));
    case 'bank': return profile.format !== 'pain' && profile.accounts.every((kind) => kind === 'kr') ? koreanBulkResult : undefined;
  }
}

const accountOf = (account: PaymentAccount): MessageFacts['account'] => (account.kind === 'iban' ? { iban: account.iban } : { number: account.number });

/**
 * A bank to practise on: it takes the file of a released batch, reads it as a bank does, and answers with any mix of what banks answer. The
 * same batch, mix and seed give the same bytes, but for the balances, which go on from what the account stands at. Not in production.
 */
@Injectable()
export class PracticeBank {
  constructor(
    private readonly database: Database, private readonly batches: PayoutBatchesRepository, private readonly releases: PayoutReleasesRepository, private readonly blobs: BlobStore,
    private readonly accounts: PayingAccounts, @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Where the only bank is the bank itself, there is none to practise on. */
  get isOpen(): boolean {
    return this.config.environment !== 'production';
  }

  /** Codes: `payouts.practice_only`, `payouts.practice_shares`, `payouts.not_found`, `payouts.file_missing`, `payouts.practice_nameless`. */
  async answer(asked: PracticeAnswer): Promise<Result<PracticeFiles>> {
    if (!this.isOpen) return refuse('payouts.practice_only');
    const sum = sharesOf(asked.mix);
    if (sum > 100) return refuse('payouts.practice_shares', { sum }, { pointer: '/mix' });
    const batch = await this.batches.find(this.database.reader, asked.batchId);
    if (batch === null) return refuse('payouts.not_found');
    const account = await this.accounts.find(this.database.reader, batch.payingAccountId);
    if (account === null) return refuse('payouts.not_found');
    const read = await this.#read(batch);
    if (!read.ok) return read;
    const { sent, profile } = read.value;
    const plan = planAnswers(sent, asked.mix, String(asked.seed), asked.named);
    const reasons = { reject: asked.rejectReason ?? 'AC04', return: asked.returnReason ?? 'AC01' };
    const table = resultProfileOf(batch, profile);
    if (table !== undefined) return ok({ payingAccountId: account.id, files: results(table, sent, plan, reasons) });
    const name = `PB${createHash('sha256').update(`${asked.seed} ${sent.messageId}`).digest('hex').slice(0, 12).toUpperCase()}`;
    const original = profile.format === 'pain' ? profile.message : 'pain.001.001.09';
    const facts = { sent, original, name, account: accountOf(account.account), reasons };
    return ok({ payingAccountId: account.id, files: messages(facts, plan, await this.#balance(account)) });
  }

  async #read(batch: PayoutBatchEntity): Promise<Result<{ readonly sent: SentFile; readonly profile: PaymentProfile }>> {
    const file = await this.releases.file(this.database.reader, batch.id);
    const bytes = file === undefined ? undefined : await this.blobs.open(file.payingAccountId, file.sha256);
    const { profile } = readProfile(file?.profile);
    if (bytes === undefined || profile === undefined) return refuse('payouts.file_missing');
    if (!namesPayments(profile)) return refuse('payouts.practice_nameless');
    try {
      return ok({ profile, sent: await readSentFile(profile, bytes, { messageId: batch.messageId, executeOn: batch.executeOn, currency: currency(batch.currency) }) });
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      return refuse('payouts.practice_unreadable', { line: error.line });
    }
  }

  async #balance({ id, currency: code }: PayingAccountEntity): Promise<Money> {
    return money(await this.accounts.bankBalanceMinor(this.database.reader, id), currency(code));
  }
}

const xml = (pieces: Iterable<string>): AsyncGenerator<Uint8Array> => utf8(Readable.from(pieces));

function messages(facts: MessageFacts, plan: AnswerPlan, opening: Money): PracticeFile[] {
  const file = (kind: string, on: CalendarDate, pieces: () => Iterable<string>): PracticeFile => ({ name: `${facts.name}-${on}-${kind}.xml`, format: 'iso20022', on, bytes: () => xml(pieces()) });
  const notices = plan.days.filter((on) => plan.bookings.some((booking) => booking.on === on));
  return [
    file('status', facts.sent.executeOn, () => statusMessage(facts, plan)),
    ...notices.map((on) => file('notice', on, () => noticeMessage(facts, plan, on))),
    ...statementDays(plan).map((days) => file('statement', days.to, () => statementMessage(facts, plan, days, opening))),
  ].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

function results(profile: ResultFileProfile, { messageId }: SentFile, plan: AnswerPlan, reasons: MessageFacts['reasons']): PracticeFile[] {
  const encoded = profile.encoding === 'cp949' ? eucKr : utf8;
  return plan.days.map((on) => ({
    name: `${messageId}-${on}-results.csv`, format: profile.key as BankFormat, on, bytes: () => encoded(Readable.from(resultTable(profile, plan, on, reasons))),
  }));
}
