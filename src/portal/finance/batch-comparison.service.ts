import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { FundQueries, PayingAccountQueries } from '../../modules/funds/index.js';
import { requireProof } from '../../modules/identity/index.js';
import { BatchVariance, type BatchDetail, type VarianceView } from '../../modules/payouts/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { ApproverShortages } from './approver-shortages.service.js';
import { LineFaults } from '../shared/line-faults.service.js';

/** What a batch is compared with, and what its last release came to, in the reader's words. */
@Injectable()
export class BatchComparison {
  constructor(
    private readonly variance: BatchVariance, private readonly funds: FundQueries, private readonly paying: PayingAccountQueries, private readonly faults: LineFaults, private readonly renderer: PageRenderer,
    private readonly clock: Clock, private readonly shortages: ApproverShortages,
  ) {}

  /** Where the money comes from, whether enough people could approve it, and whether this person has shown lately who they are. */
  async setting(visit: Visit, batch: BatchDetail): Promise<object> {
    const [{ actor }, { fundId, payingAccountId }] = [visit.ctx, batch];
    return {
      fund: unwrap(await this.funds.get(fundId)), account: unwrap(await this.paying.get(payingAccountId)), short: await this.shortages.ofBatch(batch), awaited: await this.shortages.awaitedOf(batch),
      reasonOf: this.faults.in(visit), mayDownload: isAllowed(actor, 'payout.release'), proofNeeded: !requireProof(actor, this.clock.now()).ok,
    };
  }

  async of({ language }: Visit, batchId: string): Promise<{ variance: VarianceView; release: object | undefined; claimIds: readonly string[] }> {
    const [variance, release] = [unwrap(await this.variance.of(batchId)), await this.variance.release(batchId)];
    if (release === undefined) return { variance, release, claimIds: [] };
    return {
      variance, release: { ...release, faults: release.faults.map(({ refusal, line }) => ({ ...this.renderer.say(language, refusal), line })) },
      claimIds: release.faults.flatMap(({ line }) => line?.claimId ?? []),
    };
  }
}
