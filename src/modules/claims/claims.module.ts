import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AgentsModule } from '../agents/index.js';
import { AuditModule } from '../audit/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { CapUsesRepository } from './cap-uses.repository.js';
import { CapUses } from './cap-uses.service.js';
import { ClaimClashes } from './claim-clashes.service.js';
import { ClaimDeliveries } from './claim-deliveries.service.js';
import { ClaimDrafting } from './claim-drafting.service.js';
import { ClaimFacts } from './claim-facts.service.js';
import { ClaimFilingsRepository } from './claim-filings.repository.js';
import { ClaimFilings } from './claim-filings.service.js';
import { ClaimEvidenceController } from './claim-evidence.controller.js';
import { ClaimEvidenceQueries } from './claim-evidence-queries.service.js';
import { ClaimEvidence } from './claim-evidence.service.js';
import { ClaimHoldsRepository } from './claim-holds.repository.js';
import { ClaimHolds } from './claim-holds.service.js';
import { ClaimLetters } from './claim-letters.service.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { PaperDoors } from './paper-doors.service.js';
import { ClaimNoticesRepository } from './claim-notices.repository.js';
import { ClaimNotices } from './claim-notices.service.js';
import { ClaimOpening } from './claim-opening.service.js';
import { ClaimPointsRepository } from './claim-points.repository.js';
import { ClaimPoints } from './claim-points.service.js';
import { ClaimQueries } from './claim-queries.service.js';
import { ClaimSalesController } from './claim-sales.controller.js';
import { ClaimSalesFilesController } from './claim-sales-files.controller.js';
import { ClaimSalesFiles } from './claim-sales-files.service.js';
import { ClaimTill } from './claim-till.service.js';
import { ClaimTillController } from './claim-till.controller.js';
import { HANDOVERS_ERRORS } from './handovers.errors.js';
import { HandoversController } from './handovers.controller.js';
import { HandoversRepository } from './handovers.repository.js';
import { Handovers } from './handovers.service.js';
import { SalesDoor } from './sales-door.service.js';
import { ClaimSales } from './claim-sales.service.js';
import { ClaimSightsRepository } from './claim-sights.repository.js';
import { ClaimSights } from './claim-sights.service.js';
import { ClaimSubmission } from './claim-submission.service.js';
import { ClaimsController } from './claims.controller.js';
import { CLAIMS_ERRORS } from './claims.errors.js';
import { ClaimsRepository } from './claims.repository.js';
import { DraftChecks } from './draft-checks.service.js';
import { DraftRecords } from './draft-records.service.js';
import { LaterSales } from './later-sales.service.js';
import { FilingLetters } from './filing-letters.service.js';
import { EvidenceKindsOfPolicy } from './evidence-kinds.service.js';
import { FilingReadiness } from './filing-readiness.service.js';
import { Entitlements } from './entitlements.service.js';
import { EntitlementsRepository } from './entitlements.repository.js';
import { NoticePlaces } from './notice-places.service.js';
import { ObjectionsRepository } from './objections.repository.js';
import { Objections } from './objections.service.js';
import { KeptFormsRepository } from './kept-forms.repository.js';
import { KeptForms } from './kept-forms.service.js';
import { NoticesRepository } from './notices.repository.js';

registerCatalogue(CLAIMS_ERRORS);
registerCatalogue(HANDOVERS_ERRORS);
mapConstraints({
  claim_scheme_site_uq: { code: 'claims.already_claimed', params: { other: '' } }, claim_occupancy_overlap_ex: { code: 'claims.overlaps', params: { other: '' } }, claim_transition_ck: 'claims.transition_refused',
  entitlement_rises_ck: 'claims.entitlement_falls', claim_mandate_ck: 'claims.mandate_unconfirmed', claim_correction_ck: 'claims.not_operators',
  claim_hold_stays_ck: 'claims.hold_released', claim_hold_second_ck: 'claims.hold_of_yours', cap_use_fits_ck: 'claims.cap_exceeded',
});

@Module({
  imports: [AgentsModule, AuditModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, EvidenceModule],
  controllers: [ClaimsController, ClaimSalesController, ClaimTillController, ClaimSalesFilesController, HandoversController, ClaimEvidenceController],
  providers: [
    ClaimsRepository, EntitlementsRepository, ClaimLifecycle, PaperDoors, DraftChecks, DraftRecords, FilingReadiness, ClaimDrafting, ClaimSubmission, ClaimOpening, SalesDoor, ClaimSales,
    ClaimSalesFiles, ClaimTill, ClaimQueries, Entitlements, ClaimFilingsRepository, ClaimFilings, KeptFormsRepository, KeptForms, FilingLetters, LaterSales, Handovers,
    HandoversRepository, EvidenceKindsOfPolicy, ClaimEvidence, ClaimEvidenceQueries, ClaimFacts, ClaimClashes, ClaimHolds, ClaimHoldsRepository, ClaimLetters, ClaimSights, ClaimSightsRepository,
    ClaimNotices, ClaimNoticesRepository, NoticePlaces, Objections, ObjectionsRepository, CapUses, CapUsesRepository, ClaimDeliveries, NoticesRepository, ClaimPoints, ClaimPointsRepository,
  ],
  exports: [
    DraftChecks, ClaimLifecycle, PaperDoors, ClaimDrafting, ClaimSubmission, ClaimOpening, ClaimSales, ClaimSalesFiles, LaterSales, ClaimTill, ClaimQueries, Entitlements, ClaimFilings, KeptForms, Handovers,
    ClaimEvidence, ClaimEvidenceQueries, ClaimFacts, ClaimClashes, ClaimHolds, ClaimLetters, ClaimSights, ClaimNotices, Objections, CapUses, ClaimDeliveries, ClaimPoints,
  ],
})
export class ClaimsModule {}
