import { renderDetail, type Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import { EVIDENCE_ERRORS } from '../evidence.errors.js';

/** Receiving and checking pass by themselves; the others stay until somebody removes the file. */
export type EvidenceFileState = 'receiving' | 'checking' | 'clean' | 'unscanned' | 'refused' | 'infected';

export interface EvidenceFileRow {
  readonly id: string;
  readonly subjectId: string;
  readonly merchantId: string;
  readonly kind: string;
  readonly state: EvidenceFileState;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly mediaType: string | null;
  readonly sha256: string | null;
  readonly refusal: Refusal | null;
  readonly signature: string | null;
  readonly scanTries: number;
  readonly uploadedBy: string;
  readonly begunAt: Instant;
  readonly storedAt: Instant | null;
  readonly scannedAt: Instant | null;
  readonly frozenAt: Instant | null;
  readonly version: number;
}

export interface EvidenceFileView {
  readonly self: string;
  readonly id: string;
  readonly kind: string;
  readonly state: EvidenceFileState;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly mediaType?: string;
  readonly sha256?: string;
  /** Where an unfinished upload goes on. */
  readonly uploadAt?: string;
  /** Why it was not taken, or what was found in it. */
  readonly refusal?: Refusal & { readonly detail: string };
  readonly begunAt: string;
  readonly storedAt?: string;
  readonly scannedAt?: string;
  /** Part of a filed claim: it stays. */
  readonly filed: boolean;
  readonly version: number;
}

/** Usable as evidence: whole, of a kind that is taken, and nothing was found in it. */
export const isUsable = ({ state }: Pick<EvidenceFileRow, 'state'>): boolean => state === 'checking' || state === 'clean' || state === 'unscanned';

const explained = (refusal: Refusal): Refusal & { detail: string } => ({
  ...refusal, detail: renderDetail((EVIDENCE_ERRORS as Readonly<Record<string, { readonly detail: string }>>)[refusal.code]?.detail ?? refusal.code, refusal.params),
});

export function evidenceFileView(row: EvidenceFileRow): EvidenceFileView {
  const found: Refusal | null = row.state === 'infected' ? { code: 'evidence.upload_infected', params: { name: row.fileName, signature: row.signature ?? '' } } : row.refusal;
  const self = `/v1/claims/${row.subjectId}/evidence/${row.id}`;
  return {
    self, id: row.id, kind: row.kind, state: row.state, fileName: row.fileName, sizeBytes: row.sizeBytes, begunAt: formatInstant(row.begunAt), filed: row.frozenAt !== null,
    version: row.version,
    ...(row.state === 'receiving' ? { uploadAt: `/v1/claims/${row.subjectId}/evidence/uploads/${row.id}` } : {}),
    ...(row.mediaType === null ? {} : { mediaType: row.mediaType }), ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    ...(found === null ? {} : { refusal: explained(found) }),
    ...(row.storedAt === null ? {} : { storedAt: formatInstant(row.storedAt) }), ...(row.scannedAt === null ? {} : { scannedAt: formatInstant(row.scannedAt) }),
  };
}
