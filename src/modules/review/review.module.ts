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
import { Approvals } from './duties/approvals.service.js';
import { ApprovalsRepository } from './duties/approvals.repository.js';
import { DecisionGate } from './duties/decision-gate.service.js';
import { DecisionLimits } from './duties/decision-limits.service.js';
import { DecisionLimitsRepository } from './duties/decision-limits.repository.js';
import { DutiesController } from './duties/duties.controller.js';
import { REVIEW_DUTIES_ERRORS } from './duties/duties.errors.js';
import { Interests } from './duties/interests.service.js';
import { InterestsRepository } from './duties/interests.repository.js';
import { Rivals } from './duties/rivals.service.js';
import { OverrideQueries } from './override-queries.service.js';
import { OverridesController } from './overrides.controller.js';
import { RuleFactsLoader } from './rule-facts-loader.service.js';
import { VerdictChecks } from './verdict-checks.service.js';
import { Offers } from './offers.service.js';
import { RaiseGrants } from './raise-grants.service.js';
import { Raises } from './raises.service.js';
import { ReviewAssessedHandler } from './review-assessed.handler.js';
import { ReviewMandatesHandler } from './review-mandates.handler.js';
import { ReviewController } from './review.controller.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { RuleStops } from './rule-stops.service.js';
import { StraightThrough } from './straight-through.service.js';

registerCatalogue(REVIEW_ERRORS);
registerCatalogue(REVIEW_DUTIES_ERRORS);
mapConstraints({
  determination_limit_ck: 'review.above_limit', determination_interest_ck: 'review.recommender_interested', claim_approval_once_uq: 'review.approved_already',
  decision_limit_two_ck: 'review.limit_own', decision_limit_by_two_ck: 'review.limit_own',
});

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [ReviewController, DutiesController, OverridesController, ClaimArchivesController],
  providers: [
    Awards, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises, RuleStops,
    Approvals, ApprovalsRepository, DecisionGate, DecisionLimits, DecisionLimitsRepository, Interests, InterestsRepository, Rivals,
  ],
  exports: [Approvals, Casework, DecisionLimits, Interests, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises],
})
export class ReviewModule {}
