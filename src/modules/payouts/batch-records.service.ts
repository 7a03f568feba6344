import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { dateAt, type CalendarDate } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import type { PayoutBatchEntity } from './payout-batch.entity.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { batchMoved } from './payouts.events.js';
import { batchView, type BatchView } from './views/payout-view.js';

/** What is written down about a batch that is being put together, and what day it is. */
@Injectable()
export class BatchRecords {
  constructor(private readonly batches: PayoutBatchesRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock) {}

  now(): ReturnType<Clock['now']> {
    return this.clock.now();
  }

  today(zone: string): CalendarDate {
    return dateAt(this.clock.now(), zone);
  }

  async opened(tx: Tx, ctx: Context, id: string): Promise<Result<BatchView>> {
    const row = await this.batches.find(tx, id);
    if (row === null) return refuse('payouts.not_found');
    await this.audit.record(tx, ctx, { aggregate: { type: 'payout_batch', id }, action: 'payout_batch.opened', data: { fundId: row.fundId, messageId: row.messageId, executeOn: row.executeOn }, isNew: true });
    await this.events.append(tx, ctx, batchMoved({ batchId: id, fundId: row.fundId, state: 'open' }));
    return ok(batchView(row));
  }

  async leftOut(tx: Tx, ctx: Context, batch: PayoutBatchEntity, lineId: string): Promise<PayoutBatchEntity> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'payout_batch', id: batch.id }, action: 'payout_batch.line_left_out', data: { lineId } });
    return this.batches.moveTo(tx, batch.id, batch.state);
  }
}
