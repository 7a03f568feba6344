import { Injectable } from '@nestjs/common';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog, actorName } from '../../platform/events/event-log.js';
import { FundLedger } from '../funds/index.js';
import { LINE_MACHINE, type LineEvent, type LineState } from './payment-line.machine.js';
import { postingsOf } from './line-moves.rules.js';
import { OverpaymentOffsets } from './overpayments/overpayment-offsets.service.js';
import { PaymentLinesRepository, type MovedLine } from './payment-lines.repository.js';
import { lineMoved } from './payouts.events.js';
import { RemittancesRepository } from './repair/remittances.repository.js';

/** Moves whose news somebody waits for; how lines are collected is nobody's. */
const TOLD: readonly LineEvent[] = ['release', 'settle', 'withhold', 'find_paid', 'reject', 'return', 'write_off'];

/**
 * The only way a payment moves: many at once, forward only, with the postings of each. What the machine does not list for the state a
 * line stands in by now is left alone, so that whatever is said twice or late changes nothing. The caller has asked who may.
 */
@Injectable()
export class LineMoves {
  constructor(
    private readonly lines: PaymentLinesRepository, private readonly ledger: FundLedger, private readonly events: EventLog, private readonly clock: Clock, private readonly offsets: OverpaymentOffsets,
    private readonly remittances: RemittancesRepository,
  ) {}

  /** Those that moved. A line may be named once. */
  async move(tx: Tx, ctx: Context, event: LineEvent, wanted: readonly { readonly lineId: string; readonly reason?: string }[]): Promise<MovedLine[]> {
    const { from, to: [to] } = LINE_MACHINE.events[event];
    const moved = await this.lines.moveAll(tx, { from, to: to as LineState, lines: wanted, at: this.clock.now(), by: actorName(ctx.actor) });
    if (event === 'reject' || event === 'return') await this.offsets.undo(tx, ctx, moved);
    await this.#post(tx, event, moved);
    if (event === 'release') await this.offsets.take(tx, ctx, moved);
    if (event === 'settle' || event === 'find_paid') await this.remittances.due(tx, moved.map(({ lineId }) => lineId), this.clock.now());
    if (TOLD.includes(event)) {
      await this.events.appendAll(tx, ctx, moved.map(({ lineId, claimId, merchantId, reason }) =>
        lineMoved(merchantId, { lineId, claimId, state: to as LineState, ...(reason === null ? {} : { reason }) })));
    }
    return moved;
  }

  async #post(tx: Tx, event: LineEvent, moved: readonly MovedLine[]): Promise<void> {
    const byFund = Map.groupBy(moved, ({ fundId }) => fundId);
    for (const [fundId, lines] of byFund) {
      const posted = lines.map(({ lineId, claimId, entitlementNo, from, grossMinor, withheldMinor, offsetMinor, netMinor }) => ({
        lineId, claimId, entitlementNo,
        postings: postingsOf(event, from, { grossMinor: BigInt(grossMinor), withheldMinor: BigInt(withheldMinor), offsetMinor: BigInt(offsetMinor), netMinor: BigInt(netMinor) }),
      })).filter(({ postings }) => postings.length > 0);
      if (posted.length > 0) await this.ledger.postLines(tx, fundId, `payment_${event}`, posted);
    }
  }
}
