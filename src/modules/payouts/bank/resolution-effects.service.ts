import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatMoney } from '../../../core/money/index.js';
import { afterVerdict, reconcileBooking, type Verdict } from '../../../core/payments/reconcile.js';
import type { BookingReport } from '../../../core/payments/reconcile-reports.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Overpayments } from '../overpayments/overpayments.service.js';
import { BankItemsRepository, type ItemRow, type OurLine } from './bank-items.repository.js';
import { EVENT_OF } from './bank-judgement.rules.js';
import { bankPostings, placed } from './bank-postings.rules.js';
import { BatchEndings } from './batch-endings.service.js';
import { BreaksRepository, type BreakRow } from './breaks.repository.js';
import type { Answer } from './breaks.rules.js';
import { LineBooks } from './line-books.service.js';
import { readSaid, reasonOf } from './said.rules.js';

/** For a bank that says no without saying why. */
const NOT_SAID = 'NARR';

interface CountedBooking {
  readonly said: BookingReport;
  readonly key: string;
  readonly bankMinor: bigint;
}

function countedIn({ said: text, bookingKey: key, bankMinor }: ItemRow): CountedBooking | undefined {
  const said = readSaid(text);
  return said.report === 'booking' && key !== null && bankMinor !== null ? { said, key, bankMinor: BigInt(bankMinor) } : undefined;
}

/** What resolutions do to lines and books. The caller holds the lock of the paying account and has asked who may. */
@Injectable()
export class ResolutionEffects {
  constructor(
    private readonly items: BankItemsRepository, private readonly books: LineBooks, private readonly endings: BatchEndings, private readonly overpayments: Overpayments, private readonly breaks: BreaksRepository,
  ) {}

  /** What is left of it in suspense. Codes: `payouts.resolution_line_missing`, `payouts.resolution_line_unfit`, `payouts.resolution_recovery_missing`, and those of a repayment. */
  async take(tx: Tx, ctx: Context, row: BreakRow, answer: Answer): Promise<Result<bigint>> {
    const suspenseMinor = BigInt(row.suspenseMinor);
    switch (answer.resolution) {
      case 'attached': return this.#attach(tx, ctx, row, answer.lineId);
      case 'repayment': return this.#repay(tx, ctx, row, answer);
      case 'difference_accepted': return this.#attach(tx, ctx, row, row.lineId ?? undefined, { isWhole: true });
      case 'confirmed_paid': return this.#confirm(tx, ctx, row, 'settle');
      case 'confirmed_refused': return this.#confirm(tx, ctx, row, 'reject');
      case 'own_money': return this.#place(tx, row, 'capital', suspenseMinor);
      case 'charge': return this.#place(tx, row, 'fees', suspenseMinor);
      case 'bank_error': case 'reversed': case 'noted': case 'by_itself': return ok(suspenseMinor);
    }
  }

  async #place(tx: Tx, { payingAccountId, lineId }: BreakRow, account: 'capital' | 'fees', minor: bigint): Promise<Result<bigint>> {
    await this.books.post(tx, payingAccountId, [{ kind: account === 'capital' ? 'bank_capital' : 'bank_charge', ...(lineId === null ? {} : { lineId }), postings: [{ account: 'suspense', amountMinor: -minor }, { account, amountMinor: minor }] }]);
    return ok(0n);
  }

  /** What a business pays back, as far as it is still owed. */
  async #repay(tx: Tx, ctx: Context, { id, payingAccountId, suspenseMinor }: BreakRow, { recoveryId, note }: Answer): Promise<Result<bigint>> {
    const missing = refuse('payouts.resolution_recovery_missing', {}, { pointer: '/recoveryId' });
    if (recoveryId === undefined) return missing;
    const taken = await this.overpayments.repaid(tx, ctx, recoveryId, { breakId: id, payingAccountId, amountMinor: -BigInt(suspenseMinor), evidence: note ?? `reconciliation break ${id}` });
    if (taken.ok) return ok(BigInt(suspenseMinor) + taken.value);
    return taken.refusal.code === 'payouts.not_found' ? missing : taken;
  }

  /** Two people say what the bank did with a line, or that it did not after all; the bank's own booking may still come, and is then counted for it. */
  async #confirm(tx: Tx, ctx: Context, row: BreakRow, said: 'settle' | 'reject'): Promise<Result<bigint>> {
    const line = await this.#line(tx, row, row.lineId ?? undefined);
    if (!line.ok) return line;
    const { lineId, batchId, amount, state } = line.value;
    const event = said === 'reject' && state === 'settled' ? 'return' : said;
    if (await this.books.move(tx, ctx, event, [event === 'settle' ? { lineId } : { lineId, reason: NOT_SAID }]) === 0) return unfit(line.value);
    if (event !== 'reject') await this.books.post(tx, row.payingAccountId, [{ ...placed('bank_confirmed', event === 'settle' ? amount.minor : -amount.minor), lineId }]);
    if (batchId !== undefined) await this.endings.stand(tx, ctx, batchId, []);
    return ok(0n);
  }

  /** The booking counts for the line, judged as if it named it; with `isWhole` as if it were of its amount, and the difference is what the bank took. */
  async #attach(tx: Tx, ctx: Context, row: BreakRow, lineId: string | undefined, { isWhole = false } = {}): Promise<Result<bigint>> {
    const found = await this.#line(tx, row, lineId);
    if (!found.ok) return found;
    const [line, item] = [found.value, row.itemId === null ? undefined : await this.items.find(tx, row.itemId)];
    const booked = item === undefined ? undefined : countedIn(item);
    if (booked === undefined) return unfit(line);
    const { said, bankMinor } = booked;
    const isDebit = said.direction === 'debit';
    const named = { ...said, entryDirection: said.direction, references: { ...said.references, endToEndId: line.endToEndId }, ...(isWhole ? { amount: line.amount, charges: [] } : {}) };
    const verdict = reconcileBooking(named, line);
    const takenMinor = (isDebit ? -line.amount.minor : line.amount.minor) - bankMinor;
    if (!isCountable(verdict) || takenMinor < 0n) return unfit(line);
    return this.#counted(tx, ctx, row, { booked, line, verdict: { ...verdict, charged: { ...line.amount, minor: takenMinor } } });
  }

  async #counted(tx: Tx, ctx: Context, { payingAccountId }: BreakRow, { booked: { said, key }, line, verdict }: { booked: CountedBooking; line: OurLine; verdict: Verdict }): Promise<Result<bigint>> {
    const { lineId, batchId } = line;
    if (verdict.fact !== 'debited' && verdict.fact !== 'returned') return unfit(line);
    const [kind, reason] = verdict.fact === 'debited' ? ['debit' as const, {}] : ['return' as const, { reason: reasonOf(said.returnReasons) ?? NOT_SAID }];
    if (verdict.to !== undefined && await this.books.move(tx, ctx, EVENT_OF[verdict.fact], [{ lineId, ...reason }]) === 0) return unfit(line);
    await this.items.count(tx, [{ lineId, kind, key }], this.books.now());
    await this.books.post(tx, payingAccountId, [{ kind: 'bank_attached', lineId, postings: bankPostings({ bankMinor: 0n, verdict, line: { before: line, after: afterVerdict(line, verdict) } }) }]);
    await this.breaks.closeAnswered(tx, payingAccountId, this.books.now());
    if (batchId !== undefined) await this.endings.stand(tx, ctx, batchId, []);
    return ok(0n);
  }

  async #line(tx: Tx, { payingAccountId }: BreakRow, lineId: string | undefined): Promise<Result<OurLine>> {
    if (lineId === undefined) return refuse('payouts.resolution_line_missing', {}, { pointer: '/lineId' });
    const line = await this.items.line(tx, payingAccountId, lineId);
    return line === undefined ? refuse('payouts.resolution_line_missing', {}, { pointer: '/lineId' }) : ok(line);
  }
}

/** It is the first of its kind for the line; one that came back, or that people said was paid, stays where it is. */
const isCountable = ({ debitKey, returnKey, remark }: Verdict): boolean => (debitKey ?? returnKey) !== undefined && remark === undefined;

const unfit = ({ state, amount }: OurLine): Result<never> => refuse('payouts.resolution_line_unfit', { state, net: `${formatMoney(amount)} ${amount.currency}` }, { pointer: '/lineId' });
