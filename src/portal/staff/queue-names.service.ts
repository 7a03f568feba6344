import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { People } from '../../modules/identity/index.js';
import { MerchantQueries } from '../../modules/merchants/index.js';
import type { QueuedClaim } from '../../modules/review/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';

/** What stands beside claims in a list: one read each for businesses, schemes and owners. */
@Injectable()
export class QueueNames {
  constructor(
    private readonly database: Database, private readonly clock: Clock, private readonly merchants: MerchantQueries, private readonly schemes: SchemeQueries, private readonly people: People,
  ) {}

  async of(items: readonly QueuedClaim[]): Promise<object[]> {
    const { reader } = this.database;
    const each = (pick: (item: QueuedClaim) => string | undefined): string[] => [...new Set(items.flatMap((item) => pick(item) ?? []))];
    const [sites, titles, owners] = await Promise.all([
      this.merchants.siteNames(reader, each(({ siteId }) => siteId)), this.schemes.titles(reader, each(({ schemeId }) => schemeId)), this.people.names(each(({ ownerId }) => ownerId)),
    ]);
    const now = this.clock.now();
    return items.map((claim) => ({
      claim, site: sites.get(claim.siteId), schemeTitle: titles.get(claim.schemeId) ?? {}, owner: owners.get(claim.ownerId ?? ''), waitingMs: now - Date.parse(claim.submittedAt),
      isLate: claim.dueAt !== undefined && Date.parse(claim.dueAt) < now,
    }));
  }
}
