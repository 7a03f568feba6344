import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { ReconciliationClass } from '../../../core/payments/reconcile.js';
import { addDays, isCalendarDate, startOf, type CalendarDate } from '../../../core/time/index.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { PayingAccounts, type PayingAccountEntity } from '../../funds/index.js';
import { OverpaymentQueries } from '../overpayments/overpayment-queries.service.js';
import { bankItemView } from '../views/bank-item-view.js';
import { bankMessageView } from '../views/bank-message-view.js';
import type { BankItemView, BankMessageState, BankMessageView, BreakDetail, BreakView, ReconciliationView } from '../views/bank-view.js';
import type { OverpaymentView } from '../views/overpayment-view.js';
import { breakDetail, breakView } from '../views/break-view.js';
import { moneyView } from '../views/payout-view.js';
import { BankItemsRepository, type ItemRow } from './bank-items.repository.js';
import { BankMessagesRepository } from './bank-messages.repository.js';
import { BreaksRepository, type BreakRow } from './breaks.repository.js';
import { resolutionsOf, type BreakKind } from './breaks.rules.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';
import { readSaid, wordsIn } from './said.rules.js';

const MOST_ABOUT_A_LINE = 100;

/** Reads what banks said, what does not fit, and how days ended. */
@Injectable()
export class BankQueries {
  constructor(
    private readonly database: Database, private readonly accounts: PayingAccounts, private readonly messages: BankMessagesRepository, private readonly items: BankItemsRepository,
    private readonly breaks: BreaksRepository, private readonly overpayments: OverpaymentQueries, private readonly days: ReconciliationsRepository,
  ) {}

  /** Newest first. */
  async messagesPage({ limit, ...wanted }: { payingAccountId?: string; state?: BankMessageState; since?: string; before?: string; limit: number }): Promise<Page<BankMessageView>> {
    const page = pageOf(await this.messages.list(this.database.reader, { ...wanted, limit: limit + 1 }), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(bankMessageView) };
  }

  /** What it says, in the order of the file. Code: `payouts.not_found`. */
  async itemsOf(messageId: string, { of, after, limit }: { of?: ReconciliationClass; after: number; limit: number }): Promise<Result<Page<BankItemView>>> {
    if (await this.messages.find(this.database.reader, messageId) === undefined) return refuse('payouts.not_found');
    const rows = await this.items.list(this.database.reader, messageId, { ...(of === undefined ? {} : { of }), after, limit: limit + 1 });
    const page = pageOf(rows, limit, ({ n }) => [String(n)]);
    return ok({ ...page, items: page.items.map(bankItemView) });
  }

  /** What banks said of a payment, in the order in which it came; bounded, since they say little of one. */
  async itemsAbout(lineId: string): Promise<BankItemView[]> {
    return (await this.items.ofLine(this.database.reader, lineId, MOST_ABOUT_A_LINE)).map(bankItemView);
  }

  /** Newest first. */
  async breaksPage({ limit, ...wanted }: { payingAccountId?: string; kind?: BreakKind; state?: 'open' | 'resolved'; batchId?: string; before?: string; limit: number }): Promise<Page<BreakView>> {
    const page = pageOf(await this.breaks.list(this.database.reader, { ...wanted, limit: limit + 1 }), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(breakView) };
  }

  /** Code: `payouts.not_found`. */
  async break(id: string): Promise<Result<BreakDetail>> {
    const { reader } = this.database;
    const row = await this.breaks.find(reader, id);
    if (row === undefined) return refuse('payouts.not_found');
    const item = row.itemId === null ? undefined : await this.items.find(reader, row.itemId);
    return ok(breakDetail(row, item, await this.#named(row, item), await this.overpayments.placedFrom(id)));
  }

  /** A payment that left from this account, by the reference the bank knows it by. */
  lineIdOf(payingAccountId: string, endToEndId: string): Promise<string | undefined> {
    return this.items.lineIdOf(this.database.reader, payingAccountId, endToEndId);
  }

  /** What money that nobody has placed yet may pay back, by what the bank wrote beside it. */
  async #named(row: BreakRow, item: ItemRow | undefined): Promise<OverpaymentView[]> {
    if (item === undefined || row.state === 'resolved' || !resolutionsOf(row).includes('repayment')) return [];
    return this.overpayments.named(row.payingAccountId, wordsIn(readSaid(item.said)));
  }

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
    const [booked, proof] = [await this.days.day(reader, id, on), await this.days.proof(reader, id, end)];
    const sum = (of: 'debitedMinor' | 'creditedMinor') => moneyView(booked.reduce((total, row) => total + BigInt(row[of]), 0n), currency);
    const { linesMinor, paidMinor, clearedMinor } = proof;
    return {
      self: `/v1/reconciliations/${on}?payingAccount=${id}`, on, payingAccountId: id, bookedCount: booked.reduce((total, { count }) => total + count, 0), debited: sum('debitedMinor'), credited: sum('creditedMinor'),
      classes: booked.map(({ class: of, count }) => ({ class: of, count })), openBreaks: await this.days.openBreaks(reader, id, end),
      proof: { linesSettled: moneyView(linesMinor, currency), fundsPaid: moneyView(paidMinor, currency), bankCleared: moneyView(clearedMinor, currency), agrees: linesMinor === paidMinor && paidMinor === clearedMinor },
    };
  }
}
