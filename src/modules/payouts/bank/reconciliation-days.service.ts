import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { addDays, isCalendarDate, startOf, type CalendarDate } from '../../../core/time/index.js';
import { Database } from '../../../platform/database/database.js';
import { PayingAccounts, type PayingAccountEntity } from '../../funds/index.js';
import { LedgerProofs } from '../ledger-proofs.service.js';
import type { ReconciliationView } from '../views/bank-view.js';
import { moneyView } from '../views/payout-view.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';

/** How days of paying accounts ended: what was booked, what is open, and what the proof says. */
@Injectable()
export class ReconciliationDays {
  constructor(private readonly database: Database, private readonly accounts: PayingAccounts, private readonly days: ReconciliationsRepository, private readonly proofs: LedgerProofs) {}

  /** One day of every paying account, or of one. Code: `payouts.not_found`. */
  async day(on: CalendarDate, payingAccountId?: string): Promise<Result<{ self: string; on: CalendarDate; items: ReconciliationView[] }>> {
    if (!isCalendarDate(on)) return refuse('payouts.not_found');
    const accounts = (await this.accounts.list(this.database.reader)).filter(({ id }) => payingAccountId === undefined || id === payingAccountId);
    if (payingAccountId !== undefined && accounts.length === 0) return refuse('payouts.not_found');
    const items: ReconciliationView[] = [];
    for (const account of accounts) items.push(await this.#dayOf(on, account));
    return ok({ self: `/v1/reconciliations/${on}`, on, items });
  }

  async #dayOf(on: CalendarDate, { id, currency, zone }: PayingAccountEntity): Promise<ReconciliationView> {
    const [reader, end] = [this.database.reader, startOf(addDays(on, 1), zone)];
    const [booked, proof] = [await this.days.day(reader, id, on), await this.proofs.after(id, on)];
    const sum = (of: 'debitedMinor' | 'creditedMinor') => moneyView(booked.reduce((total, row) => total + BigInt(row[of]), 0n), currency);
    return {
      self: `/v1/reconciliations/${on}?payingAccount=${id}`, on, payingAccountId: id, bookedCount: booked.reduce((total, { count }) => total + count, 0), debited: sum('debitedMinor'), credited: sum('creditedMinor'),
      classes: booked.map(({ class: of, count }) => ({ class: of, count })), openBreaks: await this.days.openBreaks(reader, id, end), ...(proof === undefined ? {} : { proof }),
    };
  }
}
