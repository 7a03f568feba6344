import { Module } from '@nestjs/common';
import { registerCatalogue } from '../platform/http/catalogue-registry.js';
import { ErrorPages } from '../platform/http/error-pages.js';
import { AgentsModule } from '../modules/agents/index.js';
import { AssessmentsModule } from '../modules/assessments/index.js';
import { AuditModule } from '../modules/audit/index.js';
import { ChangesModule } from '../modules/changes/index.js';
import { EvidenceModule } from '../modules/evidence/index.js';
import { ClaimBatchesModule } from '../modules/claim-batches/index.js';
import { ClaimsModule } from '../modules/claims/index.js';
import { FundsModule } from '../modules/funds/index.js';
import { IdentityModule } from '../modules/identity/index.js';
import { MailModule } from '../modules/mail/index.js';
import { MerchantsModule } from '../modules/merchants/index.js';
import { OutagesModule } from '../modules/outages/index.js';
import { PayeesModule } from '../modules/payees/index.js';
import { PayoutsModule } from '../modules/payouts/index.js';
import { PoliciesModule } from '../modules/policies/index.js';
import { TasksModule } from '../modules/tasks/index.js';
import { RecoveriesModule } from '../modules/recoveries/index.js';
import { ReportingModule } from '../modules/reporting/index.js';
import { ReviewModule } from '../modules/review/index.js';
import { SchemesModule } from '../modules/schemes/index.js';
import { BatchPagesController } from './agents/batch-pages.controller.js';
import { MandateClaims } from './agents/mandate-claims.service.js';
import { MandatePagesController } from './agents/mandate-pages.controller.js';
import { BusinessDeskController } from './business/business-desk.controller.js';
import { BusinessPagesController } from './business/business-pages.controller.js';
import { BusinessPages } from './business/business-pages.service.js';
import { InvitationPagesController } from './business/invitation-pages.controller.js';
import { PeoplePagesController } from './business/people-pages.controller.js';
import { ServicePagesController } from './business/service-pages.controller.js';
import { SitePagesController } from './business/site-pages.controller.js';
import { AccountPagesController } from './account/account-pages.controller.js';
import { ProofPagesController } from './account/proof-pages.controller.js';
import { PasskeyPagesController } from './account/passkey-pages.controller.js';
import { AmendmentPagesController } from './changes/amendment-pages.controller.js';
import { ChangeSubjects } from './changes/change-subjects.service.js';
import { ChangePagesController } from './changes/change-pages.controller.js';
import { ChangeSheets } from './changes/change-sheets.service.js';
import { RunPagesController } from './changes/run-pages.controller.js';
import { ReasonWords } from './changes/reason-words.service.js';
import { StepBlocks } from './changes/step-blocks.service.js';
import { EvidencePagesController } from './evidence/evidence-pages.controller.js';
import { EvidencePages } from './evidence/evidence-pages.service.js';
import { EvidenceStreamsController } from './evidence/evidence-streams.controller.js';
import { CodeController } from './entry/code.controller.js';
import { SignUpController } from './entry/sign-up.controller.js';
import { ApproverShortages } from './finance/approver-shortages.service.js';
import { BankPagesController } from './finance/bank-pages.controller.js';
import { BenefitPagesController } from './finance/benefit-pages.controller.js';
import { BenefitSheets } from './finance/benefit-sheets.service.js';
import { BatchComparison } from './finance/batch-comparison.service.js';
import { BatchFiles } from './finance/batch-files.service.js';
import { ReleasePagesController } from './finance/release-pages.controller.js';
import { PayoutPagesController } from './finance/payout-pages.controller.js';
import { BatchSheets } from './finance/batch-sheets.service.js';
import { BreakPagesController } from './finance/break-pages.controller.js';
import { LineAccounts } from './finance/line-accounts.service.js';
import { LineFaults } from './shared/line-faults.service.js';
import { LinePagesController } from './finance/line-pages.controller.js';
import { LineSheets } from './finance/line-sheets.service.js';
import { OverpaymentPagesController } from './finance/overpayment-pages.controller.js';
import { OverpaymentSheets } from './finance/overpayment-sheets.service.js';
import { PracticePagesController } from './finance/practice-pages.controller.js';
import { WriteOffSheets } from './finance/write-off-sheets.service.js';
import { PayingAccountPagesController } from './finance/paying-account-pages.controller.js';
import { PayingAccountSheets } from './finance/paying-account-sheets.service.js';
import { ProfilePreviews } from './finance/profile-preview.service.js';
import { FileTextPagesController } from './finance/file-text-pages.controller.js';
import { FundPagesController } from './finance/fund-pages.controller.js';
import { FundSheets } from './finance/fund-sheets.service.js';
import { FiledAnswers } from './intake/filed-answers.service.js';
import { Confirmations } from './intake/confirmation.service.js';
import { ConfirmationsController } from './intake/confirmations.controller.js';
import { EstimateController } from './intake/estimate.controller.js';
import { AttachedParts } from './intake/attached-parts.service.js';
import { FilingStarts } from './intake/filing-starts.service.js';
import { Filings } from './intake/filings.service.js';
import { INTAKE_ERRORS } from './intake/intake.errors.js';
import { IntakeSaves } from './intake/intake-saves.service.js';
import { IntakeSheets } from './intake/intake-sheet.service.js';
import { IntakeViews } from './intake/intake-views.service.js';
import { KeptFormsController } from './intake/kept-forms.controller.js';
import { LossPages } from './intake/loss-page.service.js';
import { QuestionsController } from './intake/questions.controller.js';
import { SendController } from './intake/send.controller.js';
import { StartClaimController } from './intake/start-claim.controller.js';
import { TasksController } from './intake/tasks.controller.js';
import { KeptAcceptances } from './merchant/kept-acceptances.service.js';
import { KeptReplies } from './merchant/kept-replies.service.js';
import { ReductionPagesController } from './merchant/reduction-pages.controller.js';
import { RequestPagesController } from './merchant/request-pages.controller.js';
import { ClaimPaymentPagesController, PaymentListController } from './merchant/payment-pages.controller.js';
import { PaymentSheets } from './merchant/payment-sheets.service.js';
import { MerchantClaimsController } from './merchant/merchant-claims.controller.js';
import { PayeeDeskPagesController } from './payees/payee-desk.controller.js';
import { PayeeFiles } from './payees/payee-files.service.js';
import { PayeeLinkController } from './payees/payee-link.controller.js';
import { PayeePagesController } from './payees/payee-pages.controller.js';
import { PayeeSheets } from './payees/payee-sheets.service.js';
import { OutageEditorController } from './outages/outage-editor.controller.js';
import { RegisterPagesController } from './outages/register-pages.controller.js';
import { OutageForms } from './outages/outage-forms.service.js';
import { RegisterSheets } from './outages/register-sheets.service.js';
import { ProposalPagesController } from './outages/proposal-pages.controller.js';
import { SourcePagesController } from './outages/source-pages.controller.js';
import { LetterHtmlController, OutboxPagesController } from './outbox/outbox-pages.controller.js';
import { PolicyEditorController } from './policy/policy-editor.controller.js';
import { PolicyHistory } from './policy/policy-history.service.js';
import { PolicyLists } from './policy/policy-lists.service.js';
import { PolicyPagesController } from './policy/policy-pages.controller.js';
import { DecisionLettersController } from './letters/decision-letters.controller.js';
import { DecisionPagesController } from './letters/decision-pages.controller.js';
import { MerchantAsides } from './merchant/merchant-asides.service.js';
import { DecisionPages } from './letters/decision-pages.service.js';
import { PolicySheets } from './policy/policy-sheet.service.js';
import { CheckPagesController } from './public/check-pages.controller.js';
import { FrontController } from './public/front.controller.js';
import { OutagePages } from './public/outage-pages.service.js';
import { PublicController } from './public/public.controller.js';
import { SchemePages } from './public/scheme-pages.service.js';
import { SignInController } from './public/sign-in.controller.js';
import { RecoveryDeskController } from './recovery/recovery-desk.controller.js';
import { RecoveryFilesController } from './recovery/recovery-files.controller.js';
import { RecoveryPapersController } from './recovery/recovery-papers.controller.js';
import { RecoveryPagesController } from './recovery/recovery-pages.controller.js';
import { ObjectionPagesController } from './merchant/objection-pages.controller.js';
import { ClaimObjections } from './shared/claim-objections.service.js';
import { ClaimLists } from './shared/claim-list.service.js';
import { ClaimSettings } from './shared/claim-setting.service.js';
import { ClaimSheets } from './shared/claim-sheet.service.js';
import { ErrorPageService } from './shared/error-page.service.js';
import { NextSteps } from './shared/next-steps.service.js';
import { PageRenderer } from './shared/page-renderer.service.js';
import { PORTAL_ERRORS } from './shared/portal.errors.js';
import { DeviceDesks } from './sales/device-desk.service.js';
import { DevicePagesController } from './sales/device-pages.controller.js';
import { HandoverPagesController } from './sales/handover-pages.controller.js';
import { SalesDesk } from './sales/sales-desk.service.js';
import { SalesDownloadsController } from './sales/sales-downloads.controller.js';
import { SalesPagesController } from './sales/sales-pages.controller.js';
import { SalesSheets } from './sales/sales-sheets.service.js';
import { ReportPagesController } from './reporting/report-pages.controller.js';
import { SamplingPagesController } from './reporting/sampling-pages.controller.js';
import { CaseSaid } from './staff/case-said.service.js';
import { CaseAsides } from './staff/case-asides.service.js';
import { CaseDesk } from './staff/case-desk.service.js';
import { CaseDoubts } from './staff/case-doubts.service.js';
import { CaseFigures } from './staff/case-figures.service.js';
import { CaseHolds } from './staff/case-holds.service.js';
import { HoldListController } from './staff/hold-list.controller.js';
import { HoldPagesController } from './staff/hold-pages.controller.js';
import { CaseHistory } from './staff/case-history.service.js';
import { CaseObjections } from './staff/case-objections.service.js';
import { CaseReasons } from './staff/case-reasons.service.js';
import { ObjectionDecisionController, ObjectionDeskController } from './staff/objection-desk.controller.js';
import { OutsideFilesController } from './staff/outside-files.controller.js';
import { OutsidePagesController } from './staff/outside-pages.controller.js';
import { CasePages } from './staff/case-pages.service.js';
import { CasePaymentSheets } from './staff/case-payments.service.js';
import { RolePagesController } from './staff/role-pages.controller.js';
import { CaseSamplesController } from './staff/case-samples.controller.js';
import { CaseDuplicatesController } from './staff/case-duplicates.controller.js';
import { CasePapers } from './staff/case-papers.service.js';
import { CaseRecord } from './staff/case-record.service.js';
import { CandidateCards } from './staff/candidate-cards.service.js';
import { CaseSignalCards } from './staff/case-signals.service.js';
import { CaseSections } from './staff/case-sections.service.js';
import { DutyPagesController, InterestPagesController } from './staff/duty-pages.controller.js';
import { DutySheets } from './staff/duty-sheets.service.js';
import { FiguresController } from './staff/figures.controller.js';
import { CaseRequestsController } from './staff/requests.controller.js';
import { BulkPagesController } from './staff/bulk-pages.controller.js';
import { BulkPages } from './staff/bulk-pages.service.js';
import { QueueChoices } from './staff/queue-choices.service.js';
import { QueueNames } from './staff/queue-names.service.js';
import { QueuePages } from './staff/queue-pages.service.js';
import { SavedFilterPagesController } from './staff/saved-filter-pages.controller.js';
import { TaskPagesController } from './staff/task-pages.controller.js';
import { WorkController } from './staff/work.controller.js';

registerCatalogue(PORTAL_ERRORS);
registerCatalogue(INTAKE_ERRORS);

const INTAKE_CONTROLLERS = [StartClaimController, TasksController, QuestionsController, EstimateController, SendController, KeptFormsController, ConfirmationsController];
const INTAKE_SERVICES = [AttachedParts, KeptAcceptances, KeptReplies, FilingStarts, Filings, IntakeSheets, IntakeViews, IntakeSaves, LossPages, Confirmations, FiledAnswers];

/** What came back, what was paid too much, what is given beside money, and the bank to practise on. */
const FINANCE_CONTROLLERS = [BenefitPagesController, OverpaymentPagesController, LinePagesController, PracticePagesController];
const FINANCE_SERVICES = [BatchFiles, BenefitSheets, LineAccounts, LineFaults, LineSheets, OverpaymentSheets, WriteOffSheets];

/** The pages: the roof of the house. They call the same services as the API, so a page is never the only place where a rule lives. */
@Module({
  imports: [
    AuditModule, IdentityModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, ClaimsModule, AssessmentsModule, FundsModule, ReviewModule, ChangesModule,
    EvidenceModule, AgentsModule, ClaimBatchesModule, PayeesModule, PayoutsModule, MailModule, RecoveriesModule, TasksModule, ReportingModule,
  ],
  controllers: [
    FrontController, SignInController, PublicController, MerchantClaimsController, ClaimPaymentPagesController, PaymentListController, RequestPagesController, ReductionPagesController, SalesPagesController, SalesDownloadsController, WorkController, FiguresController, CaseDuplicatesController, CaseSamplesController, CaseRequestsController, HoldPagesController, HoldListController, DutyPagesController, RolePagesController, InterestPagesController,
    FundPagesController, PayoutPagesController, ReleasePagesController, FileTextPagesController, PayingAccountPagesController, BankPagesController, BreakPagesController, ...FINANCE_CONTROLLERS, PolicyPagesController, PolicyEditorController, ChangePagesController, RunPagesController, AmendmentPagesController, TaskPagesController, ...INTAKE_CONTROLLERS, HandoverPagesController,
    DevicePagesController, BatchPagesController, MandatePagesController, BusinessPagesController, SitePagesController, ServicePagesController, PeoplePagesController,
    InvitationPagesController, BusinessDeskController, EvidencePagesController, EvidenceStreamsController, PayeePagesController, PayeeLinkController, PayeeDeskPagesController, CheckPagesController,
    CodeController, SignUpController, AccountPagesController, ProofPagesController, PasskeyPagesController, OutboxPagesController, LetterHtmlController, RecoveryPagesController,
    RecoveryDeskController, RecoveryPapersController, RecoveryFilesController, OutageEditorController, RegisterPagesController, SourcePagesController, ProposalPagesController,
    ReportPagesController, SamplingPagesController,
    ObjectionPagesController, ObjectionDeskController, ObjectionDecisionController, OutsidePagesController, OutsideFilesController,
    DecisionLettersController, DecisionPagesController,
    BulkPagesController, SavedFilterPagesController,
  ],
  providers: [
    PageRenderer, { provide: ErrorPages, useClass: ErrorPageService }, ClaimSheets, ClaimSettings, ClaimLists, NextSteps, CaseAsides, CaseDesk, CaseDoubts, CaseFigures, CaseHistory, CaseHolds, CasePages, CaseSections, CasePapers, CaseRecord, CaseSaid, CandidateCards, CaseSignalCards, DutySheets, FundSheets, BatchSheets, ApproverShortages, BatchComparison, PayingAccountSheets, ProfilePreviews, ...FINANCE_SERVICES, CasePaymentSheets, OutagePages, SchemePages,
    SalesDesk, SalesSheets, PolicyLists, PolicySheets, PolicyHistory, ChangeSheets, ChangeSubjects, StepBlocks, ReasonWords, ...INTAKE_SERVICES, DeviceDesks, MandateClaims, BusinessPages, EvidencePages,
    PayeeSheets, PayeeFiles, OutageForms, RegisterSheets, ClaimObjections, CaseObjections, CaseReasons, DecisionPages, MerchantAsides, PaymentSheets, BulkPages, QueueChoices, QueueNames, QueuePages,
  ],
})
export class PortalModule {}
