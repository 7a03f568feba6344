import { formatInstant, type Instant } from '../../../core/time/index.js';
import { dueAt } from '../recovery.rules.js';
import type { RecoveryEvent, RecoveryKind, RecoveryState } from '../recovery.machine.js';
import type { RecoveryRow } from '../recoveries.repository.js';
import type { RecoveryDocumentRow } from '../recovery-documents.repository.js';

/** A request as staff see it; what was erased is left out. */
export interface RecoveryView {
  readonly self: string;
  readonly id: string;
  readonly reference: string;
  readonly kind: RecoveryKind;
  readonly state: RecoveryState;
  readonly name?: string;
  readonly contact?: string;
  readonly business?: string;
  readonly language: string;
  readonly merchantId?: string;
  readonly askedAt: string;
  readonly answerBy: string;
  readonly late: boolean;
  readonly settledAt?: string;
  readonly version: number;
}

export interface RecoveryDetail extends RecoveryView {
  readonly told?: string;
  /** What came by the link of the letter; a name is left out once it was erased. */
  readonly documents: readonly { readonly id: string; readonly self: string; readonly fileName?: string; readonly mediaType: string; readonly sizeBytes: number; readonly scanned: boolean; readonly addedAt: string; readonly dropped: boolean }[];
  readonly merchant?: { readonly id: string; readonly legalName: string };
  /** Whose account it may be. */
  readonly members: readonly { readonly userId: string; readonly name: string; readonly address: string; readonly role: string }[];
  readonly personId?: string;
  /** Until when those known before may object, and how many were written to. */
  readonly noticeUntil?: string;
  readonly toldContacts?: number;
  readonly heldSince?: string;
  /** How often requests about this business were stopped in the last 30 days. */
  readonly stoppedBefore: number;
  readonly recommended?: { readonly by: string; readonly reason: string };
  readonly reason?: string;
  /** What the reader may do next; who may is asked again when they do. */
  readonly allowedEvents: readonly RecoveryEvent[];
}

const iso = (at: Date): string => formatInstant(at.getTime() as Instant);

export function recoveryView(row: RecoveryRow, now: Instant): RecoveryView {
  const askedAt = row.createdAt.getTime() as Instant;
  return {
    self: `/v1/recovery-requests/${row.id}`, id: row.id, reference: row.reference, kind: row.kind, state: row.state, language: row.language,
    ...(row.name === null ? {} : { name: row.name }), ...(row.address === null ? {} : { contact: row.address }), ...(row.businessTyped === null ? {} : { business: row.businessTyped }),
    ...(row.merchantId === null ? {} : { merchantId: row.merchantId }),
    askedAt: formatInstant(askedAt), answerBy: formatInstant(dueAt(askedAt)), late: row.settledAt === null && dueAt(askedAt) < now,
    ...(row.settledAt === null ? {} : { settledAt: iso(row.settledAt) }), version: row.version,
  };
}

export const documentView = ({ id, recoveryId, fileName, mediaType, sizeBytes, scanned, addedAt, droppedAt }: RecoveryDocumentRow): RecoveryDetail['documents'][number] => ({
  id, self: `/v1/recovery-requests/${recoveryId}/documents/${id}`, ...(fileName === null ? {} : { fileName }), mediaType, sizeBytes, scanned, addedAt: iso(addedAt), dropped: droppedAt !== null,
});
