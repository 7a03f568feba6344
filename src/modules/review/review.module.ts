import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AgentsModule } from '../agents/index.js';
import { AssessmentsModule } from '../assessments/index.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { TasksModule } from '../tasks/index.js';
import { ArchiveParts } from './archive-parts.service.js';
import { Awards } from './awards.service.js';
import { ClaimArchivesController } from './claim-archives.controller.js';
import { ClaimArchives } from './claim-archives.service.js';
import { ClaimWithdrawal } from './claim-withdrawal.service.js';
import { ClaimOverrides } from './claim-overrides.service.js';
import { Casework } from './casework.service.js';
import { DecisionHour } from './decision-hour.service.js';
import { OverrideQueries } from './override-queries.service.js';
import { OverridesController } from './overrides.controller.js';
import { FundHolds } from './holds/fund-holds.job.js';
import { HoldDesk } from './holds/hold-desk.service.js';
import { HoldReviews } from './holds/hold-reviews.job.js';
import { HoldsController } from './holds/holds.controller.js';
import { HOLDS_ERRORS } from './holds/holds.errors.js';
import { ReductionDecisions } from './holds/reduction-decisions.service.js';
import { ReductionDesk } from './holds/reduction-desk.service.js';
import { ReductionLetters } from './holds/reduction-letters.service.js';
import { ReductionNotes } from './holds/reduction-notes.service.js';
import { ReductionsController } from './holds/reductions.controller.js';
import { ReductionsRepository } from './holds/reductions.repository.js';
import { Reductions } from './holds/reductions.service.js';
import { ReopeningsRepository } from './holds/reopenings.repository.js';
import { Reopenings } from './holds/reopenings.service.js';
import { Reservations } from './reservations.service.js';
import { RuleFactsLoader } from './rule-facts-loader.service.js';
import { VerdictChecks } from './verdict-checks.service.js';
import { Offers } from './offers.service.js';
import { RaiseGrants } from './raise-grants.service.js';
import { Raises } from './raises.service.js';
import { ReviewAssessedHandler } from './review-assessed.handler.js';
import { ReviewMandatesHandler } from './review-mandates.handler.js';
import { ReviewController } from './review.controller.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { StraightThrough } from './straight-through.service.js';

registerCatalogue(REVIEW_ERRORS);
registerCatalogue(HOLDS_ERRORS);
mapConstraints({
  claim_reduction_open_uq: 'review.reduction_open', claim_reduction_stays_ck: 'review.reduction_decided', claim_reduction_second_ck: 'review.reduction_second',
  claim_reduction_heard_ck: 'review.reduction_too_early', claim_reduction_waived_ck: 'review.reduction_not_waivable', claim_reopening_twice_ck: 'review.reopened_twice',
});

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [ReviewController, HoldsController, ReductionsController, OverridesController, ClaimArchivesController],
  providers: [
    Awards, Reservations, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises,
    HoldDesk, HoldReviews, FundHolds, Reopenings, ReopeningsRepository, Reductions, ReductionsRepository, ReductionDecisions, ReductionDesk, ReductionLetters, ReductionNotes,
  ],
  exports: [Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises, HoldDesk, Reopenings, ReductionDesk],
})
export class ReviewModule {}
