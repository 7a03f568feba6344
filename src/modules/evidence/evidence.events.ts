import type { DomainEvent } from '../../platform/events/event.js';

export interface SalesUploaded {
  readonly setId: string;
  readonly subjectId: string;
  readonly number: number;
}

export const salesUploaded = (merchantId: string, payload: SalesUploaded): DomainEvent<'sales.uploaded', SalesUploaded> => ({
  topic: 'sales.uploaded', aggregate: { type: 'sales_set', id: payload.setId }, merchantId, payload,
});

export interface EvidenceStored {
  readonly evidenceId: string;
  readonly subjectId: string;
}

export interface EvidenceScanned extends EvidenceStored {
  readonly state: 'clean' | 'infected';
}

export const evidenceStored = (merchantId: string, payload: EvidenceStored): DomainEvent<'evidence.stored', EvidenceStored> => ({
  topic: 'evidence.stored', aggregate: { type: 'evidence', id: payload.evidenceId }, merchantId, payload,
});

export const evidenceScanned = (merchantId: string, payload: EvidenceScanned): DomainEvent<'evidence.scanned', EvidenceScanned> => ({
  topic: 'evidence.scanned', aggregate: { type: 'evidence', id: payload.evidenceId }, merchantId, payload,
});
