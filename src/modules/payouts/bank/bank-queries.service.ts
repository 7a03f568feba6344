import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { ReconciliationClass } from '../../../core/payments/reconcile.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { OverpaymentQueries } from '../overpayments/overpayment-queries.service.js';
import { bankItemView } from '../views/bank-item-view.js';
import { bankMessageView } from '../views/bank-message-view.js';
import type { BankItemView, BankMessageState, BankMessageView, BreakDetail, BreakView } from '../views/bank-view.js';
import type { NamedOverpayment } from '../views/overpayment-view.js';
import { breakDetail, breakView } from '../views/break-view.js';
import { BankItemsRepository, type ItemRow } from './bank-items.repository.js';
import { BankMessagesRepository } from './bank-messages.repository.js';
import { BreaksRepository, type BreakRow } from './breaks.repository.js';
import { resolutionsOf, type BreakKind } from './breaks.rules.js';
import { readSaid, wordsIn } from './said.rules.js';

const MOST_ABOUT_A_LINE = 100;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads what banks said, and what does not fit. */
@Injectable()
export class BankQueries {
  constructor(
    private readonly database: Database, private readonly messages: BankMessagesRepository, private readonly items: BankItemsRepository,
    private readonly breaks: BreaksRepository, private readonly overpayments: OverpaymentQueries,
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
    return ok(breakDetail(row, item, await this.#owed(row, item), await this.overpayments.placedFrom(id)));
  }

  /** Payments that left from this account, or the one batch, by what a person wrote of them; `unknown` is what names neither. */
  async named(payingAccountId: string, words: readonly string[]): Promise<{ lineIds: string[]; batchIds: string[]; unknown: string[] }> {
    const found = await this.items.known(this.database.reader, payingAccountId, words.map((word) => ({ word, ...(ID.test(word) ? { id: word } : {}) })));
    return {
      lineIds: found.flatMap(({ lineId }) => lineId ?? []), batchIds: found.flatMap(({ lineId, batchId }) => (lineId === null ? batchId ?? [] : [])),
      unknown: found.filter(({ lineId, batchId }) => lineId === null && batchId === null).map(({ word }) => word),
    };
  }

  /** What money that nobody has placed yet may pay back, by what the bank wrote beside it. */
  async #owed(row: BreakRow, item: ItemRow | undefined): Promise<NamedOverpayment[]> {
    if (item === undefined || row.state === 'resolved' || !resolutionsOf(row).includes('repayment')) return [];
    return this.overpayments.named(row.payingAccountId, wordsIn(readSaid(item.said)));
  }
}
