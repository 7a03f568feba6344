import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { MovedLine } from '../payment-lines.repository.js';
import { OverpaymentBook } from './overpayment-book.service.js';
import { OverpaymentsRepository } from './overpayments.repository.js';

/**
 * What a business owes, set off against what it is paid from the same fund, where it agreed: counted when the payment leaves, undone when it comes
 * back. In the transaction that moves the lines.
 */
@Injectable()
export class OverpaymentOffsets {
  constructor(private readonly overpayments: OverpaymentsRepository, private readonly book: OverpaymentBook) {}

  /** Throws where more is set off than is owed by now: nothing leaves then, and the line is made anew. */
  async take(tx: Tx, ctx: Context, moved: readonly MovedLine[]): Promise<void> {
    for (const { lineId, merchantId, fundId, offsetMinor } of moved.filter((line) => line.offsetMinor !== '0')) {
      let open = BigInt(offsetMinor);
      for (const row of await this.overpayments.agreedOf(tx, merchantId, fundId)) {
        const left = BigInt(row.leftMinor);
        const amountMinor = open < left ? open : left;
        if (amountMinor > 0n) await this.book.enter(tx, ctx, row, { kind: 'offset', amountMinor, lineId });
        open -= amountMinor;
      }
      if (open > 0n) throw new Error(`line ${lineId} sets off more than is owed`);
    }
  }

  async undo(tx: Tx, ctx: Context, moved: readonly MovedLine[]): Promise<void> {
    const lineIds = moved.filter(({ offsetMinor }) => offsetMinor !== '0').map(({ lineId }) => lineId);
    if (lineIds.length === 0) return;
    for (const { overpaymentId, lineId, amountMinor } of await this.overpayments.offsetsOf(tx, lineIds)) {
      const row = await this.overpayments.lock(tx, overpaymentId);
      if (row !== undefined) await this.book.enter(tx, ctx, row, { kind: 'offset_undone', amountMinor: BigInt(amountMinor), lineId });
    }
  }
}
