import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { entitlementReduced, type EntitlementReduced } from '../../claims/index.js';

/** What is kept and told of a decided reduction beside the claim's own move. */
@Injectable()
export class ReductionNotes {
  constructor(private readonly audit: AuditTrail, private readonly events: EventLog) {}

  keep(tx: Tx, note: string): Promise<string> {
    return this.audit.keepText(tx, note);
  }

  async dropped(tx: Tx, ctx: Context, claimId: string, data: { n: number; noteDigest: string }): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.reduction_dropped', data });
  }

  async reduced(tx: Tx, ctx: Context, merchantId: string, payload: EntitlementReduced): Promise<void> {
    await this.events.append(tx, ctx, entitlementReduced(merchantId, payload));
  }
}
