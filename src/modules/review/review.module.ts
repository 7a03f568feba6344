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
import { RuleFactsLoader } from './rule-facts-loader.service.js';
import { VerdictChecks } from './verdict-checks.service.js';
import { Offers } from './offers.service.js';
import { RaiseGrants } from './raise-grants.service.js';
import { Raises } from './raises.service.js';
import { ReviewAssessedHandler } from './review-assessed.handler.js';
import { ReviewMandatesHandler } from './review-mandates.handler.js';
import { ReviewController } from './review.controller.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { InformationAnswers } from './requests/information-answers.service.js';
import { InformationRequestsRepository } from './requests/information-requests.repository.js';
import { InformationRequests } from './requests/information-requests.service.js';
import { RequestLetters } from './requests/request-letters.service.js';
import { RequestQueries } from './requests/request-queries.service.js';
import { RequestSetting } from './requests/request-setting.service.js';
import { RequestSurroundings } from './requests/request-surroundings.service.js';
import { RequestsController } from './requests/requests.controller.js';
import { RequestsDue } from './requests/requests-due.service.js';
import { REQUESTS_ERRORS } from './requests/requests.errors.js';
import { UnansweredRequests } from './requests/unanswered-requests.service.js';
import { StraightThrough } from './straight-through.service.js';

registerCatalogue(REVIEW_ERRORS);
registerCatalogue(REQUESTS_ERRORS);
mapConstraints({ information_request_stays_ck: 'requests.settled' });

const REQUESTS = [InformationRequestsRepository, InformationRequests, InformationAnswers, RequestLetters, RequestQueries, RequestSetting, RequestSurroundings, RequestsDue, UnansweredRequests];

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [ReviewController, OverridesController, ClaimArchivesController, RequestsController],
  providers: [
    Awards, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises, ...REQUESTS,
  ],
  exports: [Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises, InformationRequests, InformationAnswers, RequestQueries],
})
export class ReviewModule {}
