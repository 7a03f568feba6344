import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Tx } from '../../../platform/database/tx.js';
import { LineMoves } from '../line-moves.service.js';
import type { PaymentLineEntity } from '../payment-line.entity.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { lineView, type LineView } from '../views/payout-view.js';
import type { WriteOffView } from '../views/write-off-view.js';
import { WriteOffDesk } from './write-off-desk.service.js';
import type { WriteOffOutcome } from './write-offs.rules.js';

/** Payments that came back and are given up instead of paid again. */
@Injectable()
export class LineWriteOffs {
  constructor(private readonly work: UnitOfWork, private readonly lines: PaymentLinesRepository, private readonly moves: LineMoves, private readonly desk: WriteOffDesk) {}

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.not_back`, `payouts.more_than_due`, and those of the desk. Edge: where less than all of it is due by now, that is paid again, and given up if it comes back. */
  propose(ctx: Context, lineId: string, version: number, reason: string): Promise<Result<WriteOffView>> {
    return this.work.run(ctx, async (tx): Promise<Result<WriteOffView>> => {
      const line = await this.#back(tx, lineId, version);
      if (line.ok && await this.lines.payable(tx, line.value.claimId) < BigInt(line.value.grossMinor)) return refuse('payouts.more_than_due');
      return line.ok ? this.desk.propose(tx, ctx, { lineId }, { currency: line.value.currency, amountMinor: line.value.grossMinor, reason }) : line;
    });
  }

  /** Codes as `propose`. A proposal can be dropped whatever became of the payment. */
  decide(ctx: Context, lineId: string, version: number, decision: { n: number; outcome: WriteOffOutcome; note: string }): Promise<Result<LineView>> {
    return this.work.run(ctx, async (tx): Promise<Result<LineView>> => {
      const line = await this.#back(tx, lineId, version, decision.outcome);
      if (!line.ok) return line;
      const decided = await this.desk.decide(tx, ctx, { lineId }, decision);
      if (!decided.ok) return decided;
      if (decision.outcome === 'written_off') await this.moves.move(tx, ctx, 'write_off', [{ lineId, ...(line.value.reason === null ? {} : { reason: line.value.reason }) }]);
      const after = await this.lines.find(tx, lineId);
      return after === null ? refuse('payouts.not_found') : ok(lineView(after));
    });
  }

  /** By whoever proposed it, whatever became of the payment. Codes: `payouts.not_found`, and those of the desk. */
  takeBack(ctx: Context, lineId: string, n: number): Promise<Result<WriteOffView>> {
    return this.work.run(ctx, async (tx): Promise<Result<WriteOffView>> => {
      const line = await this.lines.lock(tx, lineId);
      return line === null ? refuse('payouts.not_found') : this.desk.takeBack(tx, ctx, { lineId }, n);
    });
  }

  async #back(tx: Tx, lineId: string, version: number, outcome: WriteOffOutcome = 'written_off'): Promise<Result<PaymentLineEntity>> {
    const line = await this.lines.lock(tx, lineId);
    if (line === null) return refuse('payouts.not_found');
    if (line.version !== version) return refuse('http.stale', { seen: version, current: line.version });
    if (outcome === 'dropped') return ok(line);
    const [back] = await this.lines.lockBack(tx, [lineId]);
    return back === undefined ? refuse('payouts.not_back', { state: line.state }) : ok(back);
  }
}
