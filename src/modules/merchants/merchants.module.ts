import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { IdentityModule } from '../identity/index.js';
import { MerchantProfiles } from './merchant-profiles.service.js';
import { MerchantQueries } from './merchant-queries.service.js';
import { MerchantSites } from './merchant-sites.service.js';
import { MerchantsController } from './merchants.controller.js';
import { MERCHANTS_ERRORS } from './merchants.errors.js';
import { MerchantsRepository } from './merchants.repository.js';

registerCatalogue(MERCHANTS_ERRORS);
mapConstraints({ merchant_registration_uq: 'merchants.registration_taken', enrolment_overlap_ex: 'merchants.enrolment_overlaps' });

@Module({
  imports: [AuditModule, IdentityModule],
  controllers: [MerchantsController],
  providers: [MerchantsRepository, MerchantProfiles, MerchantSites, MerchantQueries],
  exports: [MerchantProfiles, MerchantSites, MerchantQueries],
})
export class MerchantsModule {}
