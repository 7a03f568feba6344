import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { Duties } from '../../identity/index.js';
import { writeOffView, type WriteOffView } from '../views/write-off-view.js';
import { WriteOffsRepository, type WriteOffRow, type WriteOffSubject } from './write-offs.repository.js';
import type { WriteOffOutcome } from './write-offs.rules.js';

/** Money is given up by two people: one says why, another decides. What is given up, a payment or an overpayment, is locked by the caller and moved by it. */
@Injectable()
export class WriteOffDesk {
  constructor(private readonly writeOffs: WriteOffsRepository, private readonly duties: Duties, private readonly audit: AuditTrail, private readonly clock: Clock) {}

  /** Codes: `payouts.write_off_open`, `identity.duty_conflict`. */
  async propose(tx: Tx, ctx: Context, subject: WriteOffSubject, { currency, amountMinor, reason }: { currency: string; amountMinor: string; reason: string }): Promise<Result<WriteOffView>> {
    if ((await this.writeOffs.of(tx, subject)).some(({ outcome }) => outcome === null)) return refuse('payouts.write_off_open');
    const by = userIdOf(ctx.actor);
    const mine = await this.duties.take(tx, idOf(subject), by, 'write_off_proposer', 'payout.reconcile');
    if (!mine.ok) return mine;
    const reasonDigest = await this.audit.keepText(tx, reason);
    const n = await this.writeOffs.propose(tx, subject, { currency, amountMinor, reasonDigest, by, at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: aggregateOf(subject), action: `${aggregateOf(subject).type}.write_off_proposed`, data: { n, amountMinor, reasonDigest } });
    return ok(writeOffView((await this.#one(tx, subject, n)) as WriteOffRow));
  }

  /** The proposal as decided, which the caller carries out. Codes: `payouts.write_off_not_found`, `payouts.write_off_decided`, `payouts.write_off_second`, `identity.duty_conflict`. */
  async decide(tx: Tx, ctx: Context, subject: WriteOffSubject, { n, outcome, note }: { n: number; outcome: WriteOffOutcome; note: string }): Promise<Result<WriteOffRow>> {
    const row = await this.#one(tx, subject, n);
    if (row === undefined) return refuse('payouts.write_off_not_found');
    if (row.outcome !== null) return refuse('payouts.write_off_decided');
    const by = userIdOf(ctx.actor);
    if (outcome === 'written_off') {
      if (row.proposedBy === by) return refuse('payouts.write_off_second');
      const mine = await this.duties.take(tx, idOf(subject), by, 'write_off_decider', 'payout.write_off');
      if (!mine.ok) return mine;
    }
    const noteDigest = await this.audit.keepText(tx, note);
    await this.writeOffs.decide(tx, row.id, { outcome, by, at: this.clock.now(), noteDigest });
    await this.audit.record(tx, ctx, { aggregate: aggregateOf(subject), action: `${aggregateOf(subject).type}.write_off_${outcome === 'dropped' ? 'dropped' : 'decided'}`, data: { n, noteDigest } });
    return ok({ ...row, outcome, decidedBy: by });
  }

  /** Whoever proposed it has thought better of it. Codes: `payouts.write_off_not_found`, `payouts.write_off_decided`, `payouts.write_off_of_another`. */
  async takeBack(tx: Tx, ctx: Context, subject: WriteOffSubject, n: number): Promise<Result<WriteOffView>> {
    const row = await this.#one(tx, subject, n);
    if (row === undefined) return refuse('payouts.write_off_not_found');
    if (row.outcome !== null) return refuse('payouts.write_off_decided');
    const by = userIdOf(ctx.actor);
    if (row.proposedBy !== by) return refuse('payouts.write_off_of_another');
    await this.writeOffs.decide(tx, row.id, { outcome: 'dropped', by, at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: aggregateOf(subject), action: `${aggregateOf(subject).type}.write_off_taken_back`, data: { n } });
    return ok(writeOffView((await this.#one(tx, subject, n)) as WriteOffRow));
  }

  /** Oldest first. */
  async of(reader: Reader, subject: WriteOffSubject): Promise<WriteOffView[]> {
    return (await this.writeOffs.of(reader, subject)).map(writeOffView);
  }

  async #one(tx: Tx, subject: WriteOffSubject, n: number): Promise<WriteOffRow | undefined> {
    return (await this.writeOffs.of(tx, subject)).find((row) => row.n === n);
  }
}

const idOf = (subject: WriteOffSubject): string => ('lineId' in subject ? subject.lineId : subject.overpaymentId);
const aggregateOf = (subject: WriteOffSubject): { type: 'payment_line' | 'overpayment'; id: string } => ({ type: 'lineId' in subject ? 'payment_line' : 'overpayment', id: idOf(subject) });
