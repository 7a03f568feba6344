import { Injectable } from '@nestjs/common';
import { LINE_EFFECTS, batchEffect, statusMeaning, type LineFact } from '../../../core/payments/line-status.js';
import { isLeft, reconcileSums } from '../../../core/payments/reconcile.js';
import { currency as currencyOf, money } from '../../../core/money/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AT_BANK_STATES } from '../payment-line.machine.js';
import { FILE_REFUSED } from '../repair/returns.rules.js';
import { BankItemsRepository, type OurLine } from './bank-items.repository.js';
import { EVENT_OF, type BatchSaid } from './bank-judgement.rules.js';
import { clearedMinor, placed } from './bank-postings.rules.js';
import { BatchSumsRepository } from './batch-sums.repository.js';
import { BatchEndings } from './batch-endings.service.js';
import { BreaksRepository, type NewBreak } from './breaks.repository.js';
import { LineBooks } from './line-books.service.js';

const LINES_A_STEP = 5_000;

export interface ConcernedBatch {
  readonly payingAccountId: string;
  readonly currency: string;
  readonly batchId: string;
}

export interface Concerned extends ConcernedBatch {
  readonly messageId: string;
}

export interface Concluded {
  readonly moved: number;
  readonly breaks: readonly NewBreak[];
}

/** What a message means for a batch as a whole, once all that it says of single lines counts: words for the file, sums, and how the batch stands then. */
@Injectable()
export class BatchConclusions {
  constructor(
    private readonly items: BankItemsRepository, private readonly sums: BatchSumsRepository, private readonly breaks: BreaksRepository, private readonly books: LineBooks,
    private readonly endings: BatchEndings,
  ) {}

  /** `said` are the words for the file and the group, with the ids of their items. */
  async conclude(tx: Tx, ctx: Context, of: Concerned, said: readonly (BatchSaid & { readonly itemId: string })[]): Promise<Concluded> {
    const word = said.find(({ status }) => status.level === 'payment') ?? said.at(0);
    const inherited = word === undefined ? 0 : await this.#inherit(tx, ctx, of, word);
    const { moved, breaks } = await this.#allot(tx, ctx, of);
    // Our files have one group of payments: whether the file is refused or its only group is the same.
    const refusal = said.find(({ status }) => batchEffect(status.status) === 'refuse');
    const contradicted = await this.endings.stand(tx, ctx, of.batchId, said.map(({ status }) => batchEffect(status.status)), refusal !== undefined);
    return { moved: inherited + moved, breaks: contradicted && refusal !== undefined ? [...breaks, { kind: 'contradicts', itemId: refusal.itemId, batchId: of.batchId }] : breaks };
  }

  /** The same question once people have said something of a line or a sum: what is left has changed, or what was booked. */
  async again(tx: Tx, ctx: Context, of: ConcernedBatch): Promise<void> {
    const { breaks } = await this.#allot(tx, ctx, of);
    await this.breaks.open(tx, { ...of, at: this.books.now() }, breaks);
    await this.endings.stand(tx, ctx, of.batchId, []);
  }

  /** All that is left was paid by these sums, and what they have beyond it the bank took as its charge; undefined where they have less, or nothing is left. */
  async accept(tx: Tx, ctx: Context, of: ConcernedBatch): Promise<bigint | undefined> {
    const sums = await this.sums.open(tx, of.batchId);
    const takenMinor = sums.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n) - (await this.#leftOf(tx, of.batchId)).minor;
    const [first] = sums;
    if (first === undefined || takenMinor < 0n) return undefined;
    await this.#allotAll(tx, ctx, of, first.bookingKey);
    await this.endings.stand(tx, ctx, of.batchId, []);
    return takenMinor;
  }

  /** The sums are of another batch, or of none: each is a booking by itself again, for somebody to place. */
  async detach(tx: Tx, { payingAccountId, currency, batchId }: ConcernedBatch): Promise<void> {
    const [sums, at] = [await this.sums.open(tx, batchId), this.books.now()];
    await this.sums.allot(tx, batchId, at);
    await this.breaks.open(tx, { payingAccountId, currency, at }, sums.map(({ itemId, amountMinor }) => ({ kind: 'unknown_external', itemId, suspenseMinor: BigInt(amountMinor) })));
  }

  /** Lines that the message does not name have the word of their group, else of the file. What was refused so had nothing wrong with it, whatever the reason. */
  async #inherit(tx: Tx, ctx: Context, { messageId, batchId }: Concerned, { status }: BatchSaid): Promise<number> {
    const fact = statusMeaning(status.status)?.fact;
    if (fact === undefined || fact === 'received') return 0;
    const states = AT_BANK_STATES.filter((state) => LINE_EFFECTS[fact][state].to !== undefined);
    return this.#moveAll(tx, ctx, fact, () => this.items.unnamed(tx, messageId, batchId, states, LINES_A_STEP));
  }

  async #moveAll(tx: Tx, ctx: Context, fact: Exclude<LineFact, 'received'>, next: () => Promise<{ lineId: string }[]>): Promise<number> {
    for (let moved = 0; ;) {
      const lines = await next();
      const done = await this.books.move(tx, ctx, EVENT_OF[fact], lines.map(({ lineId }) => (fact === 'rejected' ? { lineId, reason: FILE_REFUSED } : { lineId })));
      moved += done;
      if (done === 0) return moved;
    }
  }

  /** The sums that are open, against what is left of the batch. */
  async #allot(tx: Tx, ctx: Context, of: ConcernedBatch): Promise<Concluded> {
    const { batchId } = of;
    const sums = await this.sums.open(tx, batchId);
    const [first] = sums;
    if (first === undefined) return { moved: 0, breaks: [] };
    const code = currencyOf(of.currency);
    const left = await this.#leftOf(tx, batchId);
    const verdict = reconcileSums(sums.map(({ amountMinor, lineCount }) => ({ amount: money(BigInt(amountMinor), code), ...(lineCount === null ? {} : { count: BigInt(lineCount) }) })), { amount: money(left.minor, code), count: left.count });
    if (verdict.class === 'amount_differs') {
      const figures = { suspenseMinor: verdict.bookedMinor, statedMinor: verdict.bookedMinor, foundMinor: verdict.leftMinor };
      await this.breaks.restate(tx, { batchId }, figures);
      return { moved: 0, breaks: [{ kind: 'sum_differs', batchId, ...figures }] };
    }
    const moved = await this.#allotAll(tx, ctx, of, first.bookingKey);
    await this.breaks.closeByItself(tx, { batchId }, this.books.now());
    return { moved, breaks: [] };
  }

  async #leftOf(tx: Tx, batchId: string): Promise<{ minor: bigint; count: bigint }> {
    const left = { minor: 0n, count: 0n };
    for await (const lines of this.#left(tx, batchId)) {
      left.count += BigInt(lines.length);
      left.minor += lines.reduce((sum, { amount }) => sum + amount.minor, 0n);
    }
    return left;
  }

  async #allotAll(tx: Tx, ctx: Context, { payingAccountId, batchId }: ConcernedBatch, key: string): Promise<number> {
    let moved = 0;
    for await (const lines of this.#left(tx, batchId)) moved += await this.#debit(tx, ctx, payingAccountId, lines, key);
    await this.sums.allot(tx, batchId, this.books.now());
    return moved;
  }

  async #debit(tx: Tx, ctx: Context, payingAccountId: string, lines: readonly OurLine[], key: string): Promise<number> {
    const settled = lines.filter(({ state }) => LINE_EFFECTS.debited[state].to === 'settled');
    const done = await this.books.move(tx, ctx, 'settle', settled.map(({ lineId }) => ({ lineId })));
    await this.items.count(tx, lines.map(({ lineId }) => ({ lineId, kind: 'debit', key })), this.books.now());
    const minor = settled.reduce((sum, { amount }) => sum + clearedMinor('settled', amount.minor), 0n);
    await this.books.post(tx, payingAccountId, [placed('bank_sum', minor)]);
    return done;
  }

  /** Lines of a batch that wait to be found in a sum. */
  async *#left(tx: Tx, batchId: string): AsyncGenerator<OurLine[]> {
    for await (const lines of this.items.allOf(tx, batchId)) {
      const left = lines.filter(isLeft);
      if (left.length > 0) yield left;
    }
  }
}
