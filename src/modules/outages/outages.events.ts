import type { DomainEvent } from '../../platform/events/event.js';

export type OutageTopic = 'outage.confirmed' | 'outage.amended' | 'outage.ended' | 'outage.finalised';

export interface OutageRecorded {
  readonly outageId: string;
  readonly revision: number;
  /** Register version from which this holds. */
  readonly registerVersion: number;
}

export type OutageEvent = DomainEvent<OutageTopic, OutageRecorded>;

export const outageEvent = (topic: OutageTopic, payload: OutageRecorded): OutageEvent => ({
  topic, aggregate: { type: 'outage', id: payload.outageId }, payload,
});
