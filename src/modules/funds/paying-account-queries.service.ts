import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { PayoutMethod } from './ledger.rules.js';
import { PayingAccountsRepository } from './paying-accounts.repository.js';
import { payingAccountView, type PayingAccountView } from './views/paying-account-view.js';

export interface PayingAccountDetail extends PayingAccountView {
  readonly funds: readonly { readonly id: string; readonly name: string; readonly method: PayoutMethod }[];
}

/** Reads the accounts money leaves from; whole numbers are in the files of banks only. */
@Injectable()
export class PayingAccountQueries {
  constructor(private readonly database: Database, private readonly accounts: PayingAccountsRepository) {}

  /** In the order in which they were entered. */
  async page(after: string | undefined, limit: number): Promise<Page<PayingAccountView>> {
    const page = pageOf(await this.accounts.list(this.database.reader, { ...(after === undefined ? {} : { after }), limit: limit + 1 }), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(payingAccountView) };
  }

  /** All of them, to choose among. */
  async list(): Promise<{ items: PayingAccountView[] }> {
    return { items: (await this.accounts.list(this.database.reader)).map(payingAccountView) };
  }

  async get(id: string): Promise<Result<PayingAccountDetail>> {
    const { reader } = this.database;
    const row = await this.accounts.find(reader, id);
    return row === null ? refuse('funds.not_found') : ok({ ...payingAccountView(row), funds: await this.accounts.funds(reader, id) });
  }
}
