import { Injectable } from '@nestjs/common';
import { currency, formatMoney, money } from '../../core/money/index.js';
import { lateShare, type Claimant, type Share, type SharingFault } from '../../core/sharing/index.js';
import type { Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { readFactor, readRule, type AllocationStage } from './allocation.rules.js';
import { FundAllocationsRepository } from './fund-allocations.repository.js';
import { FundsRepository } from './funds.repository.js';
import type { AllocationRow } from './views/allocation-row.js';

interface MoneyText { readonly amount: string; readonly currency: string }

export interface AllocationView {
  readonly n: number;
  readonly stage: AllocationStage;
  /** The change it was rehearsed and approved as. */
  readonly change: string;
  /** By tier: an exact fraction of what a claim comes to, or `full`. */
  readonly factors: Readonly<Record<string, string>>;
  readonly fund: MoneyText;
  readonly shared: MoneyText;
  readonly keptBack: MoneyText;
  readonly left: MoneyText;
  readonly approvedAt: string;
  readonly appliedAt?: string;
}

/** How far a fund has been shared: `none`, `applying` while claims are being given their shares, then the stage. */
export type SharingState = 'none' | 'applying' | AllocationStage;

/** Allocations that were approved, and the share of a claim that comes after one. */
@Injectable()
export class FundAllocations {
  constructor(private readonly allocations: FundAllocationsRepository, private readonly funds: FundsRepository, private readonly clock: Clock) {}

  async add(tx: Tx, allocation: Omit<AllocationRow, 'id' | 'n' | 'approvedAt' | 'appliedAt'>): Promise<void> {
    await this.allocations.add(tx, allocation, this.clock.now());
  }

  async applied(tx: Tx, changeId: string): Promise<void> {
    await this.allocations.applied(tx, changeId, this.clock.now());
  }

  async state(reader: Reader, fundId: string): Promise<SharingState> {
    const latest = await this.allocations.latest(reader, fundId);
    if (latest === undefined) return 'none';
    return latest.appliedAt === null ? 'applying' : latest.stage;
  }

  /** As `state`, and until the commit nobody reserves from the fund or begins to share it. */
  async hold(tx: Tx, fundId: string): Promise<SharingState> {
    await this.funds.available(tx, fundId);
    return this.state(tx, fundId);
  }

  ofChange(reader: Reader, changeId: string): Promise<AllocationRow | undefined> {
    return this.allocations.ofChange(reader, changeId);
  }

  /**
   * What a claim gets at the factors of the last allocation, from what is left in the fund; until the commit nobody else takes of it.
   * Codes: `sharing.reserve_exhausted`, `sharing.tier_unknown`. Undefined: the fund has not been shared for good.
   */
  async lateShare(tx: Tx, fundId: string, claimant: Claimant): Promise<{ readonly allocation: AllocationRow; readonly share: Result<Share, SharingFault> } | undefined> {
    const allocation = await this.allocations.latest(tx, fundId);
    const fund = await this.funds.find(tx, fundId);
    if (allocation === undefined || fund === null || allocation.stage !== 'final' || allocation.appliedAt === null) return undefined;
    const plan = { ...readRule(allocation.rule), fundId, fund: money(BigInt(allocation.fundMinor), currency(fund.currency)) };
    const factors = new Map(Object.entries(allocation.factors).map(([tier, text]) => [tier, readFactor(text)]));
    return { allocation, share: lateShare(plan, factors, await this.funds.available(tx, fundId), claimant) };
  }

  /** Newest first. */
  async page(reader: Reader, fundId: string, code: string, wanted: { before?: string; limit: number }): Promise<(AllocationView & { readonly id: string })[]> {
    const said = (minor: string): MoneyText => ({ amount: formatMoney(money(BigInt(minor), currency(code))), currency: code });
    return (await this.allocations.page(reader, fundId, wanted)).map((row) => ({
      id: row.id, n: row.n, stage: row.stage, change: `/v1/changes/${row.changeId}`, factors: row.factors, fund: said(row.fundMinor), shared: said(row.sharedMinor),
      keptBack: said(row.keptMinor), left: said(row.leftMinor), approvedAt: row.approvedAt.toISOString(), ...(row.appliedAt === null ? {} : { appliedAt: row.appliedAt.toISOString() }),
    }));
  }
}
