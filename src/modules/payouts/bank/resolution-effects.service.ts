import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { LapsedLines } from '../repair/lapsed-lines.service.js';
import { Overpayments } from '../overpayments/overpayments.service.js';
import { BankItemsRepository } from './bank-items.repository.js';
import { placed } from './bank-postings.rules.js';
import { BatchConclusions } from './batch-conclusions.service.js';
import { BookingAttachments, lineMissing, sumUnfit, unfit } from './booking-attachments.service.js';
import type { BreakRow } from './breaks.repository.js';
import type { Answer } from './breaks.rules.js';
import { LineBooks } from './line-books.service.js';
import { NOT_SAID } from './said.rules.js';

/** What resolutions do to lines and books. The caller holds the lock of the paying account and has asked who may. */
@Injectable()
export class ResolutionEffects {
  constructor(
    private readonly items: BankItemsRepository, private readonly books: LineBooks, private readonly conclusions: BatchConclusions, private readonly overpayments: Overpayments,
    private readonly attachments: BookingAttachments, private readonly lapsed: LapsedLines,
  ) {}

  /** What is left of it in suspense. Codes: those of `BookingAttachments`, `payouts.resolution_recovery_missing`, and those of a repayment. */
  async take(tx: Tx, ctx: Context, row: BreakRow, answer: Answer, other?: BreakRow): Promise<Result<bigint>> {
    const suspenseMinor = BigInt(row.suspenseMinor);
    switch (answer.resolution) {
      case 'attached': return answer.batchId === undefined ? this.attachments.toLines(tx, ctx, row, answer.lineIds ?? []) : this.attachments.toBatch(tx, ctx, row, answer.batchId);
      case 'together': return this.attachments.toLines(tx, ctx, row, row.lineId === null ? [] : [row.lineId], { rest: other });
      case 'difference_accepted': return row.kind === 'sum_differs' ? this.#acceptSum(tx, ctx, row) : this.attachments.toLines(tx, ctx, row, row.lineId === null ? [] : [row.lineId], { isWhole: true });
      case 'repayment': return this.#repay(tx, ctx, row, answer);
      case 'confirmed_paid': return this.#confirm(tx, ctx, row, row.kind === 'contradicts' ? 'find_paid' : 'settle');
      case 'confirmed_refused': return this.#confirm(tx, ctx, row, row.lineState === 'settled' ? 'return' : 'reject');
      case 'confirmed_returned': return this.#confirm(tx, ctx, row, 'return');
      case 'other_batch': return this.#detach(tx, row);
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
  async #confirm(tx: Tx, ctx: Context, { payingAccountId, currency, lineId }: BreakRow, event: 'settle' | 'find_paid' | 'reject' | 'return'): Promise<Result<bigint>> {
    const line = lineId === null ? undefined : await this.items.line(tx, payingAccountId, lineId);
    if (line === undefined) return lineMissing;
    if (event === 'find_paid' && !await this.items.isPayable(tx, line.lineId)) return unfit(line);
    const isPaid = event === 'settle' || event === 'find_paid';
    if (await this.books.move(tx, ctx, event, [isPaid ? { lineId: line.lineId } : { lineId: line.lineId, reason: NOT_SAID }]) === 0) return unfit(line);
    const { amount: { minor }, batchId } = line;
    if (event !== 'reject') await this.books.post(tx, payingAccountId, [{ ...placed('bank_confirmed', isPaid ? minor : -minor), lineId: line.lineId }]);
    if (event === 'find_paid') await this.lapsed.foundPaid(tx, ctx, line.lineId);
    if (batchId !== undefined) await this.conclusions.again(tx, ctx, { payingAccountId, currency, batchId });
    return ok(0n);
  }

  async #detach(tx: Tx, { payingAccountId, currency, batchId }: BreakRow): Promise<Result<bigint>> {
    if (batchId !== null) await this.conclusions.detach(tx, { payingAccountId, currency, batchId });
    return ok(0n);
  }

  /** What was booked beyond the payments that are left is the bank's charge. Code: `payouts.resolution_sum_unfit`. */
  async #acceptSum(tx: Tx, ctx: Context, { payingAccountId, currency, batchId, statedMinor, foundMinor }: BreakRow): Promise<Result<bigint>> {
    const takenMinor = batchId === null ? undefined : await this.conclusions.accept(tx, ctx, { payingAccountId, currency, batchId });
    if (takenMinor === undefined) return sumUnfit({ bookedMinor: BigInt(statedMinor ?? 0), oursMinor: BigInt(foundMinor ?? 0), currency });
    if (takenMinor > 0n) await this.books.post(tx, payingAccountId, [{ kind: 'bank_charge', postings: [{ account: 'suspense', amountMinor: -takenMinor }, { account: 'fees', amountMinor: takenMinor }] }]);
    return ok(0n);
  }
}
