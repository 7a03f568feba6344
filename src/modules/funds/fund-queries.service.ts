import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { FundEntity } from './fund.entity.js';
import type { FundView } from './fund-ledger.service.js';
import { FundsRepository } from './funds.repository.js';
import { LedgerQueries, type LedgerEntryView } from './ledger-queries.service.js';

export interface BalanceView {
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
}

const amount = (minor: string, code: string): string => formatMoney(money(BigInt(minor), currency(code)));

const view = ({ id, code, name, mode, currency: code3, version, limitMinor, payingAccountId, method }: FundEntity): FundView => ({
  self: `/v1/funds/${id}`, id, code, name, mode, currency: code3, version, ...(payingAccountId === null ? {} : { payingAccountId, method }), ...(limitMinor === null ? {} : { limit: { amount: amount(limitMinor, code3), currency: code3 } }),
});

/** Reads funds, entries and balances, also as they stood. */
@Injectable()
export class FundQueries {
  constructor(private readonly database: Database, private readonly funds: FundsRepository, private readonly ledger: LedgerQueries) {}

  /** In the order in which they were made. */
  async page(after: string | undefined, limit: number): Promise<Page<FundView>> {
    const page = pageOf(await this.funds.list(this.database.reader, { ...(after === undefined ? {} : { after }), limit: limit + 1 }), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(view) };
  }

  /** All of them, to choose among. */
  async list(): Promise<{ items: FundView[] }> {
    return { items: (await this.funds.list(this.database.reader)).map(view) };
  }

  async get(id: string): Promise<Result<FundView>> {
    const found = await this.funds.find(this.database.reader, id);
    return found === null ? refuse('funds.not_found') : ok(view(found));
  }

  /** What funds are called, in whatever language: a fund has one name. */
  async names(ids: readonly string[]): Promise<ReadonlyMap<string, { readonly en: string }>> {
    return new Map((await this.funds.named(this.database.reader, ids)).map(({ id, name }) => [id, { en: name }]));
  }

  async balances(fundId: string, asOf?: Instant): Promise<Result<{ items: BalanceView[] }>> {
    return this.ledger.balances({ fundId }, asOf);
  }

  /** Also of one claim, or of one kind. */
  async entries(fundId: string, after: string | undefined, limit: number, narrowed: { claimId?: string; kind?: string } = {}): Promise<Result<Page<LedgerEntryView>>> {
    const fund = await this.funds.find(this.database.reader, fundId);
    return fund === null ? refuse('funds.not_found') : this.ledger.entries({ fundId, ...narrowed }, after, limit);
  }
}
