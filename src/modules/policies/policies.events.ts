import type { DomainEvent } from '../../platform/events/event.js';

export interface PolicyPublished {
  readonly policyVersionId: string;
  readonly key: string;
  readonly version: number;
  readonly hash: string;
}

export const policyPublished = (payload: PolicyPublished): DomainEvent<'policy.published', PolicyPublished> => ({
  topic: 'policy.published', aggregate: { type: 'policy', id: payload.policyVersionId }, payload,
});
