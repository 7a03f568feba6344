import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { BatchVarianceRepository, OUTLIER_TIMES } from './batch-variance.repository.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';
import { moneyView, type MoneyView } from './views/payout-view.js';

export interface CountedMoney {
  readonly count: number;
  readonly net: MoneyView;
}

export interface VarianceView {
  /** Businesses that were never paid before. */
  readonly newPayees: CountedMoney;
  /** Paid to another account than the last time. */
  readonly changedAccounts: CountedMoney;
  readonly middle: MoneyView;
  /** Above so many times the middle payment. */
  readonly outlierTimes: number;
  readonly outliers: CountedMoney;
  readonly largest: readonly { readonly endToEndId: string; readonly claimId: string; readonly net: MoneyView }[];
}

export interface ReleaseView {
  readonly id: string;
  readonly state: 'running' | 'done' | 'refused';
  readonly askedBy: string;
  readonly askedAt: string;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly faultCount: number;
  /** The first of them, with the payment each is about. */
  readonly faults: readonly { readonly refusal: Refusal; readonly line?: { readonly lineId: string; readonly claimId: string; readonly endToEndId: string } }[];
}

const LARGEST = 5;

/** What an approver compares a batch with, and what a release of it came to. */
@Injectable()
export class BatchVariance {
  constructor(
    private readonly database: Database, private readonly batches: PayoutBatchesRepository, private readonly variance: BatchVarianceRepository, private readonly releases: PayoutReleasesRepository,
  ) {}

  /** Code: `payouts.not_found`. */
  async of(batchId: string): Promise<Result<VarianceView>> {
    const { reader } = this.database;
    const batch = await this.batches.find(reader, batchId);
    if (batch === null) return refuse('payouts.not_found');
    const [row, largest] = [await this.variance.of(reader, batchId), await this.variance.largest(reader, batchId, LARGEST)];
    const counted = (count: number, minor: string): CountedMoney => ({ count, net: moneyView(minor, batch.currency) });
    return ok({
      newPayees: counted(row.newCount, row.newMinor), changedAccounts: counted(row.changedCount, row.changedMinor), middle: moneyView(row.middleMinor, batch.currency),
      outlierTimes: OUTLIER_TIMES, outliers: counted(row.outlierCount, row.outlierMinor),
      largest: largest.map(({ endToEndId, claimId, netMinor }) => ({ endToEndId, claimId, net: moneyView(netMinor, batch.currency) })),
    });
  }

  /** The newest release that was asked for, and where it was refused, why; undefined when nobody asked. */
  async release(batchId: string): Promise<ReleaseView | undefined> {
    const { reader } = this.database;
    const row = await this.releases.latest(reader, batchId);
    if (row === undefined) return undefined;
    const places = row.faults.flatMap(({ params }) => (typeof params['line'] === 'number' && params['line'] > 0 ? params['line'] : []));
    const lines = new Map((await this.variance.at(reader, batchId, places)).map(({ place, ...line }) => [place, line]));
    const lineOf = ({ params }: Refusal) => (typeof params['line'] === 'number' ? lines.get(params['line']) : undefined);
    return {
      id: row.id, state: row.state, askedBy: row.askedBy, askedAt: row.askedAt.toISOString(), doneCount: row.writtenCount, totalCount: row.totalCount, faultCount: row.faultCount,
      faults: row.faults.map((refusal) => ({ refusal, line: lineOf(refusal) })).map(({ refusal, line }) => (line === undefined ? { refusal } : { refusal, line })),
    };
  }
}
