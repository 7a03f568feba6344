import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { ok, type Refusal } from '../../../core/errors/index.js';
import { currency } from '../../../core/money/index.js';
import { readProfile, resultLayoutOf } from '../../../core/payments/index.js';
import type { BankReport, FaultReport, MessageReport } from '../../../core/payments/reconcile-reports.js';
import type { Context } from '../../../platform/access/context.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Inbox } from '../../../platform/blobs/inbox.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { keepsToSchema } from '../../../platform/payment-files/message-schema.js';
import type { PayingAccountEntity } from '../../funds/index.js';
import type { BankFaultView } from '../views/bank-view.js';
import { readBankMessage, type BankFileEnd, type SchemaValid } from './bank-file.importer.js';
import { isAccount, numberOf } from './bank-account.rules.js';
import { BankMessagesRepository, type BankMessageRow, type MessageAbout, type NamedOfOurs } from './bank-messages.repository.js';
import { readResultFile, rowsSaid, tableOnDisk } from './result-file.importer.js';
import { writeSaid, type Said } from './said.rules.js';
import { SentRows } from './sent-rows.service.js';

const REPORTS_A_STEP = 2_000;
const MOST_BYTES = 1_000_000_000;
/** How many of the faults are kept; all are counted. */
const MOST_FAULTS = 100;
/** A table of results answers one file of ours, so that its first rows tell which account that left from. */
const MOST_NAMED = 100;

export interface Staged {
  readonly about: MessageAbout;
  /** Under which its reports lie, and how many. */
  readonly reading: string;
  readonly count: number;
  /** Nothing of the file counts. */
  readonly refusal?: Refusal;
}

/** Reads a file to its end before anything of it counts, and lays down what it says in steps that each commit. Begun anew as often as it takes, each time by itself. */
@Injectable()
export class BankStaging {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly messages: BankMessagesRepository, private readonly blobs: BlobStore, private readonly inbox: Inbox, @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly sentRows: SentRows,
  ) {}

  async stage(ctx: Context, message: BankMessageRow, account: PayingAccountEntity): Promise<Staged> {
    const [bytes, key] = [await this.blobs.open(message.payingAccountId, message.sha256), randomUUID()];
    if (bytes === undefined) throw new Error(`the bytes of bank message ${message.id} are gone`);
    try {
      await this.inbox.take(key, bytes, MOST_BYTES);
      return await this.#read(ctx, message, account, await this.inbox.path(key));
    } finally {
      await this.inbox.discard(key);
    }
  }

  async #read(ctx: Context, { id, format, payingAccountId }: BankMessageRow, account: PayingAccountEntity, path: string): Promise<Staged> {
    const [reading, readingId] = [new Reading(account), randomUUID()];
    let said: string[] = [];
    let n = 0;
    const flush = async (): Promise<void> => {
      if (said.length > 0) await this.work.run(ctx, async (tx) => ok(await this.messages.addReports(tx, { messageId: id, reading: readingId }, n, said)));
      n += said.length;
      said = [];
    };
    for await (const report of this.#reports(format, account, path)) {
      const counts = reading.take(report);
      if (reading.refusal !== undefined) break;
      if (counts !== undefined) said.push(writeSaid(counts));
      if (said.length >= REPORTS_A_STEP) await flush();
    }
    await flush();
    if (reading.refusal === undefined) reading.refusal = await this.#ofAnother(payingAccountId, reading.named);
    return { ...reading.staged(), reading: readingId, count: n };
  }

  /** Statuses speak of a file of ours and tables of results of payments, and neither names its account. Code: `payouts.bank_other_account`. */
  async #ofAnother(payingAccountId: string, named: NamedOfOurs): Promise<Refusal | undefined> {
    const other = await this.messages.leftFromOther(this.database.reader, payingAccountId, named);
    return other === undefined ? undefined : otherAccount(numberOf(other));
  }

  #reports(format: BankMessageRow['format'], account: PayingAccountEntity, path: string): AsyncGenerator<BankReport | BankFileEnd> {
    switch (format) {
      case 'iso20022': return readBankMessage(createReadStream(path), {
        decimals: readProfile(account.profile).profile?.statedDecimals ?? 'exact',
        checkSchema: ({ kind, version }) => keepsToSchema(path, version === undefined ? undefined : `${kind}.001.${version}`, this.config.paymentSchemas.directory),
      });
      case 'result': return this.#results(account, path);
    }
  }

  /** Under the layout that the profile of the account has by now. Code: `payouts.bank_no_results`. */
  async* #results({ id, currency: code, profile: stated }: PayingAccountEntity, path: string): AsyncGenerator<BankReport | BankFileEnd> {
    const { profile } = readProfile(stated);
    const layout = profile === undefined ? undefined : resultLayoutOf(profile);
    if (layout === undefined) {
      yield { report: 'refused', refusal: { code: 'payouts.bank_no_results', params: {} } };
      return;
    }
    const [file, reading] = [await tableOnDisk(path), { layout, currency: currency(code) }];
    const rows = layout.columns.reference === undefined ? { rows: await this.sentRows.of(id, layout, await rowsSaid(file, reading)) } : {};
    yield* readResultFile(file, { ...reading, ...rows });
  }
}

const otherAccount = (number: string): Refusal => ({ code: 'payouts.bank_other_account', params: { lastFour: number.slice(-4) } });

/** What is known of a file while its reports go by. */
class Reading {
  refusal: Refusal | undefined;
  #message: MessageReport | undefined;
  #schemaValid: SchemaValid = 'not_checked';
  #faultCount = 0;
  readonly #faults: BankFaultView[] = [];
  #file: string | undefined;
  readonly #payments: string[] = [];

  constructor(private readonly account: Pick<PayingAccountEntity, 'account' | 'currency'>) {}

  /** What of it counts. */
  take(report: BankReport | BankFileEnd): Said | undefined {
    switch (report.report) {
      case 'message': this.#message = report; return undefined;
      case 'fault': this.#fault(report); return undefined;
      case 'end': this.#schemaValid = report.schemaValid; return undefined;
      case 'refused': this.refusal = report.refusal; return undefined;
      case 'statement':
        if (report.account !== undefined && !isAccount(report.account, this.account.account)) this.refusal = otherAccount(report.account);
        return report;
      case 'status': this.#file ??= report.originalMessageId; return this.#counted(report, report.endToEndId);
      case 'booking': return this.#counted(report, report.references.endToEndId);
    }
  }

  get named(): NamedOfOurs {
    return { file: this.#file, payments: this.#payments };
  }

  #counted(report: Said, reference: string | undefined): Said {
    if (reference !== undefined && this.#message?.kind === 'result' && this.#payments.length < MOST_NAMED) this.#payments.push(reference);
    return report;
  }

  #fault({ code, params, place, raw }: FaultReport): void {
    this.#faultCount += 1;
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ code, params, place, ...(raw === undefined ? {} : { raw: raw.replaceAll('\0', '') }) });
  }

  staged(): Pick<Staged, 'about' | 'refusal'> {
    const { kind, version, messageId, createdAt } = this.#message ?? {};
    const about = {
      ...(kind === undefined ? {} : { kind }), ...(version === undefined ? {} : { version }), ...(messageId === undefined ? {} : { messageId: messageId.slice(0, 200) }),
      ...(createdAt === undefined ? {} : { createdAt: createdAt.slice(0, 40) }), schemaValid: this.#schemaValid, faultCount: this.#faultCount, faults: this.#faults,
    };
    return this.refusal === undefined ? { about } : { about, refusal: this.refusal };
  }
}
