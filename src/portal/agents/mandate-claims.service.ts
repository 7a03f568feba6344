import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import { ClaimQueries, claimView, type ClaimView } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';

export interface MandateClaim {
  readonly claim: ClaimView;
  readonly site: SiteName | undefined;
  readonly schemeTitle: Readonly<Record<string, string>>;
  readonly figure: AssessmentFigure | undefined;
}

const MOST_SHOWN = 50;

/** The claims that were begun under a mandate, for whoever was let see the mandate. */
@Injectable()
export class MandateClaims {
  constructor(
    private readonly database: Database, private readonly claims: ClaimQueries, private readonly merchants: MerchantQueries, private readonly schemes: SchemeQueries,
    private readonly assessments: AssessmentQueries,
  ) {}

  async of(mandateId: string): Promise<MandateClaim[]> {
    const { reader } = this.database;
    const claims = (await this.claims.ofMandate(reader, { mandateId, limit: MOST_SHOWN })).map(claimView);
    const [sites, titles, figures] = await Promise.all([
      this.merchants.siteNames(reader, claims.map(({ siteId }) => siteId)), this.schemes.titles(reader, claims.map(({ schemeId }) => schemeId)),
      this.assessments.figures(reader, claims.flatMap(({ assessmentId }) => assessmentId ?? [])),
    ]);
    return claims.map((claim) => ({
      claim, site: sites.get(claim.siteId), schemeTitle: titles.get(claim.schemeId) ?? {}, figure: claim.assessmentId === undefined ? undefined : figures.get(claim.assessmentId),
    }));
  }
}
