import type { DomainEvent } from '../../platform/events/event.js';
import type { BatchState } from './batch.machine.js';

export interface BatchMoved {
  readonly batchId: string;
  readonly agentId: string;
  readonly to: BatchState;
}

export const batchMoved = (topic: 'claim_batch.uploaded' | 'claim_batch.checked' | 'claim_batch.committed' | 'claim_batch.finished', payload: BatchMoved): DomainEvent<string, BatchMoved> =>
  ({ topic, aggregate: { type: 'claim_batch', id: payload.batchId }, payload });
