import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import type { FundEntity } from './fund.entity.js';
import { FundsRepository } from './funds.repository.js';
import type { PayoutMethod } from './ledger.rules.js';
import type { PayingAccountEntity } from './paying-account.entity.js';
import { checkTerms } from './paying-accounts.rules.js';
import { PayingAccountsRepository, type NewPayingAccount } from './paying-accounts.repository.js';

/** The accounts that money leaves from, and which fund pays from which. */
@Injectable()
export class PayingAccounts {
  constructor(
    private readonly work: UnitOfWork, private readonly accounts: PayingAccountsRepository, private readonly funds: FundsRepository,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** One person makes it: nothing leaves from it before a fund names it. Codes: `funds.terms_wrong`, `funds.code_taken`. */
  create(ctx: Context, account: NewPayingAccount): Promise<Result<{ self: string; id: string; version: number }>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ self: string; id: string; version: number }>> => {
      const fit = checkTerms({ ...account, address: account.address ?? null }, account.currency);
      if (!fit.ok) return fit;
      const id = await this.accounts.insert(tx, { ...account, by: userIdOf(ctx.actor), at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'paying_account', id }, action: 'paying_account.created', data: { code: account.code, currency: account.currency }, isNew: true });
      return ok({ self: `/v1/paying-accounts/${id}`, id, version: 1 });
    });
  }

  /** The first account a fund pays from; another one takes two people (`PayingAccountChanges`). Codes: `funds.not_found`, `funds.currency_differs`, `funds.names_an_account`, `http.stale`. */
  assign(ctx: Context, fundId: string, version: number, to: { payingAccountId: string; method: PayoutMethod }): Promise<Result<{ fundId: string; version: number }>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ fundId: string; version: number }>> => {
      const [fund, account] = [await this.funds.find(tx, fundId), await this.accounts.find(tx, to.payingAccountId)];
      if (fund === null || account === null) return refuse('funds.not_found');
      if (fund.payingAccountId !== null) return refuse('funds.names_an_account');
      if (fund.currency !== account.currency) return refuse('funds.currency_differs', { fund: fund.currency, amount: account.currency });
      if (!await this.accounts.assign(tx, { id: fundId, version }, to)) return refuse('http.stale', { seen: version, current: fund.version });
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id: fundId }, action: 'fund.paying_account_named', data: to });
      return ok({ fundId, version: version + 1 });
    });
  }

  /** The fund with the account it pays from; undefined where it names none. */
  async of(reader: Reader, fundId: string): Promise<{ fund: FundEntity; account: PayingAccountEntity } | undefined> {
    const fund = await this.funds.find(reader, fundId);
    if (fund?.payingAccountId == null) return undefined;
    const account = await this.accounts.find(reader, fund.payingAccountId);
    return account === null ? undefined : { fund, account };
  }

  find(reader: Reader, id: string): Promise<PayingAccountEntity | null> {
    return this.accounts.find(reader, id);
  }

  /** What stands on it by the ledger, in minor units: what was put in less what its bank has booked. */
  bankBalanceMinor(reader: Reader, id: string): Promise<bigint> {
    return this.accounts.bankBalanceMinor(reader, id);
  }

  /** All of them. */
  list(reader: Reader): Promise<PayingAccountEntity[]> {
    return this.accounts.list(reader);
  }
}
