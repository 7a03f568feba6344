import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { attempt } from '../../platform/database/attempt.js';
import type { Tx } from '../../platform/database/tx.js';
import { AgentKeysRepository } from './agent-keys.repository.js';
import { alreadyFiled } from './batch-checks.service.js';
import { BatchesRepository, type ItemOutcome } from './batches.repository.js';
import { cellsOf } from './row-cells.rules.js';
import { RowFilings } from './row-filings.service.js';
import { RowPlans, type Planned } from './row-plans.service.js';
import { asRowFault, type Cells } from './row-reading.rules.js';
import type { BatchRow, ItemRow } from './views/batch-row.js';
import { MOST_STRICT_ROWS } from './batch-uploads.service.js';

const TURN_MS = 1_000;

/** Rows of a batch, filed inside one transaction: some of them each on its own, or all of them as one. */
@Injectable()
export class BatchFiling {
  constructor(
    private readonly batches: BatchesRepository, private readonly keys: AgentKeysRepository, private readonly plans: RowPlans, private readonly rows: RowFilings,
    private readonly clock: Clock,
  ) {}

  /** One batch of an agent at a time. False while another has its turn; a turn lasts until the commit. */
  takeTurn(tx: Tx, agentId: string): Promise<boolean> {
    return this.keys.takeTurn(tx, agentId);
  }

  nextTurn(): Instant {
    return (this.clock.now() + TURN_MS) as Instant;
  }

  /** Each good row on its own: a refused one is taken back and says why, the others go. */
  async some(tx: Tx, ctx: Context, batch: BatchRow, items: readonly ItemRow[]): Promise<void> {
    const outcomes: ItemOutcome[] = [];
    await this.#each(tx, batch, items, async (item, cells, planned) => {
      const filed = await attempt(tx, (inner) => this.#file(inner, ctx, batch, cells, planned));
      outcomes.push(outcomeOf(item, filed));
      return true;
    }, outcomes);
    await this.#keep(tx, batch, outcomes);
  }

  /** All good rows, or nothing: false when one was refused, which then says why. */
  async whole(tx: Tx, ctx: Context, batch: BatchRow): Promise<boolean> {
    const items = await this.batches.items(tx, batch.id, { states: ['good'], limit: MOST_STRICT_ROWS });
    const outcomes: ItemOutcome[] = [];
    let refused: ItemOutcome | undefined;
    const all = await attempt(tx, async (inner): Promise<Result<null>> => {
      await this.#each(inner, batch, items, async (item, cells, planned) => {
        // In an attempt of its own, so that a constraint it meets is known to be this row's.
        const filed = await attempt(inner, (row) => this.#file(row, ctx, batch, cells, planned));
        if (filed.ok) outcomes.push(outcomeOf(item, filed));
        else refused = outcomeOf(item, filed);
        return filed.ok;
      }, outcomes);
      return refused === undefined ? ok(null) : refuse('batches.not_whole', { faulty: 1 });
    });
    await this.#keep(tx, batch, all.ok ? outcomes : refused === undefined ? [] : [refused]);
    return all.ok;
  }

  /** Rows that were filed meanwhile by another batch are `already`; the others are handed on, until one says stop. */
  async #each(tx: Tx, batch: BatchRow, items: readonly ItemRow[], one: (item: ItemRow, cells: Cells, planned: Planned) => Promise<boolean>, outcomes: ItemOutcome[]): Promise<void> {
    const rows = items.map(({ cells }) => cellsOf(cells, batch.columns));
    const filed = new Map((await this.keys.filed(tx, batch.agentId, items.map(({ externalId }) => externalId ?? ''))).map((row) => [row.externalId, row]));
    const planned = await this.plans.plan(tx, batch.agentId, rows);
    for (const [index, item] of items.entries()) {
      const [before, cells, plan] = [filed.get(item.externalId ?? ''), rows[index] ?? {}, planned[index]];
      if (before !== undefined) outcomes.push(alreadyFiled(item.n, cells, before));
      else if (plan !== undefined && !(await one(item, cells, plan))) return;
    }
  }

  /** What was good may have changed since the dry run: the scheme closed, say. Then the row fails with these words. */
  async #file(tx: Tx, ctx: Context, batch: BatchRow, cells: Cells, planned: Planned): Promise<Result<NonNullable<ItemOutcome['filed']>>> {
    if ('faults' in planned) {
      const [first] = planned.faults;
      return refuse(first?.code ?? 'batches.line_malformed', first?.params);
    }
    const userId = batch.committedBy ?? batch.uploadedBy;
    const as: Context = { actor: { kind: 'user', userId, roles: ['agent'], memberships: [] }, requestId: ctx.requestId };
    return this.rows.file(tx, as, { agentId: batch.agentId, batchId: batch.id, userId }, cells, planned.plan);
  }

  async #keep(tx: Tx, batch: BatchRow, outcomes: readonly ItemOutcome[]): Promise<void> {
    await this.batches.settle(tx, batch.id, outcomes);
    const count = (state: ItemOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
    await this.batches.count(tx, batch.id, { filed: count('filed'), failed: count('failed'), already: count('already'), good: -outcomes.length });
  }
}

const outcomeOf = ({ n }: ItemRow, filed: Result<NonNullable<ItemOutcome['filed']>>): ItemOutcome =>
  (filed.ok ? { n, state: 'filed', faults: [], filed: filed.value } : { n, state: 'failed', faults: faultsOf(filed.refusal) });

const faultsOf = (refusal: Refusal): ItemOutcome['faults'] => (refusal.causes ?? [refusal]).map(asRowFault);
