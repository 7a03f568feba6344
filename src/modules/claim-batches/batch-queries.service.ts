import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { AgentOrganisations } from '../agents/index.js';
import type { ItemState } from './batch.machine.js';
import { BatchesRepository } from './batches.repository.js';
import { resultHead, resultLine, type FaultWords } from './result-file.rules.js';
import type { BatchRow, ItemRow } from './views/batch-row.js';
import { batchView, itemView, type BatchView, type ItemView } from './views/batch-view.js';

const ROWS_A_READ = 500;

export interface ResultFile {
  readonly name: string;
  readonly type: string;
  readonly text: AsyncIterable<string>;
}

/** Reads batches; an agent sees its own. */
@Injectable()
export class BatchQueries {
  constructor(private readonly database: Database, private readonly agents: AgentOrganisations, private readonly batches: BatchesRepository) {}

  async page(ctx: Context, wanted: { before?: string; limit: number }): Promise<Result<Page<BatchView>>> {
    const agent = await this.agents.mine(this.database.reader, ctx);
    if (!agent.ok) return agent;
    const rows = await this.batches.page(this.database.reader, { ...wanted, agentId: agent.value.id, limit: wanted.limit + 1 });
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return ok({ ...page, items: page.items.map(batchView) });
  }

  async get(ctx: Context, id: string): Promise<Result<BatchView>> {
    const batch = await this.#mine(ctx, id);
    return batch.ok ? ok(batchView(batch.value)) : batch;
  }

  /** In the order of the file. */
  async items(ctx: Context, id: string, wanted: { states?: readonly ItemState[]; after?: number; limit: number }): Promise<Result<Page<ItemView>>> {
    const rows = await this.itemRows(ctx, id, wanted);
    return rows.ok ? ok({ ...rows.value, items: rows.value.items.map(itemView) }) : rows;
  }

  /** As `items`, with the faults as they are kept, for whoever says them in another language. */
  async itemRows(ctx: Context, id: string, wanted: { states?: readonly ItemState[]; after?: number; limit: number }): Promise<Result<Page<ItemRow>>> {
    const batch = await this.#mine(ctx, id);
    if (!batch.ok) return batch;
    const rows = await this.batches.items(this.database.reader, id, { ...wanted, limit: wanted.limit + 1 });
    return ok(pageOf(rows, wanted.limit, ({ n }) => [String(n)]));
  }

  /** The rows as they were sent, with what became of each. Streamed: read a few hundred at a time. */
  async resultFile(ctx: Context, id: string, words: FaultWords): Promise<Result<ResultFile>> {
    const batch = await this.#mine(ctx, id);
    if (!batch.ok) return batch;
    const { format, fileName } = batch.value;
    const stem = fileName.replace(/\.[A-Za-z0-9]{1,8}$/, '').replaceAll(/[^\w.-]/g, '_') || 'claims';
    return ok({ name: `${stem}-result.${format}`, type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8', text: this.#lines(batch.value, words) });
  }

  async *#lines(batch: BatchRow, words: FaultWords): AsyncGenerator<string> {
    yield resultHead(batch, batch.columns);
    for (let after = 0; ;) {
      const rows = await this.batches.items(this.database.reader, batch.id, { after, limit: ROWS_A_READ });
      yield rows.map((row) => resultLine(batch, batch.columns, row, words)).join('');
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.n;
    }
  }

  async #mine(ctx: Context, id: string): Promise<Result<BatchRow>> {
    const agent = await this.agents.mine(this.database.reader, ctx);
    if (!agent.ok) return agent;
    const row = await this.batches.find(this.database.reader, id);
    return row === undefined || row.agentId !== agent.value.id ? refuse('batches.not_found') : ok(row);
  }
}
