import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AssessmentsModule } from '../assessments/index.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { ReviewModule } from '../review/index.js';
import { SchemesModule } from '../schemes/index.js';
import { AllocationApplication } from './allocation-application.service.js';
import { AllocationApprovals } from './allocation-approvals.service.js';
import { AllocationRehearsals } from './allocation-rehearsals.service.js';
import { AllocationSnapshots } from './allocation-snapshots.service.js';
import { AllocationsController } from './allocations.controller.js';
import { AmendmentApprovals } from './amendment-approvals.service.js';
import { AmendmentReach } from './amendment-reach.service.js';
import { AmendmentRehearsal } from './amendment-rehearsal.service.js';
import { AmendmentRehearsals } from './amendment-rehearsals.service.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { AmendmentsController } from './amendments.controller.js';
import { Amendments } from './amendments.service.js';
import { AmendmentDrift } from './amendment-drift.service.js';
import { ApprovalsByKind } from './approvals-by-kind.service.js';
import { ChangeReach } from './change-reach.service.js';
import { RehearsalsByKind } from './rehearsals-by-kind.service.js';
import { RunStanding } from './run-standing.service.js';
import { ApprovalChecks } from './approval-checks.service.js';
import { ChangeApplication } from './change-application.service.js';
import { ChangeApprovals } from './change-approvals.service.js';
import { ChangeBook } from './change-book.service.js';
import { ChangeCommands } from './change-commands.service.js';
import { ChangeDrift } from './change-drift.service.js';
import { ChangeLetters } from './change-letters.service.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeProposals } from './change-proposals.service.js';
import { ChangeQueries } from './change-queries.service.js';
import { ChangeRehearsals } from './change-rehearsals.service.js';
import { ChangeRunsRepository } from './change-runs.repository.js';
import { ChangeSnapshots } from './change-snapshots.service.js';
import { ChangesController } from './changes.controller.js';
import { ChangedClaims } from './changed-claims.service.js';
import { CHANGES_ERRORS } from './changes.errors.js';
import { ChangesRepository } from './changes.repository.js';
import { ClaimRehearsal } from './claim-rehearsal.service.js';
import { EnrolledSites } from './enrolled-sites.service.js';
import { ProposalSubjects } from './proposal-subjects.service.js';
import { ProposalAmendments } from './proposal-amendments.service.js';
import { PrecomputationApplication } from './precomputation-application.service.js';
import { PrecomputationApprovals } from './precomputation-approvals.service.js';
import { PrecomputationQueries } from './precomputation-queries.service.js';
import { PrecomputationRehearsals } from './precomputation-rehearsals.service.js';
import { PrecomputationSnapshots } from './precomputation-snapshots.service.js';
import { PrecomputationsController } from './precomputations.controller.js';
import { PrecomputationsRepository } from './precomputations.repository.js';
import { SharingClaims } from './sharing-claims.service.js';
import { SiteForecasts } from './site-forecasts.service.js';
import { SiteOpenings } from './site-openings.service.js';

registerCatalogue(CHANGES_ERRORS);
mapConstraints({
  change_edition_open_uq: 'changes.proposed_already', change_scheme_open_uq: 'changes.precomputed_already', change_outage_open_uq: 'changes.amended_already', change_fund_open_uq: 'changes.fund_in_use',
  change_amendment_applying_uq: 'changes.another_applies', change_transition_ck: 'changes.transition_refused', change_approval_four_eyes_ck: 'changes.four_eyes',
});

@Module({
  imports: [AuditModule, IdentityModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, EvidenceModule, ClaimsModule, FundsModule, AssessmentsModule, ReviewModule, MailModule],
  controllers: [ChangesController, PrecomputationsController, AmendmentsController, AllocationsController],
  providers: [
    ChangesRepository, ChangeRunsRepository, ChangeLifecycle, ChangeSnapshots, ChangeBook, ClaimRehearsal, ChangeRehearsals, ApprovalChecks, ChangeDrift, ChangeApprovals, ChangeApplication,
    ChangeProposals, ChangeCommands, ChangeQueries, PrecomputationsRepository, EnrolledSites, SiteForecasts, PrecomputationSnapshots, PrecomputationRehearsals,
    PrecomputationApprovals, SiteOpenings, PrecomputationApplication, PrecomputationQueries, AmendmentSnapshots, AmendmentRehearsal,
    AmendmentRehearsals, AmendmentApprovals, AmendmentReach, Amendments, ProposalAmendments, AmendmentDrift, ChangedClaims, ChangeLetters, ChangeReach,
    RehearsalsByKind, ApprovalsByKind, RunStanding, ProposalSubjects, AllocationSnapshots, AllocationRehearsals, AllocationApprovals, AllocationApplication, SharingClaims,
  ],
  exports: [ChangeProposals, ChangeCommands, ChangeQueries, ChangeRehearsals, ChangeApplication, PrecomputationRehearsals, PrecomputationApplication, AmendmentRehearsals, Amendments, ProposalAmendments, AllocationRehearsals, AllocationApplication],
})
export class ChangesModule {}
