import type { DomainEvent } from '../../platform/events/event.js';

export interface ChangeMoved {
  readonly changeId: string;
  readonly policyKey: string;
  readonly policyNumber: number;
}

export const changeMoved = (topic: 'change.proposed' | 'change.approved' | 'change.applied' | 'change.withdrawn', payload: ChangeMoved): DomainEvent<string, ChangeMoved> =>
  ({ topic, aggregate: { type: 'change', id: payload.changeId }, payload });
