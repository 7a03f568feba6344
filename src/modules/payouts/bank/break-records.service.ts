import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { BreaksRepository, type BreakRow, type OfBatches } from './breaks.repository.js';
import type { BreakKind, Resolution } from './breaks.rules.js';

/** What is written down about breaks, and who released what. */
@Injectable()
export class BreakRecords {
  constructor(private readonly breaks: BreaksRepository, private readonly audit: AuditTrail, private readonly clock: Clock) {}

  find(reader: Reader, id: string): Promise<BreakRow | undefined> {
    return this.breaks.find(reader, id);
  }

  lock(tx: Tx, id: string): Promise<BreakRow | undefined> {
    return this.breaks.lock(tx, id);
  }

  isReversed(reader: Reader, id: string): Promise<boolean> {
    return this.breaks.isReversed(reader, id);
  }

  lockLine(tx: Tx, lineId: string): ReturnType<BreaksRepository['lockLine']> {
    return this.breaks.lockLine(tx, lineId);
  }

  /** Opened by a person, unless it is open. */
  async asked(tx: Tx, ctx: Context, { lineId, kind, payingAccountId, currency }: { lineId: string; kind: BreakKind; payingAccountId: string; currency: string }): Promise<BreakRow> {
    const opened = await this.breaks.open(tx, { payingAccountId, currency, at: this.clock.now() }, [{ kind, lineId }]);
    const row = await this.breaks.openOf(tx, lineId, kind);
    if (row === undefined) throw new Error(`no break of line ${lineId}`);
    return opened === 0 ? row : this.#noted(tx, ctx, row, 'asked', {});
  }

  /** Whoever released money does not say what became of it. Code: `payouts.releaser_reconciles`. */
  async notReleaserOf(tx: Tx, { actor }: Context, of: OfBatches): Promise<Result<void>> {
    return await this.breaks.isReleasedBy(tx, of, userIdOf(actor)) ? refuse('payouts.releaser_reconciles') : ok(undefined);
  }

  async proposed(tx: Tx, ctx: Context, row: BreakRow, proposal: { resolution: Resolution; note: string; by: string }): Promise<BreakRow> {
    await this.breaks.propose(tx, row.id, { ...proposal, at: this.clock.now() });
    return this.#noted(tx, ctx, row, 'proposed', { resolution: proposal.resolution });
  }

  async turnedDown(tx: Tx, ctx: Context, row: BreakRow): Promise<BreakRow> {
    await this.breaks.withdraw(tx, row.id);
    return this.#noted(tx, ctx, row, 'turned_down', { resolution: row.proposal });
  }

  /** With it those that it answers as well. `reversesId`: the other one of two that cancel out. */
  async resolved(tx: Tx, ctx: Context, row: BreakRow, { resolution, note, suspenseMinor, reversesId }: { resolution: Resolution; note?: string; suspenseMinor: bigint; reversesId?: string }): Promise<BreakRow> {
    await this.breaks.resolve(tx, row.id, { resolution, by: userIdOf(ctx.actor), at: this.clock.now(), suspenseMinor, ...(note === undefined ? {} : { note }), ...(reversesId === undefined ? {} : { reversesId }) });
    await this.breaks.closeAnswered(tx, row.payingAccountId, this.clock.now());
    return this.#noted(tx, ctx, row, 'resolved', { resolution, suspenseBefore: row.suspenseMinor, suspenseAfter: String(suspenseMinor) });
  }

  /** Some of it is placed; the rest is in suspense and open as before. */
  async placedInPart(tx: Tx, ctx: Context, row: BreakRow, { resolution, suspenseMinor }: { resolution: Resolution; suspenseMinor: bigint }): Promise<BreakRow> {
    await this.breaks.lower(tx, row.id, suspenseMinor);
    return this.#noted(tx, ctx, row, 'placed_in_part', { resolution, suspenseBefore: row.suspenseMinor, suspenseAfter: String(suspenseMinor) });
  }

  async #noted(tx: Tx, ctx: Context, { id, kind, lineId, batchId }: BreakRow, what: string, data: object): Promise<BreakRow> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'reconciliation_break', id }, action: `reconciliation_break.${what}`, data: { ...data, kind, lineId, batchId } });
    const row = await this.breaks.find(tx, id);
    if (row === undefined) throw new Error(`break ${id} is gone`);
    return row;
  }
}
