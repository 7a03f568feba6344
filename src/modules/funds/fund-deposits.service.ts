import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency as currencyOf, formatMoney, money, type Money } from '../../core/money/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import type { DepositOutcome } from './deposits.rules.js';
import { FundDepositsRepository, type DepositRow } from './fund-deposits.repository.js';
import { FundsRepository } from './funds.repository.js';
import { transfer } from './ledger.rules.js';

export interface DepositView {
  readonly self: string;
  readonly n: number;
  readonly amount: { readonly amount: string; readonly currency: string };
  /** Of the bank: which money it is. */
  readonly reference: string;
  readonly statedBy: string;
  readonly statedAt: string;
  readonly outcome: 'open' | DepositOutcome;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}

/**
 * More money for a fund with a limit. One person states what came, another who has seen it on the account books it: what is booked is
 * promised to whoever waits without anybody deciding again, so a slip of one person would bind the operator.
 */
@Injectable()
export class FundDeposits {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly funds: FundsRepository, private readonly deposits: FundDepositsRepository,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Codes: `funds.not_found`, `funds.no_limit`, `funds.currency_differs`, `funds.deposit_amount`, `funds.deposit_stated`. */
  state(ctx: Context, fundId: string, { amount, reference }: { readonly amount: Money; readonly reference: string }): Promise<Result<DepositView>> {
    return this.work.run(ctx, async (tx): Promise<Result<DepositView>> => {
      const fund = await this.funds.find(tx, fundId);
      if (fund === null) return refuse('funds.not_found');
      if (fund.limitMinor === null) return refuse('funds.no_limit');
      if (amount.currency !== fund.currency) return refuse('funds.currency_differs', { fund: fund.currency, amount: amount.currency }, { pointer: '/amount/currency' });
      if (amount.minor <= 0n) return refuse('funds.deposit_amount', {}, { pointer: '/amount' });
      const row = await this.deposits.state(tx, { fundId, amountMinor: amount.minor, currency: fund.currency, reference, by: userIdOf(ctx.actor), at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id: fundId }, action: 'fund.deposit_stated', data: { n: row.n, amountMinor: row.amountMinor } });
      return ok(depositView(row));
    });
  }

  /** Booked by another person than stated it, once: posted to `available`, and the limit rises by it. Codes: `funds.deposit_not_found`, `funds.deposit_decided`, `funds.deposit_second`. */
  decide(ctx: Context, fundId: string, n: number, outcome: DepositOutcome): Promise<Result<DepositView>> {
    return this.work.run(ctx, async (tx): Promise<Result<DepositView>> => {
      const row = await this.deposits.lock(tx, fundId, n);
      if (row === undefined) return refuse('funds.deposit_not_found');
      if (row.outcome !== null) return refuse('funds.deposit_decided');
      const [by, at] = [userIdOf(ctx.actor), this.clock.now()];
      if (outcome === 'booked' && row.statedBy === by) return refuse('funds.deposit_second');
      await this.deposits.decide(tx, row, { outcome, by, at });
      if (outcome === 'booked') {
        const amount = money(BigInt(row.amountMinor), currencyOf(row.currency));
        await this.funds.post(tx, [{ fundId, kind: 'deposit', at, reference: row.reference, postings: transfer('funding', 'available', amount) }]);
      }
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id: fundId }, action: `fund.deposit_${outcome}`, data: { n, amountMinor: row.amountMinor } });
      return ok(depositView({ ...row, outcome, decidedBy: by, decidedAt: new Date(at) }));
    });
  }

  async list(fundId: string, before: number | undefined, limit: number): Promise<Result<Page<DepositView>>> {
    const fund = await this.funds.find(this.database.reader, fundId);
    if (fund === null) return refuse('funds.not_found');
    const page = pageOf(await this.deposits.list(this.database.reader, fundId, before, limit + 1), limit, ({ n }) => [String(n)]);
    return ok({ ...page, items: page.items.map(depositView) });
  }
}

const depositView = ({ fundId, n, amountMinor, currency, reference, statedBy, statedAt, outcome, decidedBy, decidedAt }: DepositRow): DepositView => ({
  self: `/v1/funds/${fundId}/deposits/${n}`, n, amount: { amount: formatMoney(money(BigInt(amountMinor), currencyOf(currency))), currency }, reference, statedBy, statedAt: statedAt.toISOString(),
  outcome: outcome ?? 'open', ...(decidedBy === null ? {} : { decidedBy }), ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
});
