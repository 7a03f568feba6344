import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import type { Page } from '../../platform/database/paging.js';
import { pageOf } from '../../platform/database/paging.js';
import type { FundEntity } from './fund.entity.js';
import type { FundView } from './fund-ledger.service.js';
import { FundsRepository } from './funds.repository.js';

export interface BalanceView {
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
}

export interface EntryView {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly claimId: string | null;
  readonly entitlementNo: number | null;
  readonly postings: readonly BalanceView[];
}

const amount = (minor: string, code: string): string => formatMoney(money(BigInt(minor), currency(code)));

const view = ({ id, code, name, mode, currency: code3, version, limitMinor }: FundEntity): FundView => ({
  self: `/v1/funds/${id}`, id, code, name, mode, currency: code3, version, ...(limitMinor === null ? {} : { limit: { amount: amount(limitMinor, code3), currency: code3 } }),
});

/** Reads funds, entries and balances, also as they stood. */
@Injectable()
export class FundQueries {
  constructor(private readonly database: Database, private readonly funds: FundsRepository) {}

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
    const fund = await this.funds.find(this.database.reader, fundId);
    if (fund === null) return refuse('funds.not_found');
    const rows = asOf === undefined ? await this.funds.balances(this.database.reader, fundId) : await this.funds.balancesAsOf(this.database.reader, fundId, asOf);
    return ok({ items: rows.map(({ name, balanceMinor }) => ({ account: name, amount: amount(balanceMinor, fund.currency), currency: fund.currency })) });
  }

  async entries(fundId: string, after: string | undefined, limit: number): Promise<Result<Page<EntryView>>> {
    const fund = await this.funds.find(this.database.reader, fundId);
    if (fund === null) return refuse('funds.not_found');
    const rows = await this.funds.entries(this.database.reader, fundId, after ?? '0', limit + 1);
    const page = pageOf(rows, limit, ({ seq }) => [seq]);
    return ok({
      ...page,
      items: page.items.map(({ id, kind, at, claimId, entitlementNo, postings }) => ({
        id, kind, at: at.toISOString(), claimId, entitlementNo,
        postings: postings.map(({ account, amountMinor }) => ({ account, amount: amount(amountMinor, fund.currency), currency: fund.currency })),
      })),
    });
  }
}
