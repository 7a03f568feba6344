import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { readProfile } from '../../core/payments/index.js';
import type { CalendarDate } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PayingAccounts } from '../funds/index.js';
import { Duties } from '../identity/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { BatchRecords } from './batch-records.service.js';
import { approvalsFor, executionDay } from './batches.rules.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import type { PayoutBatchEntity } from './payout-batch.entity.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { batchView, type BatchView } from './views/payout-view.js';

/** Lines of one batch at most: what one file of a bank takes. */
const MOST_LINES = 100_000;
const SECONDS = 120;

/** Puts together what is paid at once, and locks it. Nothing leaves by this. */
@Injectable()
export class BatchPreparation {
  constructor(
    private readonly work: UnitOfWork, private readonly batches: PayoutBatchesRepository, private readonly lines: PaymentLinesRepository, private readonly lifecycle: BatchLifecycle,
    private readonly paying: PayingAccounts, private readonly duties: Duties, private readonly records: BatchRecords,
  ) {}

  /**
   * Opens a batch with everything that is due from a fund and that nothing stops, up to 100,000 lines. Codes: `funds.not_found`,
   * `payouts.paying_account_missing`, `payouts.date_past`, `payouts.date_far`, `payouts.date_closed`, `payouts.batch_empty`.
   */
  open(ctx: Context, { fundId, executeOn }: { fundId: string; executeOn?: CalendarDate }): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const source = await this.paying.of(tx, fundId);
      if (source === undefined) return refuse('payouts.paying_account_missing');
      const { fund: { currency, method }, account } = source;
      const day = executionDay(executeOn, this.records.today(account.zone), readProfile(account.profile).profile?.closed);
      if (!day.ok) return day;
      await tx.allow(SECONDS);
      const by = userIdOf(ctx.actor);
      const moved = { fundId, method, limit: MOST_LINES, at: this.records.now(), by };
      await this.lines.drawUp(tx, moved);
      // Asked before it is numbered: numbers of batches have no gaps that an auditor would ask about.
      if (!await this.lines.isAnythingFit(tx, moved)) return refuse('payouts.batch_empty');
      const id = await this.batches.insert(tx, { fundId, payingAccountId: account.id, currency, method, executeOn: day.value, by, at: this.records.now() });
      if (await this.lines.include(tx, { ...moved, batchId: id }) === 0) return refuse('payouts.batch_empty');
      return this.records.opened(tx, ctx, id);
    });
  }

  /** Takes a line out of a batch that has not left; it is due for the next. A locked batch goes on without it. Codes: `payouts.not_found`, `payouts.not_in_state`. */
  leaveOut(ctx: Context, batchId: string, version: number, lineId: string): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const batch = await this.lifecycle.locked(tx, batchId, version);
      if (!batch.ok) return batch;
      const staying = this.lifecycle.decide(batch.value, 'cancel');
      if (!staying.ok) return staying;
      const left = [{ lineId, reason: 'left_out' }];
      if (await this.lines.putBack(tx, { batchId, lines: left, at: this.records.now(), by: userIdOf(ctx.actor) }) === 0) return refuse('payouts.not_found');
      if (batch.value.state !== 'open') await this.lines.noteDropped(tx, batchId, left, this.records.now());
      return ok(batchView(await this.records.leftOut(tx, ctx, batch.value, lineId)));
    });
  }

  /**
   * Freezes accounts, sums and order of the lines. What something stops by now is left out first. Codes: `payouts.not_in_state`,
   * `payouts.batch_empty`, `identity.duty_conflict`, `access.permission`, `http.stale`.
   */
  lock(ctx: Context, batchId: string, version: number): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const batch = await this.lifecycle.locked(tx, batchId, version);
      if (!batch.ok) return batch;
      await tx.allow(SECONDS);
      const by = userIdOf(ctx.actor);
      const left = await this.#leaveOutBlocked(tx, batch.value, by);
      const totals = await this.lines.totals(tx, batchId);
      const decided = this.lifecycle.decide(batch.value, 'lock', { lineCount: totals.count });
      if (!decided.ok) return decided;
      const mine = await this.duties.take(tx, batchId, by, 'locker', 'payout.prepare');
      if (!mine.ok) return mine;
      const source = await this.paying.of(tx, batch.value.fundId);
      if (source?.account.id !== batch.value.payingAccountId) return refuse('payouts.paying_account_missing');
      const after = await this.batches.lockDown(tx, batchId, { by, at: this.records.now(), totals, approvalsNeeded: approvalsFor(source.account.approvals, BigInt(totals.netMinor)) });
      await this.lifecycle.record(tx, ctx, batch.value, after, { event: 'lock', data: { digest: after.digest, count: totals.count, totalMinor: totals.netMinor, leftOut: left } });
      return ok(batchView(after));
    });
  }

  /** Gives all its lines back: they are due again. Codes: `payouts.not_in_state`, `http.stale`. */
  cancel(ctx: Context, batchId: string, version: number): Promise<Result<BatchView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BatchView>> => {
      const batch = await this.lifecycle.locked(tx, batchId, version);
      if (!batch.ok) return batch;
      const decided = this.lifecycle.decide(batch.value, 'cancel');
      if (!decided.ok) return decided;
      await tx.allow(SECONDS);
      const count = await this.lines.putBack(tx, { batchId, lines: 'all', at: this.records.now(), by: userIdOf(ctx.actor) });
      return ok(batchView(await this.lifecycle.move(tx, ctx, batch.value, decided.value, { event: 'cancel', data: { putBack: count } })));
    });
  }

  async #leaveOutBlocked(tx: Tx, { id, method, state }: PayoutBatchEntity, by: string): Promise<number> {
    if (state !== 'open') return 0;
    await this.lines.freezePayees(tx, id);
    const blocked = await this.lines.blocked(tx, id, method);
    if (blocked.length === 0) return 0;
    return this.lines.putBack(tx, { batchId: id, lines: blocked.map(({ lineId, reasons }) => ({ lineId, reason: reasons[0] ?? 'held' })), at: this.records.now(), by });
  }
}
