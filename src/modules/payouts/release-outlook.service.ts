import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { CountedMoney } from './batch-variance.service.js';
import { ReleaseOutlookRepository } from './release-outlook.repository.js';
import { moneyView, type BatchDetail } from './views/payout-view.js';

/** Above it nobody waits for the answer: a release asks in any case. */
const MOST_LINES = 20_000;

export interface StoppedByNow extends CountedMoney {
  /** The first reason of each payment: a block, or what has changed since the lock. */
  readonly reason: string;
}

/** What a release would go on without, were it now. */
export interface Outlook extends CountedMoney {
  readonly reasons: readonly StoppedByNow[];
}

/** Told before a release: which payments something stops since the batch was locked. The release asks again, and what it then finds counts. */
@Injectable()
export class ReleaseOutlook {
  constructor(private readonly database: Database, private readonly outlook: ReleaseOutlookRepository) {}

  /** The most frequent reason first; undefined where the batch is too large to be looked through for a page. */
  async of({ id, method, totals }: BatchDetail): Promise<Outlook | undefined> {
    if (totals.count > MOST_LINES) return undefined;
    const { currency } = totals.net;
    const rows = await this.outlook.stoppedByNow(this.database.reader, id, method);
    return {
      count: rows.reduce((sum, { count }) => sum + count, 0), net: moneyView(rows.reduce((sum, { netMinor }) => sum + BigInt(netMinor), 0n), currency),
      reasons: rows.map(({ reason, count, netMinor }) => ({ reason, count, net: moneyView(netMinor, currency) })),
    };
  }
}
