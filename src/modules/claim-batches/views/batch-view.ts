import { renderDetail } from '../../../core/errors/index.js';
import { allowedEvents } from '../../../core/machine/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { entryOf } from '../../../platform/http/catalogue-registry.js';
import { BATCH_MACHINE, type BatchEvent, type BatchState, type ItemState } from '../batch.machine.js';
import type { FaultWords } from '../result-file.rules.js';
import type { BatchRow, ItemRow } from './batch-row.js';

export interface BatchView {
  readonly self: string;
  readonly id: string;
  readonly state: BatchState;
  readonly mode: 'strict' | 'lenient';
  readonly ceilingPercent: number;
  readonly file: { readonly name: string; readonly sha256: string; readonly format: 'csv' | 'ndjson' };
  readonly rows: { readonly all: number; readonly checked: number; readonly good: number; readonly faulty: number; readonly already: number; readonly filed: number; readonly failed: number };
  readonly uploadedAt: string;
  readonly committedAt?: string;
  readonly finishedAt?: string;
  readonly items: string;
  readonly resultFile: string;
  readonly allowedEvents: readonly BatchEvent[];
  readonly version: number;
}

export interface ItemView {
  readonly row: number;
  readonly line: number;
  readonly externalId?: string;
  readonly state: ItemState;
  readonly claim?: { readonly id: string; readonly reference: string };
  readonly errors: readonly { readonly column: string; readonly code: string; readonly detail: string }[];
}

export const batchView = (row: BatchRow): BatchView => ({
  self: `/v1/claim-batches/${row.id}`, id: row.id, state: row.state, mode: row.mode, ceilingPercent: row.ceilingPercent,
  file: { name: row.fileName, sha256: row.fileHash, format: row.format },
  rows: {
    all: row.rowCount, checked: row.goodCount + row.faultyCount + row.alreadyCount, good: row.goodCount, faulty: row.faultyCount, already: row.alreadyCount,
    filed: row.filedCount, failed: row.failedCount,
  },
  uploadedAt: formatInstant(row.uploadedAt),
  ...(row.committedAt === null ? {} : { committedAt: formatInstant(row.committedAt) }),
  ...(row.finishedAt === null ? {} : { finishedAt: formatInstant(row.finishedAt) }),
  items: `/v1/claim-batches/${row.id}/items`, resultFile: `/v1/claim-batches/${row.id}/result-file`,
  allowedEvents: allowedEvents(BATCH_MACHINE, row.state), version: row.version,
});

export const englishWords: FaultWords = ({ code, params }) => renderDetail(entryOf(code)?.detail ?? code, params);

export const itemView = (row: ItemRow): ItemView => ({
  row: row.n, line: row.line, state: row.state,
  ...(row.externalId === null ? {} : { externalId: row.externalId }),
  ...(row.claimId === null || row.reference === null ? {} : { claim: { id: row.claimId, reference: row.reference } }),
  errors: row.faults.map((fault) => ({ column: fault.column, code: fault.code, detail: englishWords(fault) })),
});
