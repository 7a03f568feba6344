import { Injectable } from '@nestjs/common';
import type { BookingReport } from '../../../core/payments/reconcile-reports.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { BankItemsRepository } from './bank-items.repository.js';
import { accountKey, BankJudgement, type BatchSaid } from './bank-judgement.rules.js';
import type { BankMessageRow } from './bank-messages.repository.js';
import type { Staged } from './bank-staging.service.js';
import { BatchConclusions } from './batch-conclusions.service.js';
import { BatchSumsRepository } from './batch-sums.repository.js';
import { BreaksRepository, type NewBreak } from './breaks.repository.js';
import { LineBooks } from './line-books.service.js';
import { readSaid, type Said } from './said.rules.js';
import { StatementBalances } from './statement-balances.service.js';
import { ToldBefore } from './told-before.rules.js';
import { BankReadingsRepository, type ReadingCounts } from './bank-readings.repository.js';

const REPORTS_A_STEP = 2_000;

export interface OfAccount {
  readonly currency: string;
  /** Whether messages of its kind tell what was booked on the account. */
  readonly books: boolean;
}

interface Progress extends OfAccount {
  readonly message: BankMessageRow;
  readonly alike: Map<string, number>;
  readonly batchesSaid: (BatchSaid & { readonly itemId: string })[];
  readonly batchIds: Set<string>;
  readonly counts: { items: number; moved: number; breaks: number; stayed: number };
  readonly before: ToldBefore;
}

type Numbered = readonly { readonly n: number; readonly said: Said; readonly key: string }[];

/**
 * Makes what a message says count, all of it in the transaction of the caller, who holds the lock of its paying account. Stretch by stretch: what is ours is
 * looked up and locked, judged in memory, and written with as many statements as for one report.
 */
@Injectable()
export class BankApplication {
  constructor(
    private readonly readings: BankReadingsRepository, private readonly items: BankItemsRepository, private readonly sums: BatchSumsRepository, private readonly breaks: BreaksRepository,
    private readonly conclusions: BatchConclusions, private readonly balances: StatementBalances, private readonly books: LineBooks,
  ) {}

  /** `staged` is what was read of it: all of that counts, or nothing. Of a file that was read before, what earlier readings have not counted. */
  async apply(tx: Tx, ctx: Context, message: BankMessageRow, staged: Pick<Staged, 'reading' | 'count'>, account: OfAccount): Promise<ReadingCounts> {
    const before = await this.#before(tx, message.id, account);
    const progress: Progress = { message, ...account, alike: before.alike, batchesSaid: [], batchIds: new Set(), counts: { items: 0, moved: 0, breaks: 0, stayed: 0 }, before };
    let after = 0;
    while (after < staged.count) {
      const rows = await this.readings.reports(tx, { messageId: message.id, reading: staged.reading }, after, REPORTS_A_STEP);
      if (rows.length === 0) throw new Error(`bank message ${message.id} was read in part only`);
      await this.#stretch(tx, ctx, progress, newOf(rows, progress));
      after = rows.at(-1)?.n ?? after;
    }
    for (const batchId of [...progress.batchIds].sort()) await this.#conclude(tx, ctx, progress, batchId);
    progress.counts.breaks += await this.balances.compare(tx, message, account.currency);
    await this.breaks.closeAnswered(tx, message.payingAccountId, this.books.now());
    return progress.counts;
  }

  /** What was told while another kind of message counted has told nothing yet where this one does by now. */
  async #before(tx: Tx, messageId: string, { books }: OfAccount): Promise<ToldBefore> {
    const before = new ToldBefore();
    for (;;) {
      const rows = await this.readings.told(tx, messageId, before.lastN, REPORTS_A_STEP);
      for (const row of rows) before.take(row, !(books && row.remark === 'told_elsewhere'));
      if (rows.length < REPORTS_A_STEP) return before;
    }
  }

  async #stretch(tx: Tx, ctx: Context, progress: Progress, reports: Numbered): Promise<void> {
    const { id: messageId, payingAccountId } = progress.message;
    const judged = await this.#judge(tx, progress, reports);
    if (judged.items.length > 0) {
      const at = this.books.now();
      const ids = await this.items.add(tx, { messageId, payingAccountId, at }, judged.items);
      const idOf = new Map(judged.items.map(({ n }, place) => [n, ids[place] ?? '']));
      await this.items.count(tx, judged.counts, at);
      for (const [event, lines] of judged.moves) progress.counts.moved += await this.books.move(tx, ctx, event, lines);
      await this.books.post(tx, payingAccountId, judged.postings);
      await this.sums.add(tx, judged.sums.map(({ n, ...sum }) => ({ itemId: idOf.get(n) ?? '', ...sum })));
      await this.#open(tx, progress, judged.breaks.map(({ n, ...one }) => ({ itemId: idOf.get(n) ?? '', ...one })));
      progress.batchesSaid.push(...judged.batchesSaid.map((said) => ({ ...said, itemId: idOf.get(said.itemN) ?? '' })));
      for (const batchId of judged.batchIds) progress.batchIds.add(batchId);
      progress.counts.items += judged.items.length;
    }
    for (const { said } of reports) if (said.report === 'statement') await this.balances.state(tx, progress.message, progress.currency, said);
  }

  async #judge(tx: Tx, { message: { payingAccountId }, currency, books }: Progress, reports: Numbered): Promise<BankJudgement> {
    const lines = new Set<string>();
    const files = new Set<string>();
    for (const { said } of reports) {
      if (said.report === 'status') {
        if (said.level === 'transaction') lines.add(said.endToEndId ?? '');
        else for (const id of [said.originalMessageId, said.originalPaymentId]) files.add(id ?? '');
      } else if (said.report === 'booking') fileOrLine(said, files, lines);
    }
    const judged = new BankJudgement({
      currency, books, lines: await this.items.linesNamed(tx, payingAccountId, [...lines]), batches: await this.items.batchesNamed(tx, payingAccountId, [...files]),
      counted: await this.items.countedKeys(tx, payingAccountId, reports.flatMap(({ key }) => (key === '' ? [] : [key]))),
    });
    for (const { n, said, key } of reports) {
      if (said.report === 'status') judged.status(n, said);
      else if (said.report === 'booking') judged.booking(n, said, key);
    }
    return judged;
  }

  async #conclude(tx: Tx, ctx: Context, progress: Progress, batchId: string): Promise<void> {
    const { message: { id: messageId, payingAccountId }, currency, batchesSaid, counts } = progress;
    const { moved, breaks } = await this.conclusions.conclude(tx, ctx, { messageId, payingAccountId, currency, batchId }, batchesSaid.filter((said) => said.batchId === batchId));
    counts.moved += moved;
    await this.#open(tx, progress, breaks);
  }

  async #open(tx: Tx, { message: { payingAccountId }, currency, counts }: Progress, breaks: readonly NewBreak[]): Promise<void> {
    counts.breaks += await this.breaks.open(tx, { payingAccountId, currency, at: this.books.now() }, breaks);
  }
}

/** What no earlier reading of the file has told, numbered on from theirs. */
function newOf(rows: readonly { n: number; said: string; digest: string }[], { before, alike, counts }: Progress): Numbered {
  return rows.flatMap(({ n, said: text, digest }): Numbered => {
    if (before.isTold(digest)) return [];
    const said = readSaid(text);
    if (said.report !== 'booking') return [{ n: n + before.lastN, said, key: '' }];
    if (before.isCounted(said)) {
      counts.stayed += 1;
      return [];
    }
    return [{ n: n + before.lastN, said, key: accountKey(said, alike) }];
  });
}

function fileOrLine({ covers, references: { messageId, paymentId, endToEndId } }: BookingReport, files: Set<string>, lines: Set<string>): void {
  if (covers === 'batch') files.add(messageId ?? paymentId ?? '');
  else if (endToEndId !== undefined) lines.add(endToEndId);
}
