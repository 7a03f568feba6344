import { Injectable } from '@nestjs/common';
import type { Context } from '../../platform/access/context.js';
import { isStaff, userIdOf } from '../../platform/access/ownership.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import type { MerchantTopic } from './merchants.events.js';

export interface MerchantRecord {
  readonly what: MerchantTopic;
  readonly merchantId: string;
  /** Left out when it is about one of its sites. */
  readonly siteId?: string;
  /** Ids and codes only: names and addresses of people do not enter a chain. */
  readonly data?: object;
  readonly isNew?: boolean;
}

/** What staff do to a business as staff; whoever works here and does anything else to one has helped it. */
const AS_STAFF: readonly MerchantTopic[] = ['merchant.verified', 'merchant.register_asked', 'merchant.held', 'merchant.released'];

/** Notes what was done, for the audit trail and for whoever listens, in the transaction that did it. */
@Injectable()
export class MerchantRecords {
  constructor(private readonly audit: AuditTrail, private readonly events: EventLog, private readonly duties: Duties) {}

  async note(tx: Tx, ctx: Context, { what, merchantId, siteId, data = {}, isNew = false }: MerchantRecord): Promise<void> {
    const aggregate = siteId === undefined ? { type: 'merchant', id: merchantId } : { type: 'site', id: siteId };
    if (isStaff(ctx.actor) && !AS_STAFF.includes(what)) await this.duties.note(tx, merchantId, userIdOf(ctx.actor), 'helper');
    await this.audit.record(tx, ctx, { aggregate, action: what, data: { merchantId, ...data }, isNew });
    await this.events.append(tx, ctx, { topic: what, aggregate, merchantId, payload: { merchantId, ...(siteId === undefined ? {} : { siteId }), ...data } });
  }
}
