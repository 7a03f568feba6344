import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries } from '../claims/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { RunRow } from './change-runs.repository.js';
import type { Pinned } from './change-snapshots.service.js';
import type { SitesWanted, SiteVerdict } from './precomputation.rules.js';
import { precomputationRun, schemeOf } from './precomputation-rehearsals.service.js';
import { PrecomputationSnapshots } from './precomputation-snapshots.service.js';
import { PrecomputationsRepository } from './precomputations.repository.js';
import { currenciesOf } from './report.rules.js';
import { openedClaimView, precomputedSiteView, type OpenedClaimView, type PrecomputedSiteView } from './views/precomputation-view.js';

export interface OpenedWanted {
  readonly verdict?: SiteVerdict;
  readonly after?: string;
  readonly limit: number;
}

/** Reads what was worked out for sites, and what became of them. */
@Injectable()
export class PrecomputationQueries {
  constructor(
    private readonly rows: PrecomputationsRepository, private readonly schemes: SchemeQueries, private readonly snapshots: PrecomputationSnapshots,
    private readonly claims: ClaimQueries,
  ) {}

  async changedSince(reader: Reader, run: RunRow): Promise<readonly Pinned[]> {
    const scheme = await this.schemes.get(reader, schemeOf(run));
    return scheme.ok ? this.snapshots.changedSince(reader, precomputationRun(run).head, scheme.value) : ['the scheme'];
  }

  verdicts(reader: Reader, changeId: string): Promise<ReadonlyMap<SiteVerdict, number>> {
    return this.rows.verdicts(reader, changeId);
  }

  async sites(reader: Reader, run: RunRow, wanted: SitesWanted): Promise<PrecomputedSiteView[]> {
    const [currency = ''] = currenciesOf(run.head);
    return (await this.rows.page(reader, run.id, wanted)).map((site) => precomputedSiteView(site, currency));
  }

  /** Each with where its claim stands by now. */
  async opened(reader: Reader, run: RunRow, wanted: OpenedWanted): Promise<OpenedClaimView[]> {
    const rows = await this.rows.openedPage(reader, run.changeId, wanted);
    const heads = new Map((await this.claims.heads(reader, rows.flatMap(({ claimId }) => claimId ?? []))).map((head) => [head.id, head.state]));
    const [currency = ''] = currenciesOf(run.head);
    return rows.map((row) => openedClaimView(row, heads.get(row.claimId ?? ''), currency));
  }
}
