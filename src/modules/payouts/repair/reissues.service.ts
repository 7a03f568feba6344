import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Tx } from '../../../platform/database/tx.js';
import { actorName } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { OverpaymentOpenings } from '../overpayments/overpayment-openings.service.js';
import type { PaymentLineEntity } from '../payment-line.entity.js';
import { PaymentLinesRepository, type FollowUp } from '../payment-lines.repository.js';
import { lineView, type LineView } from '../views/payout-view.js';
import { LapsedLines } from './lapsed-lines.service.js';
import { FILE_REFUSED } from './returns.rules.js';

/** Pays again what came back: once the business has another account in use by itself, else when somebody of finance says so. */
@Injectable()
export class Reissues {
  constructor(
    private readonly work: UnitOfWork, private readonly lines: PaymentLinesRepository, private readonly lapsed: LapsedLines, private readonly openings: OverpaymentOpenings,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.not_back`, `payouts.reissued_already`, `payouts.line_held`, `payouts.nothing_due`. */
  reissue(ctx: Context, lineId: string, version: number): Promise<Result<LineView>> {
    return this.work.run(ctx, async (tx): Promise<Result<LineView>> => {
      const line = await this.lines.lock(tx, lineId);
      if (line === null) return refuse('payouts.not_found');
      if (line.version !== version) return refuse('http.stale', { seen: version, current: line.version });
      const may = await this.#mayFollow(tx, line);
      if (!may.ok) return may;
      await this.openings.net(tx, ctx, [line.claimId]);
      const [made] = await this.#follow(tx, ctx, line.fundId, [lineId]);
      const row = made === undefined ? null : await this.lines.find(tx, made.lineId);
      return row === null ? refuse('payouts.nothing_due') : ok(lineView(row));
    });
  }

  /** Another account of a business is in use: holds that waited for it are lifted, and what came back is paid again with the next batch. Holds that people placed stand. */
  async accountFixed(tx: Tx, ctx: Context, merchantId: string): Promise<Result<void>> {
    const fixed = await this.lines.fixedOf(tx, merchantId);
    for (const { lineId, claimId, fundId } of fixed) {
      const back = await this.lines.lockBack(tx, [lineId]);
      if (back.length === 0) continue;
      await this.lapsed.lift(tx, ctx, claimId, ['payee']);
      if ((await this.lines.blocksOn(tx, claimId)).length === 0) await this.#follow(tx, ctx, fundId, [lineId]);
    }
    return ok(undefined);
  }

  async #mayFollow(tx: Tx, { id, claimId, state, reason, nothingDueAt }: PaymentLineEntity): Promise<Result<void>> {
    if (state !== 'rejected' && state !== 'returned') return refuse('payouts.not_back', { state });
    if (nothingDueAt !== null) return refuse('payouts.nothing_due');
    if ((await this.lines.lockBack(tx, [id])).length === 0) return refuse('payouts.reissued_already');
    const blocks = reason === FILE_REFUSED ? [] : await this.lines.blocksOn(tx, claimId);
    return blocks.length === 0 ? ok(undefined) : refuse('payouts.line_held', { reasons: blocks });
  }

  async #follow(tx: Tx, ctx: Context, fundId: string, lineIds: readonly string[]): Promise<FollowUp[]> {
    const made = await this.lines.followUp(tx, fundId, lineIds, { at: this.clock.now(), by: actorName(ctx.actor) });
    for (const { lineId, replacesId } of made) await this.audit.record(tx, ctx, { aggregate: { type: 'payment_line', id: lineId }, action: 'payment_line.reissued', data: { replacesId }, isNew: true });
    return made;
  }
}
