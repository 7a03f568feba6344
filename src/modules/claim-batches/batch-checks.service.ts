import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentKeysRepository, type FiledRow } from './agent-keys.repository.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { isOverCeiling } from './batch.machine.js';
import { BatchesRepository, type ItemOutcome } from './batches.repository.js';
import { cellsOf } from './row-cells.rules.js';
import { RowPlans, type Planned } from './row-plans.service.js';
import { contentDigest, inColumnOrder, rowRefused, type Cells, type RowFault } from './row-reading.rules.js';
import type { BatchRow, ItemRow } from './views/batch-row.js';

export const CHECK = 'claim-batches.check';

/** Rows a step: small enough that other work gets its turn between two. */
const ROWS = 250;

/** The dry run: every row is read and asked about, all faults at once. Writes nothing but what it found; a step that is cut short is done again. */
@Injectable()
export class BatchChecks implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly batches: BatchesRepository, private readonly keys: AgentKeysRepository, private readonly plans: RowPlans,
    private readonly lifecycle: BatchLifecycle,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ batchId: string }>({ queue: CHECK, step: (ctx, { batchId }, tx) => this.step(tx, ctx, batchId) });
  }

  async step(tx: Tx, ctx: Context, batchId: string): Promise<Result<{ done: boolean }>> {
    const batch = await this.lifecycle.locked(tx, batchId);
    if (!batch.ok || batch.value.state !== 'checking') return ok({ done: true });
    const items = await this.batches.items(tx, batchId, { states: ['waiting'], limit: ROWS });
    if (items.length === 0) return this.#finish(tx, ctx, batch.value);
    const outcomes = await this.#check(tx, batch.value, items);
    await this.batches.settle(tx, batchId, outcomes);
    const count = (state: ItemOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
    await this.batches.count(tx, batchId, { good: count('good'), faulty: count('faulty'), already: count('already') });
    return ok({ done: false });
  }

  async #finish(tx: Tx, ctx: Context, batch: BatchRow): Promise<Result<{ done: boolean }>> {
    const to = isOverCeiling(batch.faultyCount, batch.rowCount, batch.ceilingPercent) ? 'over_ceiling' : 'checked';
    const moved = await this.lifecycle.apply(tx, ctx, batch, { event: 'finish_check', to });
    return moved.ok ? ok({ done: true }) : moved;
  }

  async #check(tx: Tx, batch: BatchRow, items: readonly ItemRow[]): Promise<ItemOutcome[]> {
    const rows = items.map(({ cells }) => cellsOf(cells, batch.columns));
    const keys = items.flatMap(({ externalId }) => (externalId === null || externalId === '' ? [] : [externalId]));
    const repeated = await this.batches.repeated(tx, batch.id, { externalIds: keys, placeKeys: items.flatMap(({ placeKey }) => placeKey ?? []) });
    const filed = new Map((await this.keys.filed(tx, batch.agentId, keys)).map((row) => [row.externalId, row]));
    const planned = await this.plans.plan(tx, batch.agentId, rows);
    return items.map((item, index) => {
      const before = filed.get(item.externalId ?? '');
      const twice = repeatedFaults(item, repeated);
      if (before !== undefined && twice.length === 0) return alreadyFiled(item.n, rows[index] ?? {}, before);
      return { n: item.n, ...verdict(planned[index], twice) };
    });
  }
}

function repeatedFaults({ externalId, placeKey }: ItemRow, repeated: { externalIds: ReadonlySet<string>; placeKeys: ReadonlySet<string> }): RowFault[] {
  return [
    ...(externalId !== null && externalId !== '' && repeated.externalIds.has(externalId) ? [rowRefused('batches.key_repeated', 'external_id', { externalId })] : []),
    ...(placeKey !== null && repeated.placeKeys.has(placeKey) ? [rowRefused('batches.place_repeated', 'site_name')] : []),
  ];
}

const verdict = (planned: Planned | undefined, twice: readonly RowFault[]): Pick<ItemOutcome, 'state' | 'faults'> => {
  const faults = inColumnOrder([...(planned !== undefined && 'faults' in planned ? planned.faults : []), ...twice]);
  return { state: faults.length === 0 ? 'good' : 'faulty', faults };
};

/** A row that was filed before is not filed again; when it says something else now, that is said and what was filed stands. */
export function alreadyFiled(n: number, cells: Cells, { contentDigest: digest, merchantId, claimId, reference }: FiledRow): ItemOutcome {
  const faults = contentDigest(cells) === digest ? [] : [rowRefused('batches.changed_since', 'external_id', { reference })];
  return { n, state: 'already', faults, filed: { merchantId, mandateId: null, claimId, reference } };
}
