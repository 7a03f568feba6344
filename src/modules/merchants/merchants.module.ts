import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { EnrolmentsController } from './enrolments.controller.js';
import { EnrolmentsRepository } from './enrolments.repository.js';
import { InvitationAnswers } from './invitation-answers.service.js';
import { InvitationsRepository } from './invitations.repository.js';
import { MembersController } from './members.controller.js';
import { MerchantFindings } from './merchant-findings.service.js';
import { MerchantInvitations } from './merchant-invitations.service.js';
import { MerchantMembers } from './merchant-members.service.js';
import { MerchantProfiles } from './merchant-profiles.service.js';
import { MerchantQueries } from './merchant-queries.service.js';
import { MerchantHoldsRepository } from './merchant-holds.repository.js';
import { MerchantHolds } from './merchant-holds.service.js';
import { MerchantRecords } from './merchant-records.service.js';
import { MerchantSites } from './merchant-sites.service.js';
import { MerchantsController } from './merchants.controller.js';
import { MERCHANTS_ERRORS } from './merchants.errors.js';
import { MerchantsRepository } from './merchants.repository.js';
import { RegisterAdoption } from './register-adoption.service.js';
import { RegisterAnswersRepository } from './register-answers.repository.js';
import { NoRegister, RegisterLookup } from './register-lookup.port.js';
import { RegisterProposals } from './register-proposals.service.js';
import { SiteEnrolments } from './site-enrolments.service.js';
import { SitesController } from './sites.controller.js';

registerCatalogue(MERCHANTS_ERRORS);
mapConstraints({
  merchant_registration_uq: 'merchants.registration_taken', enrolment_overlap_ex: 'merchants.enrolment_overlaps', membership_pk: 'merchants.member_already',
  membership_last_owner_ck: 'merchants.member_last_owner',
});

@Module({
  imports: [AuditModule, IdentityModule, MailModule],
  controllers: [MerchantsController, SitesController, EnrolmentsController, MembersController],
  providers: [
    MerchantsRepository, EnrolmentsRepository, InvitationsRepository, RegisterAnswersRepository, { provide: RegisterLookup, useClass: NoRegister }, MerchantRecords,
    MerchantHoldsRepository, MerchantHolds, MerchantProfiles, MerchantSites, SiteEnrolments, MerchantQueries, MerchantFindings, MerchantMembers, MerchantInvitations, InvitationAnswers, RegisterProposals, RegisterAdoption,
  ],
  exports: [
    MerchantHolds, MerchantProfiles, MerchantSites, SiteEnrolments, MerchantQueries, MerchantFindings, MerchantMembers, MerchantInvitations, InvitationAnswers, RegisterProposals, RegisterAdoption, RegisterLookup,
  ],
})
export class MerchantsModule {}
