export { MerchantEntity } from './merchant.entity.js';
export { MerchantProfiles, type MerchantView, type NewMerchant } from './merchant-profiles.service.js';
export { MerchantQueries, type FactsOfSite, type SiteName } from './merchant-queries.service.js';
export { MerchantSites, type NewEnrolment, type NewSite, type SiteView } from './merchant-sites.service.js';
export { MerchantsModule } from './merchants.module.js';
export { SiteEntity } from './site.entity.js';
