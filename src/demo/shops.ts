import type { Instant, OpeningHours } from '../core/time/index.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { MerchantProfiles, MerchantSites, SiteEnrolments } from '../modules/merchants/index.js';
import { DEMO_PEOPLE, type DemoPerson } from './demo-people.js';
import type { Stage } from './stage.js';

export interface ShopSite {
  readonly name: string;
  readonly online?: boolean;
  readonly hours: OpeningHours;
  readonly services: readonly string[];
}

export interface Shop {
  readonly legalName: string;
  readonly trade: 'food' | 'retail' | 'services' | 'transport';
  readonly country: string;
  readonly language: 'en' | 'ko' | 'fr';
  readonly unverified?: boolean;
  /** Invented, as all of it; most of the demo have none. */
  readonly number?: string;
  readonly sites: readonly [ShopSite, ...ShopSite[]];
}

/** A business of the demo once it is signed up. */
export interface OpenedShop {
  readonly shop: Shop;
  readonly owner: DemoPerson;
  readonly merchantId: string;
  readonly siteIds: readonly string[];
}

/** Signs a business up by its owner, who is of the cast; verified by staff, every site with the services it has used since then. */
export async function openShop({ app, cast }: Stage, owner: DemoPerson, shop: Shop, usedSince: Instant): Promise<OpenedShop> {
  const profiles = app.get(MerchantProfiles);
  const { legalName, country, language } = shop;
  const merchant = unwrap(await profiles.create(cast.as(owner), {
    legalName, registration: { scheme: 'none', value: shop.number ?? '' }, sector: { system: 'makegood', code: shop.trade }, country, language, zone: shop.sites[0].hours.zone, sizes: [],
  }));
  if (shop.unverified !== true) unwrap(await profiles.verify(cast.as(DEMO_PEOPLE.reviewer), merchant.id, merchant.version));
  const signatory = cast.as(owner, [merchant.id]);
  const [sites, enrolments] = [app.get(MerchantSites), app.get(SiteEnrolments)];
  const siteIds: string[] = [];
  for (const { name, online = false, hours, services } of shop.sites) {
    const site = unwrap(await sites.add(signatory, merchant.id, { name, online, country, openingHours: hours }));
    for (const service of services) unwrap(await enrolments.add(signatory, site.id, { service, region: '*', from: usedSince }));
    siteIds.push(site.id);
  }
  return { shop, owner, merchantId: merchant.id, siteIds };
}
