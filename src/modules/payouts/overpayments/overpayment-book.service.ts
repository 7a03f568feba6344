import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { FundLedger } from '../../funds/index.js';
import { overpaymentChanged } from '../payouts.events.js';
import { OverpaymentsRepository, type NewOverpaymentEntry, type OverpaymentEntryKind, type OverpaymentRow } from './overpayments.repository.js';

const POSTED_AS = { repaid: 'repaid', offset: 'set_off', offset_undone: 'set_off_undone', written_off: 'forgone', annulled: 'annulled' } as const satisfies Record<Exclude<OverpaymentEntryKind, 'booked'>, string>;

/** The only writer of overpayments: row, ledger of the fund and of the account, audit entry and event together. The overpayment is locked by the caller. */
@Injectable()
export class OverpaymentBook {
  constructor(
    private readonly overpayments: OverpaymentsRepository, private readonly ledger: FundLedger, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock,
  ) {}

  /** Undefined where one was opened for this entitlement already. */
  async open(tx: Tx, ctx: Context, claimId: string, amountMinor: bigint): Promise<OverpaymentRow | undefined> {
    const id = await this.overpayments.insert(tx, { claimId, amountMinor, at: this.clock.now() });
    const row = id === undefined ? undefined : await this.overpayments.find(tx, id);
    if (row === undefined) return undefined;
    await this.ledger.recover(tx, 'overpaid', { ...row, amountMinor });
    await this.audit.record(tx, ctx, { aggregate: { type: 'overpayment', id: row.id }, action: 'overpayment.opened', data: { claimId, amountMinor: String(amountMinor), entitlement: row.entitlementNo }, isNew: true });
    await this.events.append(tx, ctx, overpaymentChanged(row.merchantId, { overpaymentId: row.id, claimId, what: 'opened', amountMinor: String(amountMinor), currency: row.currency }));
    return row;
  }

  /** Open ones of claims, oldest first, locked; the claims are locked by the caller. */
  openOf(tx: Tx, claimIds: readonly string[]): Promise<OverpaymentRow[]> {
    return this.overpayments.openOf(tx, claimIds);
  }

  /** More than is left is refused by the database. What is booked afterwards moves nothing of the fund: it was posted when people said it. */
  async enter(tx: Tx, ctx: Context, row: OverpaymentRow, entry: NewOverpaymentEntry): Promise<void> {
    await this.overpayments.addEntry(tx, row, entry, this.clock.now());
    if (entry.kind !== 'booked') await this.ledger.recover(tx, POSTED_AS[entry.kind], { ...row, amountMinor: entry.amountMinor, ...(entry.payingAccountId === undefined ? {} : { payingAccountId: entry.payingAccountId }) });
    if (entry.kind === 'repaid') await this.#onAccount(tx, row, entry);
    const { kind, amountMinor, ...rest } = entry;
    await this.audit.record(tx, ctx, { aggregate: { type: 'overpayment', id: row.id }, action: `overpayment.${kind}`, data: { ...rest, amountMinor: String(amountMinor) } });
    await this.events.append(tx, ctx, overpaymentChanged(row.merchantId, { overpaymentId: row.id, claimId: row.claimId, what: kind, amountMinor: String(amountMinor), currency: row.currency }));
  }

  /** Somebody says that it came back; nothing is posted. */
  async proposed(tx: Tx, ctx: Context, row: OverpaymentRow, said: { amountMinor: bigint; payingAccountId: string; noteDigest: string; by: string }): Promise<void> {
    await this.overpayments.propose(tx, row.id, { ...said, at: this.clock.now() });
    const { amountMinor, payingAccountId, noteDigest } = said;
    await this.audit.record(tx, ctx, { aggregate: { type: 'overpayment', id: row.id }, action: 'overpayment.repayment_proposed', data: { amountMinor: String(amountMinor), payingAccountId, noteDigest } });
  }

  async turnedDown(tx: Tx, ctx: Context, row: OverpaymentRow): Promise<void> {
    await this.overpayments.answered(tx, row.id);
    await this.audit.record(tx, ctx, { aggregate: { type: 'overpayment', id: row.id }, action: 'overpayment.repayment_turned_down', data: { amountMinor: row.repayment?.amountMinor, noteDigest: row.repayment?.noteDigest } });
  }

  async agreed(tx: Tx, ctx: Context, row: OverpaymentRow, userId: string): Promise<void> {
    await this.overpayments.agree(tx, row.id, userId, this.clock.now());
    await this.audit.record(tx, ctx, { aggregate: { type: 'overpayment', id: row.id }, action: 'overpayment.offset_agreed', data: { leftMinor: row.leftMinor } });
  }

  /** Money that is in suspense, or will be once the bank tells of it, is for the payments of the account now. Where no bank tells of anything, it stands with it at once. */
  async #onAccount(tx: Tx, { id }: OverpaymentRow, { amountMinor, payingAccountId, breakId, awaitsBooking = false }: NewOverpaymentEntry): Promise<void> {
    if (payingAccountId === undefined) throw new Error('what is paid back comes back on an account');
    const from = breakId !== undefined || awaitsBooking ? 'suspense' as const : 'bank' as const;
    await this.ledger.postBank(tx, { payingAccountId, kind: 'recovery_repaid', reference: id, postings: [{ account: from, amountMinor }, { account: 'cleared', amountMinor: -amountMinor }] });
  }
}
