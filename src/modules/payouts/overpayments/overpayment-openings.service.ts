import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimLifecycle, type ClaimRow } from '../../claims/index.js';
import { BatchLifecycle } from '../batch-lifecycle.service.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { LapsedLines } from '../repair/lapsed-lines.service.js';
import { PaymentLetters } from '../repair/payment-letters.service.js';
import { OverpaymentBook } from './overpayment-book.service.js';

const FELL = 'entitlement_fell';

/** What payments do when what was granted falls or rises under them. */
@Injectable()
export class OverpaymentOpenings {
  constructor(
    private readonly lines: PaymentLinesRepository, private readonly lifecycle: ClaimLifecycle, private readonly batches: BatchLifecycle,
    private readonly book: OverpaymentBook, private readonly letters: PaymentLetters, private readonly lapsed: LapsedLines, private readonly clock: Clock,
  ) {}

  /**
   * Payments that no longer fit are not made: they leave batches that have not left, and are dropped. What was sent or paid above the entitlement
   * has to come back, and the owners are told; what came back and is not due any more waits for nobody. Nothing is done twice, since all of it follows from what stands by now.
   */
  async fell(tx: Tx, ctx: Context, claimId: string): Promise<Result<void>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (await this.lines.payable(tx, claimId) < 0n) await this.#lower(tx, ctx, claim.value);
    await this.lapsed.settle(tx, ctx, [claimId]);
    return ok(undefined);
  }

  async #lower(tx: Tx, ctx: Context, claim: ClaimRow): Promise<void> {
    const claimId = claim.id;
    await this.#takeOut(tx, ctx, claimId);
    await this.lines.drop(tx, claimId, { at: this.clock.now(), by: 'system:overpayments' });
    const above = -(await this.lines.payable(tx, claimId));
    if (above <= 0n) return;
    const opened = await this.book.open(tx, ctx, claimId, above);
    if (opened !== undefined) await this.letters.overpaid(tx, claim, { amountMinor: above, currency: opened.currency });
  }

  /** What is due on a claim that owes something is not paid but taken off what it owes: its money came back by itself, or it was granted more again. The claims are locked by the caller. */
  async net(tx: Tx, ctx: Context, claimIds: readonly string[]): Promise<void> {
    for (const row of await this.book.openOf(tx, claimIds)) {
      const [due, left] = [await this.lines.payable(tx, row.claimId), BigInt(row.leftMinor)];
      const amountMinor = due < left ? due : left;
      if (amountMinor > 0n) await this.book.enter(tx, ctx, row, { kind: 'annulled', amountMinor });
    }
    await this.lapsed.settle(tx, ctx, claimIds);
  }

  async #takeOut(tx: Tx, ctx: Context, claimId: string): Promise<void> {
    const at = this.clock.now();
    for (const { lineId, batchId } of await this.lines.includedOf(tx, claimId)) {
      const batch = await this.batches.locked(tx, batchId);
      const left = [{ lineId, reason: FELL }];
      if (!batch.ok || await this.lines.putBack(tx, { batchId, lines: left, at, by: 'system:overpayments' }) === 0) continue;
      if (batch.value.state !== 'open') await this.lines.noteDropped(tx, batchId, left, at);
      await this.batches.note(tx, ctx, batchId, 'payout_batch.line_left_out', { lineId, reason: FELL });
    }
  }
}
