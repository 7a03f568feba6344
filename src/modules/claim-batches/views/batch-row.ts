import type { Instant } from '../../../core/time/index.js';
import type { FileRow, Layout } from '../batch-file.importer.js';
import type { BatchState, ItemState } from '../batch.machine.js';
import type { RowFault } from '../row-reading.rules.js';

export interface BatchRow {
  readonly id: string;
  readonly agentId: string;
  readonly state: BatchState;
  readonly mode: 'strict' | 'lenient';
  readonly ceilingPercent: number;
  readonly format: Layout['format'];
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly fileName: string;
  readonly fileHash: string;
  readonly rowCount: number;
  readonly goodCount: number;
  readonly faultyCount: number;
  readonly alreadyCount: number;
  readonly filedCount: number;
  readonly failedCount: number;
  readonly letterCursor: string | null;
  readonly uploadedBy: string;
  readonly uploadedAt: Instant;
  readonly committedBy: string | null;
  readonly committedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly version: number;
}

export interface ItemRow {
  readonly n: number;
  readonly line: number;
  readonly externalId: string | null;
  readonly placeKey: string | null;
  readonly cells: FileRow['cells'];
  readonly state: ItemState;
  readonly faults: readonly RowFault[];
  readonly claimId: string | null;
  readonly reference: string | null;
}
