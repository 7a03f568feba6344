import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { FundLedger, type BankPosting } from '../../funds/index.js';
import { LineMoves } from '../line-moves.service.js';
import type { LineEvent } from '../payment-line.machine.js';

/** The two things that what a bank says may change: lines, with the books of their funds, and the books of the paying account. */
@Injectable()
export class LineBooks {
  constructor(private readonly moves: LineMoves, private readonly ledger: FundLedger, private readonly clock: Clock) {}

  now(): Instant {
    return this.clock.now();
  }

  /** How many moved. */
  async move(tx: Tx, ctx: Context, event: LineEvent, lines: readonly { readonly lineId: string; readonly reason?: string }[]): Promise<number> {
    return (await this.moves.move(tx, ctx, event, lines)).length;
  }

  post(tx: Tx, payingAccountId: string, entries: readonly BankPosting[]): Promise<void> {
    return this.ledger.postBankAll(tx, payingAccountId, entries);
  }
}
