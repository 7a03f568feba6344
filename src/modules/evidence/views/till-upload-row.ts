import type { Refusal } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import type { TillStatement } from '../till/till.importer.js';

/** `reading`: a job is at it; `refused`: read, and not usable. Both `imported` and `refused` may be tried again with other answers. */
export type TillUploadState = 'open' | 'reading' | 'imported' | 'refused';

export interface TillUploadRow {
  readonly id: string;
  readonly subjectId: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly statement: TillStatement;
  readonly state: TillUploadState;
  readonly doneBytes: number;
  readonly refusal: Refusal | null;
  readonly setId: string | null;
  readonly handoverId: string | null;
  readonly uploadedBy: string;
  readonly uploadedAt: Instant;
}
