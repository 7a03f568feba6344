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
import { Assignments } from './queues/assignments.service.js';
import { BulkActionsController } from './queues/bulk-actions.controller.js';
import { BulkActionsRepository } from './queues/bulk-actions.repository.js';
import { BulkActions } from './queues/bulk-actions.service.js';
import { BulkFreezing } from './queues/bulk-freezing.service.js';
import { BulkRecords } from './queues/bulk-records.service.js';
import { BulkRuns } from './queues/bulk-runs.service.js';
import { QueueEntriesRepository } from './queues/queue-entries.repository.js';
import { QueueLists } from './queues/queue-lists.service.js';
import { QueuesController } from './queues/queues.controller.js';
import { QUEUES_ERRORS } from './queues/queues.errors.js';
import { SavedFiltersRepository } from './queues/saved-filters.repository.js';
import { SavedFilters } from './queues/saved-filters.service.js';
import { StraightThrough } from './straight-through.service.js';

registerCatalogue(REVIEW_ERRORS);
registerCatalogue(QUEUES_ERRORS);
mapConstraints({ saved_filter_name_uq: 'queues.filter_named', bulk_action_sample_ck: 'bulk.sample_unopened' });

const QUEUES = [Assignments, BulkActions, BulkActionsRepository, BulkFreezing, BulkRecords, BulkRuns, QueueEntriesRepository, QueueLists, SavedFilters, SavedFiltersRepository];

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [ReviewController, OverridesController, ClaimArchivesController, QueuesController, BulkActionsController],
  providers: [
    Awards, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises, ...QUEUES,
  ],
  exports: [Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises, Assignments, BulkActions, BulkFreezing, QueueLists, SavedFilters],
})
export class ReviewModule {}
