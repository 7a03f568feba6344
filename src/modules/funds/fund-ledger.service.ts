import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { FundsRepository } from './funds.repository.js';
import { BANK_ACCOUNTS, FUND_ACCOUNTS, increase, transfer, type FundMode } from './ledger.rules.js';

export interface NewFund {
  readonly code: string;
  readonly name: string;
  readonly mode: FundMode;
  readonly currency: string;
}

export interface FundView extends NewFund {
  readonly self: string;
  readonly id: string;
  readonly version: number;
}

/** An entitlement is the total a decision grants; what is reserved for it is what it adds to the one before. */
export interface Reservation {
  readonly fundId: string;
  readonly claimId: string;
  readonly entitlementNo: number;
  readonly before: Money;
  readonly after: Money;
}

/** Writes the ledger. Nothing here changes a posting: a correction is another entry. */
@Injectable()
export class FundLedger {
  constructor(
    private readonly work: UnitOfWork,
    private readonly funds: FundsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  create(ctx: Context, fund: NewFund): Promise<Result<FundView>> {
    return this.work.run(ctx, async (tx) => {
      if (fund.mode !== 'open') return refuse('funds.mode_not_available', { mode: fund.mode });
      const id = await this.funds.insert(tx, { ...fund, currency: currency(fund.currency), at: this.clock.now(), accounts: [...FUND_ACCOUNTS, ...BANK_ACCOUNTS] });
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id }, action: 'fund.created', data: { code: fund.code, mode: fund.mode }, isNew: true });
      return ok({ self: `/v1/funds/${id}`, id, ...fund, version: 1 });
    });
  }

  /** Reserves what an entitlement adds. In mode `open` it comes from `funding`, which may go below nought: the ledger counts. */
  async reserve(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, before, after }: Reservation): Promise<Result<void>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    if (fund.currency !== after.currency) return refuse('funds.currency_differs', { fund: fund.currency, amount: after.currency });
    const added = increase(before, after);
    if (added.minor === 0n) return ok(undefined);
    await this.funds.post(tx, {
      fundId, kind: 'reservation', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer('funding', 'reserved', added),
    });
    return ok(undefined);
  }

  /** Reserves again what was given back, for the same entitlement: an offer that had lapsed is taken up again. */
  async renew(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<Result<void>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    await this.funds.post(tx, {
      fundId, kind: 'renewal', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer('funding', 'reserved', amount),
    });
    return ok(undefined);
  }

  /** Gives back what was reserved for a claim that ends without being paid. */
  async release(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<void> {
    if (amount.minor === 0n) return;
    await this.funds.post(tx, {
      fundId, kind: 'release', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer('reserved', 'funding', amount),
    });
  }
}

