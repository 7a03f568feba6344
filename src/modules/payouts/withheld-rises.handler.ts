import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog, actorName } from '../../platform/events/event-log.js';
import { ClaimLifecycle, type ClaimMoved, type EntitlementRaised } from '../claims/index.js';
import { LineMoves } from './line-moves.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';

/**
 * A rise of which the tax takes all reaches nobody, so that no batch would ever have it: its line is settled at once, and its tax stands with all
 * other tax. Asked where an accepted claim rises, and where what had risen is accepted.
 */
@Injectable()
export class WithheldRises implements OnModuleInit {
  constructor(
    private readonly events: EventLog, private readonly lifecycle: ClaimLifecycle, private readonly lines: PaymentLinesRepository, private readonly moves: LineMoves, private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.subscribe<EntitlementRaised>({ topic: 'entitlement.raised', subscriber: 'payouts.withheld-rise', inline: false, handle: (ctx, { payload: { claimId } }, tx) => this.settle(tx, ctx, claimId) });
    this.events.subscribe<ClaimMoved>({ topic: 'claim.accepted', subscriber: 'payouts.withheld-acceptance', inline: false, handle: (ctx, { payload: { claimId } }, tx) => this.settle(tx, ctx, claimId) });
  }

  async settle(tx: Tx, ctx: Context, claimId: string): Promise<Result<void>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const made = await this.lines.drawUpWithheld(tx, claimId, { at: this.clock.now(), by: actorName(ctx.actor) });
    if (made.length > 0) await this.moves.move(tx, ctx, 'withhold', made);
    return ok(undefined);
  }
}
