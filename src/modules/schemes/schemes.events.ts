import type { DomainEvent } from '../../platform/events/event.js';

export type SchemeTopic = 'scheme.planned' | 'scheme.changed' | 'scheme.extended';

export interface SchemeTold {
  readonly schemeId: string;
  readonly code: string;
}

export const schemeEvent = (topic: SchemeTopic, payload: SchemeTold): DomainEvent<SchemeTopic, SchemeTold> => ({
  topic, aggregate: { type: 'scheme', id: payload.schemeId }, payload,
});
