import { Injectable } from '@nestjs/common';
import { LANGUAGES, type EnrolmentFacts, type Language, type MerchantFacts, type SiteFacts } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';
import { visibleMerchants } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader } from '../../platform/database/tx.js';
import { EnrolmentsRepository, type EnrolmentSpan } from './enrolments.repository.js';
import { MerchantsRepository, type SiteFactsRow, type SiteName } from './merchants.repository.js';
import { compacted, NO_NUMBER, readRegistration } from './registration.rules.js';

export type { SiteName };

export interface FactsOfSite {
  readonly merchantId: string;
  readonly site: SiteFacts;
  readonly merchant: MerchantFacts;
  readonly enrolments: readonly EnrolmentFacts[];
}

/** What other modules may know of a site: everything an assessment freezes. */
@Injectable()
export class MerchantQueries {
  constructor(private readonly merchants: MerchantsRepository, private readonly enrolments: EnrolmentsRepository) {}

  /** What sites are called, for a list of things that belong to them. Whose they are was checked by whoever made the list. */
  async siteNames(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, SiteName>> {
    return new Map((await this.merchants.siteNames(reader, ids)).map((site) => [site.id, site]));
  }

  /** What businesses are called, for a list of things that belong to them. Whose they are was checked by whoever made the list. */
  async names(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.merchants.names(reader, [...new Set(ids)])).map(({ id, legalName }) => [id, legalName]));
  }

  /** The language a business wants to be written to in; English when it named one that is not ours. */
  async languageOf(reader: Reader, merchantId: string): Promise<Language> {
    return (await this.languagesOf(reader, [merchantId])).get(merchantId) ?? 'en';
  }

  /** As `languageOf`, by business. */
  async languagesOf(reader: Reader, merchantIds: readonly string[]): Promise<ReadonlyMap<string, Language>> {
    const rows = await this.merchants.languagesOf(reader, [...new Set(merchantIds)]);
    return new Map(rows.map(({ id, language: stated }) => [id, LANGUAGES.find((language) => language === stated) ?? 'en']));
  }

  /** Where the viewer may file for: the sites of their own businesses. */
  sitesToFileFor(reader: Reader, { actor }: Pick<Context, 'actor'>): Promise<SiteName[]> {
    const own = visibleMerchants(actor, 'claim.file') ?? [];
    return own.length === 0 ? Promise.resolve([]) : this.merchants.sitesOfMerchants(reader, own);
  }

  /** The one business with a number as somebody typed it, whatever kind it is; none when several have it and nobody verified one. */
  async byNumber(reader: Reader, typed: string): Promise<string | undefined> {
    const compact = compacted(typed);
    const found = compact === '' ? [] : await this.merchants.byNumber(reader, compact);
    return found.length === 1 ? found[0] : undefined;
  }

  /** The verified business behind each number, in the order asked; undefined where there is none. Edge: one that nobody verified is nobody's proof, and is not found. */
  async verifiedBehind(reader: Reader, typed: readonly { scheme: string; value: string; country: string }[]): Promise<(string | undefined)[]> {
    const read = typed.map(({ country, ...number }) => readRegistration(number, country));
    const wanted = read.flatMap((one) => (one.ok && one.value.scheme !== NO_NUMBER ? [one.value] : []));
    const rows = wanted.length === 0 ? [] : await this.merchants.verifiedByRegistration(reader, wanted);
    const found = new Map(rows.map(({ id, scheme, value }) => [`${scheme} ${value}`, id]));
    return read.map((one) => (one.ok ? found.get(`${one.value.scheme} ${one.value.value}`) : undefined));
  }

  /** The sites of a business, by the names people gave them. */
  sitesOf(reader: Reader, merchantId: string): Promise<SiteName[]> {
    return this.merchants.sitesOfMerchants(reader, [merchantId]);
  }

  /** What a business is called, and how it is written to; undefined when there is none. */
  async written(reader: Reader, merchantId: string): Promise<{ legalName: string; language: Language; zone: string; phone: string | null } | undefined> {
    const merchant = await this.merchants.merchant(reader, merchantId);
    if (merchant === null) return undefined;
    const { legalName, zone, phone } = merchant;
    return { legalName, zone, phone, language: LANGUAGES.find((one) => one === merchant.language) ?? 'en' };
  }

  /** Sites that used a service in a region while it was troubled, each with the places of those spans in the list, from 1. */
  enrolledDuring(reader: Reader, spans: readonly EnrolmentSpan[], wanted: { after?: string; limit: number }): ReturnType<EnrolmentsRepository['during']> {
    return this.enrolments.during(reader, spans, wanted);
  }

  countEnrolledDuring(reader: Reader, spans: readonly EnrolmentSpan[]): Promise<number> {
    return this.enrolments.countDuring(reader, spans);
  }

  async siteFacts(reader: Reader, siteId: string): Promise<FactsOfSite | undefined> {
    return (await this.siteFactsOf(reader, [siteId])).get(siteId);
  }

  /** Facts by site, for many at once. */
  async siteFactsOf(reader: Reader, siteIds: readonly string[]): Promise<ReadonlyMap<string, FactsOfSite>> {
    return new Map((await this.merchants.siteFacts(reader, [...new Set(siteIds)])).map((row) => [row.siteId, factsOfSite(row)]));
  }
}

function factsOfSite(row: SiteFactsRow): FactsOfSite {
  return {
    merchantId: row.merchantId,
    site: {
      id: row.siteId, online: row.online, zone: row.zone, country: row.country, openingHours: row.openingHours,
      openingHoursEnteredAt: row.hoursEnteredAt as Instant,
    },
    merchant: { id: row.merchantId, verified: row.verified, sector: { system: row.sectorSystem, code: row.sectorCode }, sizes: row.sizes },
    enrolments: row.enrolments.map(({ service, region, tier, feeMinor, feeCurrency, from, to }): EnrolmentFacts => ({
      service, region, from: from as Instant,
      ...(tier === null ? {} : { tier }),
      ...(to === null ? {} : { to: to as Instant }),
      ...(feeMinor === null || feeCurrency === null ? {} : { fee: { minor: feeMinor, currency: feeCurrency } }),
    })),
  };
}
