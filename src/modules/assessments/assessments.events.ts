import type { AssessmentOutcome } from '../../core/assessment/index.js';
import type { DomainEvent } from '../../platform/events/event.js';

export interface AssessmentCompleted {
  readonly claimId: string;
  readonly assessmentId: string;
  readonly claimVersion: number;
  readonly outcome: AssessmentOutcome;
}

export const assessmentCompleted = (merchantId: string, payload: AssessmentCompleted): DomainEvent<string, AssessmentCompleted> =>
  ({ topic: 'assessment.completed', aggregate: { type: 'claim', id: payload.claimId }, merchantId, payload });
