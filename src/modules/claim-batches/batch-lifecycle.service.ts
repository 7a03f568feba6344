import { Injectable } from '@nestjs/common';
import { decide } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { BATCH_GUARDS, BATCH_MACHINE, type BatchEvent, type BatchState } from './batch.machine.js';
import { BatchesRepository, type NewBatch } from './batches.repository.js';
import { batchMoved } from './batches.events.js';
import type { BatchRow } from './views/batch-row.js';

const TOPICS = { finish_check: 'claim_batch.checked', commit: 'claim_batch.committed', finish: 'claim_batch.finished' } as const satisfies Record<BatchEvent, string>;

/** The only caller of the machine of batches: decides, moves, and records, in the caller's transaction. */
@Injectable()
export class BatchLifecycle {
  constructor(private readonly batches: BatchesRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock) {}

  async begin(tx: Tx, ctx: Context, batch: Omit<NewBatch, 'at'>): Promise<string> {
    const id = await this.batches.insert(tx, { ...batch, at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim_batch', id }, action: 'claim_batch.uploaded', data: { agentId: batch.agentId, fileHash: batch.fileHash }, isNew: true });
    await this.events.append(tx, ctx, batchMoved('claim_batch.uploaded', { batchId: id, agentId: batch.agentId, to: 'checking' }));
    return id;
  }

  /** The batch under its lock, at the version the actor has seen. */
  async locked(tx: Tx, id: string, version?: number): Promise<Result<BatchRow>> {
    const row = await this.batches.lock(tx, id);
    if (row === undefined) return refuse('batches.not_found');
    return version === undefined || row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  async apply(tx: Tx, ctx: Context, row: BatchRow, move: { event: BatchEvent; to?: BatchState; committedBy?: string }): Promise<Result<BatchRow>> {
    const decided = decide(BATCH_MACHINE, { state: row.state, event: move.event, ...(move.to === undefined ? {} : { to: move.to }) }, BATCH_GUARDS, row);
    if (!decided.ok) return decided;
    const to = decided.value;
    await this.batches.moveTo(tx, row.id, { to, at: this.clock.now(), isEnd: BATCH_MACHINE.final.includes(to), ...(move.committedBy === undefined ? {} : { committedBy: move.committedBy }) });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim_batch', id: row.id }, action: `claim_batch.${move.event}`, data: { from: row.state, to } });
    await this.events.append(tx, ctx, batchMoved(TOPICS[move.event], { batchId: row.id, agentId: row.agentId, to }));
    return this.locked(tx, row.id);
  }
}
