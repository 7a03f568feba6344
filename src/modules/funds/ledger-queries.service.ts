import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { LedgerReadsRepository, type AccountRow, type EntryFilter, type EntryRow, type LedgerSide } from './ledger-reads.repository.js';

export interface PostingView {
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
}

export interface LedgerAccountView {
  readonly id: string;
  readonly fundId?: string;
  readonly payingAccountId?: string;
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
}

export interface LedgerEntryView {
  readonly id: string;
  readonly fundId?: string;
  readonly payingAccountId?: string;
  readonly kind: string;
  readonly at: string;
  readonly claimId: string | null;
  readonly entitlementNo: number | null;
  readonly lineId: string | null;
  readonly reference: string | null;
  readonly postings: readonly PostingView[];
}

const amount = (minor: string, code: string): string => formatMoney(money(BigInt(minor), currency(code)));

const sideOf = ({ fundId, payingAccountId }: Pick<AccountRow, 'fundId' | 'payingAccountId'>): LedgerSide =>
  ({ ...(fundId === null ? {} : { fundId }), ...(payingAccountId === null ? {} : { payingAccountId }) });

const accountView = (row: AccountRow): LedgerAccountView => ({ id: row.id, ...sideOf(row), account: row.name, amount: amount(row.balanceMinor, row.currency), currency: row.currency });

const entryView = ({ id, kind, at, claimId, entitlementNo, lineId, reference, postings, ...row }: EntryRow): LedgerEntryView => ({
  id, ...sideOf(row), kind, at: at.toISOString(), claimId, entitlementNo, lineId, reference,
  postings: postings.map(({ account, amountMinor, currency: code }) => ({ account, amount: amount(amountMinor, code), currency: code })),
});

/** Reads the double-entry ledger, of funds and of paying accounts, also as it stood. */
@Injectable()
export class LedgerQueries {
  constructor(private readonly database: Database, private readonly reads: LedgerReadsRepository, private readonly clock: Clock) {}

  async accounts(side: LedgerSide, after: string | undefined, limit: number): Promise<Page<LedgerAccountView>> {
    const page = pageOf(await this.reads.accounts(this.database.reader, side, after, limit + 1), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(accountView) };
  }

  /** Of one side. Codes: `funds.ledger_side`, `funds.not_found`, `funds.as_of_future`, since nobody knows what will stand. */
  async balances(side: LedgerSide, asOf?: Instant): Promise<Result<{ items: LedgerAccountView[] }>> {
    if ((side.fundId === undefined) === (side.payingAccountId === undefined)) return refuse('funds.ledger_side');
    if (asOf !== undefined && asOf > this.clock.now()) return refuse('funds.as_of_future', {}, { pointer: '/asOf' });
    const { reader } = this.database;
    const rows = await (asOf === undefined ? this.reads.balances(reader, side) : this.reads.balancesAsOf(reader, side, asOf));
    return rows.length === 0 ? refuse('funds.not_found') : ok({ items: rows.map(accountView) });
  }

  /** Of one side, claim or payment at least: nobody reads the whole ledger by pages. Code: `funds.ledger_narrow`. */
  async entries(filter: EntryFilter, after: string | undefined, limit: number): Promise<Result<Page<LedgerEntryView>>> {
    const { fundId, payingAccountId, claimId, lineId } = filter;
    if ([fundId, payingAccountId, claimId, lineId].every((one) => one === undefined)) return refuse('funds.ledger_narrow');
    const page = pageOf(await this.reads.entries(this.database.reader, filter, after ?? '0', limit + 1), limit, ({ seq }) => [seq]);
    return ok({ ...page, items: page.items.map(entryView) });
  }
}
