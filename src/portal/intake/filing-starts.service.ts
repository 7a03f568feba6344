import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Interval } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { ClaimFilings, type ClaimState } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { RegisterQueries } from '../../modules/outages/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import type { Visit } from '../shared/portal.page.js';
import { officialSpan } from './intake-views.service.js';

/** A place one may file for, and the claim it has under the scheme already. */
export interface StartSite {
  readonly site: SiteName;
  readonly claim: { readonly reference: string; readonly state: ClaimState } | undefined;
}

export interface StartPage {
  readonly scheme: SchemeView;
  readonly sites: readonly StartSite[];
  readonly window: Interval | undefined;
}

/** Beginning a claim for one or several places, at the time the outage was announced for. */
@Injectable()
export class FilingStarts {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeQueries,
    private readonly register: RegisterQueries,
    private readonly merchants: MerchantQueries,
    private readonly filings: ClaimFilings,
  ) {}

  async page({ ctx }: Visit, code: string): Promise<Result<StartPage>> {
    const { reader } = this.database;
    const scheme = await this.schemes.viewByCode(reader, code);
    if (!scheme.ok) return scheme;
    const sites = await this.merchants.sitesToFileFor(reader, ctx);
    const claims = await this.filings.ofSites(reader, scheme.value.id, sites.map(({ id }) => id));
    return ok({
      scheme: scheme.value, window: await this.announced(scheme.value),
      sites: sites.map((site) => ({ site, claim: claims.find(({ siteId, state }) => siteId === site.id && state !== 'draft') ?? claims.find(({ siteId }) => siteId === site.id) })),
    });
  }

  /** Answers with the reference of the first claim. */
  async begin({ ctx }: Visit, { scheme, window }: StartPage, siteIds: readonly string[]): Promise<Result<string>> {
    if (window === undefined) return refuse('claims.window_not_recorded', { from: '', to: '' });
    const services = await this.#used(scheme.services, siteIds, window);
    const begun = await this.filings.begin(ctx, { schemeId: scheme.id, siteIds, window, ...(services.length === 0 ? {} : { services }) });
    if (!begun.ok) return begun;
    const [first] = begun.value;
    return first === undefined ? refuse('intake.sites_missing') : ok(first.reference);
  }

  /** What is ticked to begin with: a claim for a service that a place did not use is refused whole. What all places used, else what any did. */
  async #used(services: readonly string[], siteIds: readonly string[], { from }: Interval): Promise<string[]> {
    const facts = [...(await this.merchants.siteFactsOf(this.database.reader, siteIds)).values()];
    const used = facts.map(({ enrolments }) => services.filter((service) => enrolments.some((row) => row.service === service && row.from <= from && (row.to === undefined || row.to > from))));
    const known = used.filter((codes) => codes.length > 0);
    const common = services.filter((service) => known.every((codes) => codes.includes(service)));
    return known.length > 0 && common.length > 0 ? common : [...new Set(known.flat())].sort();
  }

  /** The official windows of the scheme's outages, else the trouble on record. */
  async announced({ outageIds, services }: SchemeView): Promise<Interval | undefined> {
    const outages = await Promise.all(outageIds.map((id) => this.register.outage(this.database.reader, { kind: 'anonymous' }, id)));
    const shown = outages.flatMap((outage) => (outage.ok ? [outage.value] : []));
    const ofScheme = <T extends { readonly service: string }>(lines: readonly T[]): T[] => lines.filter(({ service }) => services.includes(service));
    return officialSpan(shown.flatMap(({ officialWindows }) => ofScheme(officialWindows)))
      ?? officialSpan(shown.flatMap(({ segments }) => ofScheme(segments).filter(({ state }) => state !== 'up')));
  }
}
