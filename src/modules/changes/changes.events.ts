import type { DomainEvent } from '../../platform/events/event.js';

export interface ChangeMoved {
  readonly changeId: string;
  /** Of a policy version and a pre-computation. */
  readonly policyKey?: string;
  /** Of a policy version. */
  readonly policyNumber?: number;
  /** Of a pre-computation. */
  readonly schemeId?: string;
  /** Of an amendment. */
  readonly outageId?: string;
  readonly revision?: number;
  /** Of an allocation. */
  readonly fundId?: string;
  readonly stage?: string;
}

export const changeMoved = (topic: 'change.proposed' | 'change.approved' | 'change.applied' | 'change.withdrawn', payload: ChangeMoved): DomainEvent<string, ChangeMoved> =>
  ({ topic, aggregate: { type: 'change', id: payload.changeId }, payload });
