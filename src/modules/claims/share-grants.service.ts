import { Injectable } from '@nestjs/common';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { ShareGrantsRepository, type DeterminedShare, type SharedEntitlement } from './share-grants.repository.js';

/** Shares of a fund become entitlements, and the holds that waited for them end: many claims at once, all locked by the caller. */
@Injectable()
export class ShareGrants {
  constructor(private readonly grants: ShareGrantsRepository, private readonly audit: AuditTrail, private readonly clock: Clock) {}

  /** The entitlements that were made; a claim that gets nothing has a determination alone. */
  grant(tx: Tx, rows: readonly DeterminedShare[], currency: string): Promise<SharedEntitlement[]> {
    return this.grants.grant(tx, rows, currency, this.clock.now());
  }

  async liftHolds(tx: Tx, ctx: Context, claimIds: readonly string[]): Promise<void> {
    const lifted = await this.grants.liftHolds(tx, claimIds, this.clock.now());
    await this.audit.recordAll(tx, ctx, lifted.map((id) => ({ aggregate: { type: 'claim', id }, action: 'claim.hold_released', data: { kind: 'fund' } })));
  }
}
