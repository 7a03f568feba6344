import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Tx } from '../../../platform/database/tx.js';
import { WriteOffDesk } from '../repair/write-off-desk.service.js';
import type { WriteOffOutcome } from '../repair/write-offs.rules.js';
import { overpaymentView, type OverpaymentView } from '../views/overpayment-view.js';
import type { WriteOffView } from '../views/write-off-view.js';
import { OverpaymentBook } from './overpayment-book.service.js';
import { OverpaymentsRepository, type OverpaymentRow } from './overpayments.repository.js';

/** What nobody will pay back is given up by two people: all that is left of it, as it stood when it was proposed. */
@Injectable()
export class OverpaymentWriteOffs {
  constructor(private readonly work: UnitOfWork, private readonly overpayments: OverpaymentsRepository, private readonly book: OverpaymentBook, private readonly desk: WriteOffDesk) {}

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.recovery_closed`, and those of the desk. */
  propose(ctx: Context, id: string, version: number, reason: string): Promise<Result<WriteOffView>> {
    return this.work.run(ctx, async (tx): Promise<Result<WriteOffView>> => {
      const row = await this.#locked(tx, id, version);
      if (!row.ok) return row;
      if (row.value.closedAt !== null) return refuse('payouts.recovery_closed');
      return this.desk.propose(tx, ctx, { overpaymentId: id }, { currency: row.value.currency, amountMinor: row.value.leftMinor, reason });
    });
  }

  /** Codes as `propose`; `payouts.write_off_overtaken` where something of it came back since. */
  decide(ctx: Context, id: string, version: number, decision: { n: number; outcome: WriteOffOutcome; note: string }): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const row = await this.#locked(tx, id, version);
      if (!row.ok) return row;
      const decided = await this.desk.decide(tx, ctx, { overpaymentId: id }, decision);
      if (!decided.ok) return decided;
      const { amountMinor, proposedBy, decidedBy } = decided.value;
      if (decision.outcome === 'written_off') {
        if (amountMinor !== row.value.leftMinor) return refuse('payouts.write_off_overtaken');
        await this.book.enter(tx, ctx, row.value, { kind: 'written_off', amountMinor: BigInt(amountMinor), proposedBy, ...(decidedBy === null ? {} : { decidedBy }) });
      }
      const after = await this.overpayments.find(tx, id);
      return after === undefined ? refuse('payouts.not_found') : ok(overpaymentView(after));
    });
  }

  /** By whoever proposed it. Codes: `payouts.not_found`, and those of the desk. */
  takeBack(ctx: Context, id: string, n: number): Promise<Result<WriteOffView>> {
    return this.work.run(ctx, async (tx): Promise<Result<WriteOffView>> => {
      const row = await this.overpayments.lock(tx, id);
      return row === undefined ? refuse('payouts.not_found') : this.desk.takeBack(tx, ctx, { overpaymentId: id }, n);
    });
  }

  async #locked(tx: Tx, id: string, version: number): Promise<Result<OverpaymentRow>> {
    const row = await this.overpayments.lock(tx, id);
    if (row === undefined) return refuse('payouts.not_found');
    return row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }
}
