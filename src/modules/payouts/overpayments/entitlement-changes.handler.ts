import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { ClaimLifecycle, type EntitlementRaised, type EntitlementReduced } from '../../claims/index.js';
import { OverpaymentOpenings } from './overpayment-openings.service.js';

/** What was granted on an accepted claim has fallen or risen. */
@Injectable()
export class EntitlementChangesHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly openings: OverpaymentOpenings, private readonly lifecycle: ClaimLifecycle) {}

  onModuleInit(): void {
    this.events.subscribe<EntitlementReduced>({
      topic: 'entitlement.reduced', subscriber: 'payouts.entitlement-reduced', inline: true,
      handle: (ctx, { payload: { claimId, isAccepted } }, tx): Promise<Result<void>> => (isAccepted ? this.openings.fell(tx, ctx, claimId) : Promise.resolve(ok(undefined))),
    });
    this.events.subscribe<EntitlementRaised>({
      topic: 'entitlement.raised', subscriber: 'payouts.entitlement-raised', inline: false, handle: (ctx, { payload: { claimId } }, tx) => this.#net(tx, ctx, claimId),
    });
  }

  async #net(tx: Tx, ctx: Context, claimId: string): Promise<Result<void>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (claim.value.state === 'accepted') await this.openings.net(tx, ctx, [claimId]);
    return ok(undefined);
  }
}
