import { Module } from '@nestjs/common';
import { PAYMENTS_ERRORS } from '../../core/payments/index.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule } from '../identity/index.js';
import { PayeesModule } from '../payees/index.js';
import { AccountRequests } from './account-requests.job.js';
import { AccountRequestsRepository } from './account-requests.repository.js';
import { BankApplication } from './bank/bank-application.service.js';
import { BankBytes } from './bank/bank-bytes.service.js';
import { BANK_FILE_ERRORS } from './bank/bank-files.errors.js';
import { BankItemsRepository } from './bank/bank-items.repository.js';
import { BankMessageRecords } from './bank/bank-message-records.service.js';
import { BankReadingsRepository } from './bank/bank-readings.repository.js';
import { BankMessagesRepository } from './bank/bank-messages.repository.js';
import { BankMessagesController } from './bank/bank-messages.controller.js';
import { BankMessages } from './bank/bank-messages.service.js';
import { BankQueries } from './bank/bank-queries.service.js';
import { BankReading } from './bank/bank-reading.service.js';
import { BankStaging } from './bank/bank-staging.service.js';
import { BatchConclusions } from './bank/batch-conclusions.service.js';
import { BatchEndings } from './bank/batch-endings.service.js';
import { BatchStandingsRepository } from './bank/batch-standings.repository.js';
import { BatchSumsRepository } from './bank/batch-sums.repository.js';
import { BreakRecords } from './bank/break-records.service.js';
import { BreakResolutions } from './bank/break-resolutions.service.js';
import { BreaksRepository } from './bank/breaks.repository.js';
import { LineBooks } from './bank/line-books.service.js';
import { SentRowsRepository } from './bank/sent-rows.repository.js';
import { SentRows } from './bank/sent-rows.service.js';
import { MissingBookings } from './bank/missing-bookings.job.js';
import { MissingBookingsRepository } from './bank/missing-bookings.repository.js';
import { ReconciliationsController } from './bank/reconciliations.controller.js';
import { ReconciliationDays } from './bank/reconciliation-days.service.js';
import { ReconciliationsRepository } from './bank/reconciliations.repository.js';
import { BookingAttachments } from './bank/booking-attachments.service.js';
import { ResolutionEffects } from './bank/resolution-effects.service.js';
import { StatementBalances } from './bank/statement-balances.service.js';
import { TasksModule } from '../tasks/index.js';
import { BatchApprovals } from './batch-approvals.service.js';
import { BatchDeparture } from './batch-departure.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { BatchPreparation } from './batch-preparation.service.js';
import { BatchRecords } from './batch-records.service.js';
import { BatchRelease } from './batch-release.service.js';
import { BatchVarianceRepository } from './batch-variance.repository.js';
import { BatchVariance } from './batch-variance.service.js';
import { DepartureFiles } from './departure-files.service.js';
import { LedgerProofsController } from './ledger-proofs.controller.js';
import { LedgerProofsRepository } from './ledger-proofs.repository.js';
import { LedgerProofs } from './ledger-proofs.service.js';
import { LineMoves } from './line-moves.service.js';
import { EntitlementChangesHandler } from './overpayments/entitlement-changes.handler.js';
import { OverpaymentBook } from './overpayments/overpayment-book.service.js';
import { OverpaymentOffsets } from './overpayments/overpayment-offsets.service.js';
import { OverpaymentOpenings } from './overpayments/overpayment-openings.service.js';
import { OverpaymentQueries } from './overpayments/overpayment-queries.service.js';
import { OverpaymentWriteOffs } from './overpayments/overpayment-write-offs.service.js';
import { OverpaymentsRepository } from './overpayments/overpayments.repository.js';
import { Overpayments } from './overpayments/overpayments.service.js';
import { RecoveriesController } from './overpayments/recoveries.controller.js';
import { PaymentInstructions } from './payment-instructions.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import { PayoutBatchesController } from './payout-batches.controller.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { PayoutFileTextsRepository } from './payout-file-texts.repository.js';
import { PayoutFileTexts } from './payout-file-texts.service.js';
import { PayoutFileWriter } from './payout-file-writer.service.js';
import { PayoutFiles } from './payout-files.service.js';
import { PayoutQueries } from './payout-queries.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';
import { PracticeAnswers } from './practice-bank/practice-answers.service.js';
import { PracticeBankController } from './practice-bank/practice-bank.controller.js';
import { PracticeBank } from './practice-bank/practice-bank.service.js';
import { PAYOUTS_ERRORS } from './payouts.errors.js';
import { ReleaseOutlookRepository } from './release-outlook.repository.js';
import { ReleaseOutlook } from './release-outlook.service.js';
import { ReleaseRecords } from './release-records.service.js';
import { WithheldRises } from './withheld-rises.handler.js';
import { AccountFixedHandler } from './repair/account-fixed.handler.js';
import { BenefitLists } from './benefits/benefit-lists.service.js';
import { BenefitsController } from './benefits/benefits.controller.js';
import { BenefitsRepository } from './benefits/benefits.repository.js';
import { ClaimPaymentsController } from './repair/claim-payments.controller.js';
import { ClaimPaymentsRepository } from './repair/claim-payments.repository.js';
import { ClaimPayments } from './repair/claim-payments.service.js';
import { LapsedLines } from './repair/lapsed-lines.service.js';
import { LineRecordsRepository } from './repair/line-records.repository.js';
import { LineRecords } from './repair/line-records.service.js';
import { LineWriteOffs } from './repair/line-write-offs.service.js';
import { PaymentLetters } from './repair/payment-letters.service.js';
import { PaymentLinesController } from './repair/payment-lines.controller.js';
import { Reissues } from './repair/reissues.service.js';
import { Remittances } from './repair/remittances.job.js';
import { RemittancesRepository } from './repair/remittances.repository.js';
import { ReturnSentences } from './repair/return-sentences.service.js';
import { ReturnsHandler } from './repair/returns.handler.js';
import { Returns } from './repair/returns.service.js';
import { WriteOffDesk } from './repair/write-off-desk.service.js';
import { WriteOffsRepository } from './repair/write-offs.repository.js';

registerCatalogue(PAYOUTS_ERRORS);
registerCatalogue(BANK_FILE_ERRORS);
registerCatalogue(PAYMENTS_ERRORS);
mapConstraints({
  payment_line_counting_uq: 'payouts.line_counted', payment_line_within_ck: 'payouts.more_than_due', payout_batch_adds_up_ck: 'payouts.does_not_add_up',
  payout_approval_pk: 'payouts.approved_already', payout_batch_people_ck: 'payouts.duty_conflict', payout_batch_approved_ck: { code: 'payouts.approvals_missing', params: { missing: 'Some' } }, payout_release_running_uq: 'payouts.releasing',
  payment_line_replaces_uq: 'payouts.reissued_already', payment_line_follows_ck: { code: 'payouts.not_back', params: { state: 'not one that came back' } }, payment_line_written_off_ck: 'payouts.write_off_second', write_off_second_ck: 'payouts.write_off_second',
  write_off_stays_ck: 'payouts.write_off_decided', write_off_open_line_uq: 'payouts.write_off_open', write_off_open_overpayment_uq: 'payouts.write_off_open',
  overpayment_left_ck: 'payouts.recovery_moved', overpayment_written_off_ck: 'payouts.write_off_second', overpayment_repaid_ck: 'payouts.proposal_own', overpayment_booked_ck: 'payouts.recovery_moved',
});

/** What becomes of payments that came back and of what was paid too much. */
const REPAIR = [
  Returns, ReturnsHandler, ReturnSentences, Reissues, AccountFixedHandler, LineRecords, LineRecordsRepository, LapsedLines, LineWriteOffs, WriteOffDesk, WriteOffsRepository, PaymentLetters, Remittances, RemittancesRepository,
  ClaimPayments, ClaimPaymentsRepository, OverpaymentsRepository, OverpaymentBook, OverpaymentOpenings, OverpaymentOffsets, Overpayments, OverpaymentWriteOffs, OverpaymentQueries, EntitlementChangesHandler,
];

@Module({
  imports: [AuditModule, IdentityModule, FundsModule, PayeesModule, ClaimsModule, TasksModule],
  controllers: [PayoutBatchesController, BankMessagesController, ReconciliationsController, PaymentLinesController, ClaimPaymentsController, RecoveriesController, PracticeBankController, LedgerProofsController, BenefitsController],
  providers: [
    PayoutBatchesRepository, PaymentLinesRepository, PayoutReleasesRepository, LineMoves, BatchLifecycle, BatchRecords, BatchPreparation, BatchApprovals, PaymentInstructions, PayoutFileWriter, PayoutFileTexts, PayoutFileTextsRepository,
    DepartureFiles, BatchDeparture, ReleaseRecords, BatchRelease, PayoutFiles, PayoutQueries, WithheldRises,
    AccountRequestsRepository, AccountRequests,
    BankMessagesRepository, BankReadingsRepository, BankItemsRepository, BatchSumsRepository, BatchStandingsRepository, BreaksRepository, BankMessageRecords, BankBytes, LineBooks, StatementBalances, SentRows, SentRowsRepository, BankStaging, BatchEndings, BatchConclusions, BankApplication, BankReading, BankMessages,
    BankQueries, ReconciliationDays, ReconciliationsRepository, MissingBookings, MissingBookingsRepository, BreakRecords, BookingAttachments, ResolutionEffects, BreakResolutions, ...REPAIR, PracticeBank, PracticeAnswers, BenefitsRepository, BenefitLists,
    LedgerProofsRepository, LedgerProofs, BatchVarianceRepository, BatchVariance, ReleaseOutlookRepository, ReleaseOutlook,
  ],
  exports: [AccountRequests, BankMessages, BankQueries, ReconciliationDays, BreakResolutions, BatchPreparation, BatchApprovals, BatchRelease, PayoutFiles, PayoutQueries, LineMoves, ClaimPayments, LineRecords, Reissues, LineWriteOffs, Overpayments, OverpaymentQueries, OverpaymentWriteOffs, PracticeBank, PracticeAnswers, LedgerProofs, BatchVariance, ReleaseOutlook, BenefitLists],
})
export class PayoutsModule {}
