import type { DomainEvent } from '../../platform/events/event.js';

export interface SalesUploaded {
  readonly setId: string;
  readonly subjectId: string;
  readonly number: number;
}

export const salesUploaded = (merchantId: string, payload: SalesUploaded): DomainEvent<'sales.uploaded', SalesUploaded> => ({
  topic: 'sales.uploaded', aggregate: { type: 'sales_set', id: payload.setId }, merchantId, payload,
});
