import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentOrganisations } from '../agents/index.js';
import { isResultColumn } from './batch-columns.rules.js';
import { FileStopped, layoutOf, rowsOf, SpooledFile, type FileRow, type Layout } from './batch-file.importer.js';
import { CHECK } from './batch-checks.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import type { BatchOptions } from './batch-options.rules.js';
import { BatchesRepository, type NewItem } from './batches.repository.js';
import { cellsOf } from './row-cells.rules.js';
import { placeKey } from './row-reading.rules.js';
import { batchView, type BatchView } from './views/batch-view.js';

const CHUNK = 500;
/** All-or-nothing is one transaction: no longer than its job may take. */
export const MOST_STRICT_ROWS = 1_000;

export interface BatchFile {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly fileName?: string;
}

/** Takes a file of claims: laid down first, then stored row by row as it was sent, then checked by a job. Nothing else is written. */
@Injectable()
export class BatchUploads {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly jobs: Jobs, private readonly agents: AgentOrganisations,
    private readonly lifecycle: BatchLifecycle, private readonly batches: BatchesRepository,
  ) {}

  async upload(ctx: Context, { stream, fileName }: BatchFile, options: BatchOptions): Promise<Result<BatchView>> {
    const agent = await this.agents.mine(this.database.reader, ctx);
    if (!agent.ok) return agent;
    let file: SpooledFile | undefined;
    try {
      file = await SpooledFile.of(stream);
      return await this.#store(ctx, agent.value.id, { file, name: fileName ?? 'claims' }, options);
    } catch (error) {
      if (error instanceof FileStopped) return { ok: false, refusal: error.refusal };
      throw error;
    } finally {
      await file?.remove();
    }
  }

  async #store(ctx: Context, agentId: string, { file, name }: { file: SpooledFile; name: string }, options: BatchOptions): Promise<Result<BatchView>> {
    const layout = await layoutOf(file);
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const id = await this.lifecycle.begin(tx, ctx, {
        ...layout, columns: layout.columns.filter((column) => !isResultColumn(column)), ...options, agentId, uploadedBy: userIdOf(ctx.actor),
        fileName: name.normalize('NFC').replaceAll(/[\p{Cc}/\\]/gu, '_').slice(0, 200), fileHash: file.sha256,
      });
      const rows = await this.#rows(tx, id, file, layout);
      if (options.mode === 'strict' && rows > MOST_STRICT_ROWS) return refuse('batches.strict_too_long', { most: MOST_STRICT_ROWS });
      await this.jobs.enqueue(tx, CHECK, { batchId: id }, { inline: true });
      const stored = await this.batches.find(tx, id);
      return stored === undefined ? refuse('batches.not_found') : ok(batchView(stored));
    });
  }

  /** How many there are. */
  async #rows(tx: Tx, batchId: string, file: SpooledFile, layout: Layout): Promise<number> {
    const columns = layout.columns.filter((column) => !isResultColumn(column));
    let [n, faulty, chunk] = [0, 0, [] as NewItem[]];
    const flush = async (): Promise<void> => {
      if (chunk.length > 0) await this.batches.addItems(tx, batchId, chunk);
      chunk = [];
    };
    for await (const row of rowsOf(file, layout)) {
      n += 1;
      const item = itemOf(row, n, columns);
      faulty += item.faults.length > 0 ? 1 : 0;
      chunk.push(item);
      if (chunk.length === CHUNK) await flush();
    }
    await flush();
    await this.batches.count(tx, batchId, { row: n, faulty });
    return n;
  }
}

function itemOf(row: FileRow, n: number, columns: readonly string[]): NewItem {
  if (row.malformed !== undefined) {
    return { ...row, n, externalId: null, placeKey: null, faults: [{ column: '', code: 'batches.line_malformed', params: { why: row.malformed } }] };
  }
  const cells = cellsOf(row.cells, columns);
  return { ...row, n, externalId: (cells['external_id'] ?? '').trim().slice(0, 100), placeKey: placeKey(cells), faults: [] };
}
