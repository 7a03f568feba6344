import type { DomainEvent } from '../../platform/events/event.js';

export interface ChangeMoved {
  readonly changeId: string;
  /** Of every kind but an amendment. */
  readonly policyKey?: string;
  /** Of a policy version. */
  readonly policyNumber?: number;
  /** Of a pre-computation. */
  readonly schemeId?: string;
  /** Of an amendment. */
  readonly outageId?: string;
  readonly revision?: number;
}

export const changeMoved = (topic: 'change.proposed' | 'change.approved' | 'change.applied' | 'change.withdrawn', payload: ChangeMoved): DomainEvent<string, ChangeMoved> =>
  ({ topic, aggregate: { type: 'change', id: payload.changeId }, payload });
