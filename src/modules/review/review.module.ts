import { Module } from '@nestjs/common';
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
import { DecisionFactsLoader } from './letters/decision-facts.service.js';
import { DecisionLettersRepository } from './letters/decision-letters.repository.js';
import { DecisionLetters } from './letters/decision-letters.service.js';
import { DecisionMail } from './letters/decision-mail.service.js';
import { ReturnedLettersHandler } from './letters/returned-letters.handler.js';
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
import { StraightThrough } from './straight-through.service.js';

registerCatalogue(REVIEW_ERRORS);

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [ReviewController, OverridesController, ClaimArchivesController],
  providers: [
    Awards, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises,
    DecisionFactsLoader, DecisionLettersRepository, DecisionLetters, DecisionMail, ReturnedLettersHandler,
  ],
  exports: [Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises, DecisionLetters],
})
export class ReviewModule {}
