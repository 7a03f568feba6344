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
import { PayeesModule } from '../payees/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { TasksModule } from '../tasks/index.js';
import { CaseSignals } from './casebook/case-signals.service.js';
import { CasebookSheets } from './casebook/casebook-sheets.service.js';
import { CasebookTimeline } from './casebook/casebook-timeline.service.js';
import { CasebookController } from './casebook/casebook.controller.js';
import { DuplicateVerdictsRepository } from './casebook/duplicate-verdicts.repository.js';
import { Duplicates } from './casebook/duplicates.service.js';
import { PairRecords } from './casebook/pair-records.service.js';
import { TimelineSources } from './casebook/timeline-sources.service.js';
import { ArchiveParts } from './archive-parts.service.js';
import { Awards } from './awards.service.js';
import { Grants } from './grants.service.js';
import { RaiseObstacles } from './raise-obstacles.service.js';
import { FundShares } from './shares/fund-shares.service.js';
import { LateShares } from './shares/late-shares.service.js';
import { PointRaises } from './shares/point-raises.service.js';
import { ShareNotices } from './shares/share-notices.service.js';
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
import { DecisionFactsLoader } from './letters/decision-facts.service.js';
import { DecisionLettersRepository } from './letters/decision-letters.repository.js';
import { DecisionLetters } from './letters/decision-letters.service.js';
import { DecisionMail } from './letters/decision-mail.service.js';
import { ReturnedLettersHandler } from './letters/returned-letters.handler.js';
import { OverrideQueries } from './override-queries.service.js';
import { OverridesController } from './overrides.controller.js';
import { RuleDoubtsLoader } from './rule-doubts-loader.service.js';
import { FundHolds } from './holds/fund-holds.job.js';
import { HoldDesk } from './holds/hold-desk.service.js';
import { HoldReviews } from './holds/hold-reviews.job.js';
import { HoldsController } from './holds/holds.controller.js';
import { HOLDS_ERRORS } from './holds/holds.errors.js';
import { BulkLists } from './queues/bulk-lists.service.js';
import { CaseworkLists } from './casework-lists.service.js';
import { ReductionAnswers } from './holds/reduction-answers.service.js';
import { ReductionDecisions } from './holds/reduction-decisions.service.js';
import { ReductionDesk } from './holds/reduction-desk.service.js';
import { ReductionHearings } from './holds/reduction-hearings.service.js';
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
import { ObjectionDecisions } from './objections/objection-decisions.service.js';
import { ObjectionFiling } from './objections/objection-filing.service.js';
import { ObjectionLetters } from './objections/objection-letters.service.js';
import { ObjectionQueries } from './objections/objection-queries.service.js';
import { ObjectionResults } from './objections/objection-results.service.js';
import { ObjectionRises } from './objections/objection-rises.service.js';
import { ObjectionsController } from './objections/objections.controller.js';
import { OBJECTIONS_ERRORS } from './objections/objections.errors.js';
import { DecisionNotices } from './offers/decision-notices.service.js';
import { OfferEnds } from './offers/offer-ends.service.js';
import { OfferLapses } from './offers/offer-lapses.job.js';
import { OfferRenewals } from './offers/offer-renewals.service.js';
import { RenewalGrounds } from './offers/renewal-grounds.service.js';
import { OfferStops } from './offers/offer-stops.service.js';
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
import { RuleSchemes } from './rule-schemes.service.js';
import { RuleStops } from './rule-stops.service.js';
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
import { SampleLists } from './sampling/sample-lists.service.js';
import { SamplingController } from './sampling/sampling.controller.js';
import { SecondLookRecords } from './sampling/second-look-records.service.js';
import { SecondLookViews } from './sampling/second-look-views.service.js';
import { SecondLooksController } from './sampling/second-looks.controller.js';
import { SecondLooksRepository } from './sampling/second-looks.repository.js';
import { SecondLooks } from './sampling/second-looks.service.js';
import { SAMPLING_ERRORS } from './sampling/sampling.errors.js';
import { SamplingRepository } from './sampling/sampling.repository.js';
import { Sampling } from './sampling/sampling.service.js';

registerCatalogue(REVIEW_ERRORS);
registerCatalogue(SAMPLING_ERRORS);
mapConstraints({ sampling_period_overlap_ex: 'sampling.overlaps', sampling_period_stands_ck: 'sampling.stands' });
registerCatalogue(REQUESTS_ERRORS);
mapConstraints({ information_request_stays_ck: 'requests.settled' });

const REQUESTS = [InformationRequestsRepository, InformationRequests, InformationAnswers, RequestLetters, RequestQueries, RequestSetting, RequestSurroundings, RequestsDue, UnansweredRequests];
registerCatalogue(OBJECTIONS_ERRORS);
mapConstraints({ objection_open_uq: 'objections.open_already', objection_reconsiderer_uq: 'objections.same_person' });
registerCatalogue(HOLDS_ERRORS);
mapConstraints({
  claim_reduction_open_uq: 'review.reduction_open', claim_reduction_stays_ck: 'review.reduction_decided', claim_reduction_second_ck: 'review.reduction_second',
  claim_reduction_heard_ck: { code: 'review.reduction_too_early', params: { until: 'the day named in its letter' } }, claim_reduction_waived_ck: 'review.reduction_not_waivable', claim_reopening_twice_ck: 'review.reopened_twice',
});
registerCatalogue(REVIEW_DUTIES_ERRORS);
mapConstraints({
  determination_limit_ck: 'review.above_limit', determination_interest_ck: 'review.recommender_interested', claim_approval_once_uq: 'review.approved_already',
  decision_limit_two_ck: 'review.limit_own', decision_limit_by_two_ck: 'review.limit_own',
});
registerCatalogue(QUEUES_ERRORS);
mapConstraints({ saved_filter_name_uq: 'queues.filter_named', bulk_action_sample_ck: { code: 'bulk.sample_unopened', params: { left: 'Some' } } });

const QUEUES = [Assignments, BulkActions, BulkActionsRepository, BulkFreezing, BulkRecords, BulkRuns, QueueEntriesRepository, QueueLists, SavedFilters, SavedFiltersRepository];

@Module({
  imports: [
    AgentsModule, AssessmentsModule, AuditModule, ClaimsModule, EvidenceModule, FundsModule, IdentityModule, MailModule, MerchantsModule, OutagesModule, PayeesModule, PoliciesModule, SchemesModule, TasksModule,
  ],
  controllers: [CasebookController, ReviewController, HoldsController, ReductionsController, DutiesController, OverridesController, ClaimArchivesController, SamplingController, SecondLooksController, RequestsController, ObjectionsController, QueuesController, BulkActionsController],
  providers: [
    Grants, RaiseObstacles, PointRaises, FundShares, LateShares, ShareNotices, Awards, Reservations, DecisionHour, RuleFactsLoader, StraightThrough, VerdictChecks, Casework, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ReviewAssessedHandler,
    ReviewMandatesHandler, ArchiveParts, ClaimArchives, RaiseGrants, Raises,
    Sampling, SamplingRepository, SampleLists, SecondLooks, SecondLooksRepository, SecondLookRecords, SecondLookViews,
    RuleDoubtsLoader, CaseSignals, DuplicateVerdictsRepository, Duplicates, PairRecords, CasebookTimeline, TimelineSources, CasebookSheets, ...REQUESTS,
    DecisionNotices, OfferEnds, OfferLapses, OfferRenewals, RenewalGrounds, OfferStops, ObjectionDecisions, ObjectionFiling, ObjectionLetters, ObjectionQueries, ObjectionResults, ObjectionRises,
    HoldDesk, HoldReviews, FundHolds, Reopenings, ReopeningsRepository, Reductions, ReductionsRepository, CaseworkLists, BulkLists, ReductionAnswers, ReductionDecisions, ReductionDesk, ReductionHearings, ReductionLetters, ReductionNotes, RuleSchemes, RuleStops,
    Approvals, ApprovalsRepository, DecisionGate, DecisionLimits, DecisionLimitsRepository, Interests, InterestsRepository, Rivals,
    DecisionFactsLoader, DecisionLettersRepository, DecisionLetters, DecisionMail, ReturnedLettersHandler, ...QUEUES,
  ],
  exports: [FundShares, CasebookSheets, Duplicates, CasebookTimeline, Approvals, Casework, DecisionLimits, Interests, ClaimOverrides, ClaimWithdrawal, Offers, OverrideQueries, ClaimArchives, Raises, Sampling, SampleLists, SecondLooks, SecondLookViews, InformationRequests, InformationAnswers, RequestQueries, OfferRenewals, ObjectionDecisions, ObjectionFiling, ObjectionQueries, HoldDesk, Reopenings, ReductionDesk, DecisionLetters, Assignments, BulkActions, BulkFreezing, QueueLists, SavedFilters],
})
export class ReviewModule {}
