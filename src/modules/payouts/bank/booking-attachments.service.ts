import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money } from '../../../core/money/index.js';
import { afterVerdict, reconcileBooking, type Verdict } from '../../../core/payments/reconcile.js';
import type { BookingReport } from '../../../core/payments/reconcile-reports.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { BankItemsRepository, type ItemRow, type OurLine } from './bank-items.repository.js';
import { EVENT_OF } from './bank-judgement.rules.js';
import { bankPostings } from './bank-postings.rules.js';
import { BatchConclusions } from './batch-conclusions.service.js';
import { BatchSumsRepository } from './batch-sums.repository.js';
import type { BreakRow } from './breaks.repository.js';
import { LineBooks } from './line-books.service.js';
import { NOT_SAID, readSaid, reasonOf } from './said.rules.js';

interface CountedBooking {
  readonly said: BookingReport;
  readonly key: string;
  readonly bankMinor: bigint;
}

interface Counted {
  readonly line: OurLine;
  readonly verdict: Verdict;
}

function countedIn({ said: text, bookingKey: key, bankMinor }: ItemRow): CountedBooking | undefined {
  const said = readSaid(text);
  return said.report === 'booking' && key !== null && bankMinor !== null ? { said, key, bankMinor: BigInt(bankMinor) } : undefined;
}

/** How a booking is said to be of payments: `isWhole` where what the bank took beyond them is its charge, `rest` is another booking that has the rest of them. */
interface Manner {
  readonly isWhole?: boolean;
  readonly rest?: BreakRow | undefined;
}

/** Bookings that name none of our payments, or not as they are, and of which people say what they are of. */
@Injectable()
export class BookingAttachments {
  constructor(
    private readonly items: BankItemsRepository, private readonly sums: BatchSumsRepository, private readonly conclusions: BatchConclusions, private readonly books: LineBooks,
  ) {}

  /**
   * The booking counts for each of the lines, judged as if it named it; nothing of it is left in suspense. Codes: `payouts.resolution_line_missing`, `payouts.resolution_line_unfit`, `payouts.resolution_sum_unfit`.
   * Edge: a debit or a return may be of several lines that the bank booked in one sum.
   */
  async toLines(tx: Tx, ctx: Context, row: BreakRow, lineIds: readonly string[], { isWhole = false, rest }: Manner = {}): Promise<Result<bigint>> {
    const lines = await this.items.linesLocked(tx, row.payingAccountId, lineIds);
    const [first] = lines;
    if (first === undefined || lines.length < new Set(lineIds).size) return lineMissing;
    const booked = await this.#booked(tx, row);
    if (booked === undefined) return unfit(first);
    const besideMinor = await this.#beside(tx, booked, rest);
    return besideMinor === undefined ? this.#sumUnfit(booked, lines, row) : this.#place(tx, ctx, row, booked, { lines, isWhole, besideMinor });
  }

  /** What the rest of a booking has; undefined where that is no whole booking, or goes the other way. */
  async #beside(tx: Tx, { said }: CountedBooking, rest: BreakRow | undefined): Promise<bigint | undefined> {
    if (rest === undefined) return 0n;
    const beside = await this.#booked(tx, rest);
    return beside?.said.direction === said.direction && !isPlacedInPart(rest, beside) ? beside.bankMinor : undefined;
  }

  /**
   * The booking is a sum of the batch: it settles what is left of it, if that is as much; else the sums differ, and that is what is open then. A credit is of all that was debited and has not come back.
   * Codes: `payouts.resolution_batch_missing`, `payouts.resolution_sum_unfit`.
   */
  async toBatch(tx: Tx, ctx: Context, row: BreakRow, batchId: string): Promise<Result<bigint>> {
    const { payingAccountId, currency, itemId } = row;
    const booked = await this.#booked(tx, row);
    if (itemId === null || booked === undefined || !await this.items.isReleased(tx, payingAccountId, batchId)) return refuse('payouts.resolution_batch_missing', {}, { pointer: '/batchId' });
    if (isPlacedInPart(row, booked)) return this.#sumUnfit(booked, [], row);
    if (booked.said.direction === 'credit') return this.#allBack(tx, ctx, row, booked, batchId);
    await this.sums.add(tx, [{ itemId, batchId, key: booked.key, minor: -booked.bankMinor, ...(booked.said.batchCount === undefined ? {} : { count: booked.said.batchCount }) }]);
    await this.conclusions.again(tx, ctx, { payingAccountId, currency, batchId });
    return ok(0n);
  }

  /** Every payment of a batch that was debited and has not come back, in one credit. */
  async #allBack(tx: Tx, ctx: Context, row: BreakRow, booked: CountedBooking, batchId: string): Promise<Result<bigint>> {
    const lines: OurLine[] = [];
    for await (const some of this.items.allOf(tx, batchId)) lines.push(...some.filter(({ debitKey, returnKey }) => debitKey !== undefined && returnKey === undefined));
    return lines.length === 0 ? this.#sumUnfit(booked, lines, row) : this.#place(tx, ctx, row, booked, { lines });
  }

  /** The booking, with what another has of the same, is of all these lines: of exactly their sum and the charges it states, or, with `isWhole`, of anything beyond. */
  async #place(tx: Tx, ctx: Context, row: BreakRow, booked: CountedBooking, { lines, isWhole = false, besideMinor = 0n }: { lines: readonly OurLine[]; isWhole?: boolean; besideMinor?: bigint }): Promise<Result<bigint>> {
    const { said, bankMinor } = booked;
    const oursMinor = lines.reduce((sum, { amount }) => sum + amount.minor, 0n);
    const takenMinor = (said.direction === 'debit' ? -oursMinor : oursMinor) - bankMinor - besideMinor;
    const fits = isWhole ? takenMinor >= 0n : takenMinor === 0n || takenMinor === includedIn(said, row.currency);
    if (!fits || isPlacedInPart(row, booked)) return this.#sumUnfit(booked, lines, row);
    const counted = countedFor(lines, said, takenMinor);
    return counted.ok ? this.#count(tx, ctx, row, booked, counted.value) : counted;
  }

  async #booked(tx: Tx, { itemId }: Pick<BreakRow, 'itemId'>): Promise<CountedBooking | undefined> {
    const item = itemId === null ? undefined : await this.items.find(tx, itemId);
    return item === undefined ? undefined : countedIn(item);
  }

  async #count(tx: Tx, ctx: Context, { payingAccountId, currency }: BreakRow, { said, key }: CountedBooking, counted: readonly Counted[]): Promise<Result<bigint>> {
    const [kind, fact, reason] = said.direction === 'debit' ? ['debit' as const, 'debited' as const, {}] : ['return' as const, 'returned' as const, { reason: reasonOf(said.returnReasons) ?? NOT_SAID }];
    const moving = counted.filter(({ verdict }) => verdict.to !== undefined).map(({ line: { lineId } }) => ({ lineId, ...reason }));
    if (await this.books.move(tx, ctx, EVENT_OF[fact], moving) !== moving.length) throw new Error('a line moved that was locked');
    await this.items.count(tx, counted.map(({ line: { lineId } }) => ({ lineId, kind, key })), this.books.now());
    await this.books.post(tx, payingAccountId, counted.map(({ line, verdict }) => ({ kind: 'bank_attached', lineId: line.lineId, postings: bankPostings({ bankMinor: 0n, verdict, line: { before: line, after: afterVerdict(line, verdict) } }) }))
      .filter(({ postings }) => postings.length > 0));
    for (const batchId of new Set(counted.flatMap(({ line }) => line.batchId ?? []))) await this.conclusions.again(tx, ctx, { payingAccountId, currency, batchId });
    return ok(0n);
  }

  #sumUnfit({ bankMinor }: CountedBooking, lines: readonly OurLine[], { currency }: BreakRow): Result<never> {
    const [line, ...others] = lines;
    if (line !== undefined && others.length === 0) return unfit(line);
    return sumUnfit({ bookedMinor: bankMinor < 0n ? -bankMinor : bankMinor, oursMinor: lines.reduce((sum, { amount }) => sum + amount.minor, 0n), currency });
  }
}

/** Each line with what the booking says of it; what the bank took beyond them stands with the first. */
function countedFor(lines: readonly OurLine[], said: BookingReport, takenMinor: bigint): Result<readonly Counted[]> {
  const counted = lines.map((line) => ({ line, verdict: asIfNamed(said, line) }));
  const wrong = counted.find(({ verdict }) => !isCountable(verdict));
  if (wrong !== undefined) return unfit(wrong.line);
  return ok(counted.map(({ line, verdict }, place) => (place === 0 ? { line, verdict: { ...verdict, charged: { ...line.amount, minor: takenMinor } } } : { line, verdict })));
}

/** Some of it is placed elsewhere already: the rest is no whole booking any more. */
const isPlacedInPart = ({ suspenseMinor }: BreakRow, { bankMinor }: CountedBooking): boolean => BigInt(suspenseMinor) !== -bankMinor;

/** As if it named the line and were of its amount: what it is of by its sum is asked before. */
const asIfNamed = (said: BookingReport, line: OurLine): Verdict =>
  reconcileBooking({ ...said, entryDirection: said.direction, references: { ...said.references, endToEndId: line.endToEndId }, amount: line.amount, charges: [] }, { ...line, isDoubled: false });

const includedIn = ({ charges }: BookingReport, currency: string): bigint => charges.filter(({ amount, isIncluded }) => isIncluded && amount.currency === currency).reduce((sum, { amount }) => sum + amount.minor, 0n);

/** It is the first of its kind for the line; one that came back, or that people said was paid, stays where it is. */
const isCountable = ({ debitKey, returnKey, remark }: Verdict): boolean => (debitKey ?? returnKey) !== undefined && remark === undefined;

export const lineMissing = refuse('payouts.resolution_line_missing', {}, { pointer: '/lineIds' });
export const unfit = ({ endToEndId, state, amount }: OurLine): Result<never> => refuse('payouts.resolution_line_unfit', { reference: endToEndId, state, net: `${formatMoney(amount)} ${amount.currency}` }, { pointer: '/lineIds' });

export function sumUnfit({ bookedMinor, oursMinor, currency }: { readonly bookedMinor: bigint; readonly oursMinor: bigint; readonly currency: string }): Result<never> {
  const code = currencyOf(currency);
  return refuse('payouts.resolution_sum_unfit', { booked: formatMoney(money(bookedMinor, code)), ours: formatMoney(money(oursMinor, code)), currency }, { pointer: '/lineIds' });
}
