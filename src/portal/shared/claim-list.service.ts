import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Page } from '../../platform/database/paging.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import { ClaimQueries, type ClaimState, type ClaimView } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import type { Instant } from '../../core/time/index.js';
import { nextStep, type NextStep } from './next-step.rules.js';
import type { Visit } from './portal.page.js';

export interface ClaimListItem {
  readonly claim: ClaimView;
  readonly site: SiteName | undefined;
  readonly schemeTitle: Readonly<Record<string, string>>;
  readonly figure: AssessmentFigure | undefined;
  readonly waitingMs: number;
  /** Who has the next step, and by when; on a list an offer's last day is left to its page. */
  readonly next: NextStep;
  readonly zone: string;
}

/** Claims as a list shows them: one page of claims, then one read each for sites, schemes and figures. */
@Injectable()
export class ClaimLists {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly claims: ClaimQueries,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly assessments: AssessmentQueries,
  ) {}

  async page({ ctx }: Visit, wanted: { state?: ClaimState; before?: string; limit: number }): Promise<Page<ClaimListItem>> {
    const { reader } = this.database;
    const page = await this.claims.list(ctx, wanted);
    const ids = <T>(pick: (claim: ClaimView) => T | undefined): T[] => [...new Set(page.items.flatMap((claim) => pick(claim) ?? []))];
    const [sites, titles, figures] = await Promise.all([
      this.merchants.siteNames(reader, ids(({ siteId }) => siteId)),
      this.schemes.titles(reader, ids(({ schemeId }) => schemeId)),
      this.assessments.figures(reader, ids(({ assessmentId }) => assessmentId)),
    ]);
    const schemes = new Map((await Promise.all(ids(({ schemeId }) => schemeId).map((id) => this.schemes.view(reader, id)))).flatMap((scheme) => (scheme.ok ? [[scheme.value.id, scheme.value] as const] : [])));
    const now = this.clock.now();
    return {
      ...page,
      items: page.items.map((claim) => ({
        claim, site: sites.get(claim.siteId), schemeTitle: titles.get(claim.schemeId) ?? {},
        figure: claim.assessmentId === undefined ? undefined : figures.get(claim.assessmentId),
        ...nextOf(claim, schemes.get(claim.schemeId), now),
        waitingMs: claim.submittedAt === undefined ? 0 : now - Date.parse(claim.submittedAt),
      })),
    };
  }
}

function nextOf(claim: ClaimView, scheme: SchemeView | undefined, now: Instant): Pick<ClaimListItem, 'next' | 'zone'> {
  const zone = scheme?.zone ?? 'UTC';
  return { zone, next: nextStep({ ...claim, determinations: [], entitlements: [] }, { targetDays: scheme?.targetDays ?? {}, offerDays: 30, zone }, now) };
}
