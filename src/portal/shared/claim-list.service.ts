import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Page } from '../../platform/database/paging.js';
import { ClaimQueries, type ClaimState, type ClaimView } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { NextSteps, type ClaimStep } from './next-steps.service.js';
import type { Visit } from './portal.page.js';

export type ClaimListItem = Partial<ClaimStep> & {
  readonly claim: ClaimView;
  readonly site: SiteName | undefined;
  readonly schemeTitle: Readonly<Record<string, string>>;
  readonly waitingMs: number;
};

/** Claims as a list shows them: one page of claims, then one read each for what stands beside them. */
@Injectable()
export class ClaimLists {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly claims: ClaimQueries,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly steps: NextSteps,
  ) {}

  async page({ ctx }: Visit, wanted: { state?: ClaimState; before?: string; limit: number }): Promise<Page<ClaimListItem>> {
    const { reader } = this.database;
    const page = await this.claims.list(ctx, wanted);
    const [sites, titles, steps] = await Promise.all([
      this.merchants.siteNames(reader, [...new Set(page.items.map(({ siteId }) => siteId))]),
      this.schemes.titles(reader, [...new Set(page.items.map(({ schemeId }) => schemeId))]),
      this.steps.of(page.items),
    ]);
    const now = this.clock.now();
    return {
      ...page,
      items: page.items.map((claim) => ({
        claim, site: sites.get(claim.siteId), schemeTitle: titles.get(claim.schemeId) ?? {}, ...steps.get(claim.id),
        waitingMs: claim.submittedAt === undefined ? 0 : now - Date.parse(claim.submittedAt),
      })),
    };
  }
}
