import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, money, type Money } from '../../../core/money/index.js';
import { readProfile, resultLayoutOf, type PaymentAccount, type PaymentProfile } from '../../../core/payments/index.js';
import { csvLine } from '../../../core/text/index.js';
import type { CalendarDate } from '../../../core/time/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { DamagedFile } from '../../../platform/payment-files/pain-reader.js';
import { eucKr, utf8 } from '../../../platform/payment-files/pieces.js';
import { workbook, type SheetCell } from '../../../platform/payment-files/workbook-writer.js';
import { PayingAccounts, type PayingAccountEntity } from '../../funds/index.js';
import type { PayoutBatchEntity } from '../payout-batch.entity.js';
import { PayoutBatchesRepository } from '../payout-batches.repository.js';
import { PayoutReleasesRepository } from '../payout-releases.repository.js';
import type { BankFormat } from '../views/bank-view.js';
import { noticeMessage, statementDays, statementMessage, statusMessage, type MessageFacts } from './answer-messages.rules.js';
import { planAnswers, sharesOf, type AnswerMix, type AnswerPlan, type NamedAnswers, type SentFile } from './answer-plan.rules.js';
import { resultTable, type ResultForm } from './answer-results.rules.js';
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

/** What the account says of tables of results; without it the bank answers in messages of ISO 20022. */
function formOf({ profile: stated }: PayingAccountEntity, sent: PaymentProfile): ResultForm | undefined {
  const { profile } = readProfile(stated);
  const layout = profile === undefined ? undefined : resultLayoutOf(profile);
  return layout === undefined ? undefined : { layout, sent: sent.format === 'pain' ? undefined : sent };
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
    const form = formOf(account, profile);
    if (form === undefined && !namesPayments(profile)) return refuse('payouts.practice_nameless');
    const plan = planAnswers(sent, asked.mix, String(asked.seed), asked.named);
    const reasons = { reject: asked.rejectReason ?? 'AC04', return: asked.returnReason ?? 'AC01' };
    if (form !== undefined) return ok({ payingAccountId: account.id, files: results(form, sent, plan, reasons) });
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

function results(form: ResultForm, { messageId }: SentFile, plan: AnswerPlan, reasons: MessageFacts['reasons']): PracticeFile[] {
  const { format } = form.layout;
  return plan.days.map((on) => ({ name: `${messageId}-${on}-results.${format}`, format: 'result', on, bytes: () => tableBytes(form, resultTable(form, plan, on, reasons)) }));
}

function tableBytes({ layout: { format, encoding, delimiter } }: ResultForm, rows: Generator<readonly SheetCell[]>): AsyncGenerator<Uint8Array> {
  if (format === 'xlsx') return workbook(Readable.from(rows));
  const lines = Readable.from(texts(rows, delimiter));
  return encoding === 'euc-kr' ? eucKr(lines) : utf8(lines);
}

function* texts(rows: Generator<readonly SheetCell[]>, delimiter: string | undefined): Generator<string> {
  for (const cells of rows) yield csvLine(cells.map(({ text }) => text), delimiter);
}
