import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { IdentityModule } from '../identity/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { ClaimDrafting } from './claim-drafting.service.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimQueries } from './claim-queries.service.js';
import { ClaimSalesController } from './claim-sales.controller.js';
import { ClaimSales } from './claim-sales.service.js';
import { ClaimSubmission } from './claim-submission.service.js';
import { ClaimsController } from './claims.controller.js';
import { CLAIMS_ERRORS } from './claims.errors.js';
import { ClaimsRepository } from './claims.repository.js';
import { DraftChecks } from './draft-checks.service.js';
import { DraftRecords } from './draft-records.service.js';
import { FilingReadiness } from './filing-readiness.service.js';
import { Entitlements } from './entitlements.service.js';
import { EntitlementsRepository } from './entitlements.repository.js';

registerCatalogue(CLAIMS_ERRORS);
mapConstraints({
  claim_scheme_site_uq: 'claims.already_claimed', claim_occupancy_overlap_ex: 'claims.overlaps', claim_transition_ck: 'claims.transition_refused',
  entitlement_rises_ck: 'claims.entitlement_falls',
});

@Module({
  imports: [AuditModule, IdentityModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, EvidenceModule],
  controllers: [ClaimsController, ClaimSalesController],
  providers: [
    ClaimsRepository, EntitlementsRepository, ClaimLifecycle, DraftChecks, DraftRecords, FilingReadiness, ClaimDrafting, ClaimSubmission, ClaimSales, ClaimQueries,
    Entitlements,
  ],
  exports: [ClaimLifecycle, ClaimDrafting, ClaimSubmission, ClaimSales, ClaimQueries, Entitlements],
})
export class ClaimsModule {}
