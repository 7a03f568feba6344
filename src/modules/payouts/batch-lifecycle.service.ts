import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { allowedEvents, decide } from '../../core/machine/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import type { PayoutBatchEntity } from './payout-batch.entity.js';
import { BATCH_GUARDS, BATCH_MACHINE, type BatchEvent, type BatchFacts, type BatchState } from './payout-batch.machine.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { batchMoved } from './payouts.events.js';

const NO_FACTS: BatchFacts = { lineCount: 1, approvalsMissing: 0, openLines: 0 };

/** The others come of what a bank says. */
const isOfPeople = (event: BatchEvent): boolean => !BATCH_MACHINE.events[event].actors.includes('system');

/** The only caller of the machine of batches: locks, decides, moves, and records. */
@Injectable()
export class BatchLifecycle {
  constructor(private readonly batches: PayoutBatchesRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock) {}

  /** Under its lock, at the version the actor has seen. Codes: `payouts.not_found`, `http.stale`. */
  async locked(tx: Tx, id: string, version?: number): Promise<Result<PayoutBatchEntity>> {
    const row = await this.batches.lock(tx, id);
    if (row === null) return refuse('payouts.not_found');
    return version === undefined || row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  /** Codes: `payouts.not_in_state`, and those of the guards. */
  decide(row: PayoutBatchEntity, event: BatchEvent, facts: Partial<BatchFacts> = {}, to?: BatchState): Result<BatchState> {
    const decided = decide(BATCH_MACHINE, { state: row.state, event, ...(to === undefined ? {} : { to }) }, BATCH_GUARDS, { ...NO_FACTS, ...facts });
    return decided.ok || decided.refusal.code !== 'machine.not_allowed' ? decided : refuse('payouts.not_in_state', { state: row.state, allowed: allowedEvents(BATCH_MACHINE, row.state).filter(isOfPeople) });
  }

  async move(tx: Tx, ctx: Context, row: PayoutBatchEntity, to: BatchState, record: { event: BatchEvent; data?: object }): Promise<PayoutBatchEntity> {
    const after = await this.batches.moveTo(tx, row.id, to, BATCH_MACHINE.final.includes(to) ? this.clock.now() : undefined);
    await this.record(tx, ctx, row, after, record);
    return after;
  }

  /** Audit entry and event of a move that was written already. */
  async record(tx: Tx, ctx: Context, { id, fundId, state }: Pick<PayoutBatchEntity, 'id' | 'fundId' | 'state'>, after: PayoutBatchEntity, { event, data = {} }: { event: BatchEvent; data?: object }): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'payout_batch', id }, action: `payout_batch.${event}`, data: { ...data, from: state, to: after.state } });
    if (state !== after.state) await this.events.append(tx, ctx, batchMoved({ batchId: id, fundId, state: after.state }));
  }

  /** An audit entry about a batch that stays where it is. */
  async note(tx: Tx, ctx: Context, batchId: string, action: string, data: object): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'payout_batch', id: batchId }, action, data });
  }
}
