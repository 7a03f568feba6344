import { Module } from '@nestjs/common';
import { PAYMENTS_ERRORS } from '../../core/payments/index.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule } from '../identity/index.js';
import { PayeesModule } from '../payees/index.js';
import { BankApplication } from './bank/bank-application.service.js';
import { BankBytes } from './bank/bank-bytes.service.js';
import { BANK_FILE_ERRORS } from './bank/bank-files.errors.js';
import { BankItemsRepository } from './bank/bank-items.repository.js';
import { BankMessageRecords } from './bank/bank-message-records.service.js';
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
import { MissingLines } from './bank/missing-lines.job.js';
import { ReconciliationsController } from './bank/reconciliations.controller.js';
import { ReconciliationsRepository } from './bank/reconciliations.repository.js';
import { ResolutionEffects } from './bank/resolution-effects.service.js';
import { StatementBalances } from './bank/statement-balances.service.js';
import { BatchApprovals } from './batch-approvals.service.js';
import { BatchDeparture } from './batch-departure.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { BatchPreparation } from './batch-preparation.service.js';
import { BatchRecords } from './batch-records.service.js';
import { BatchRelease } from './batch-release.service.js';
import { DepartureFiles } from './departure-files.service.js';
import { LineMoves } from './line-moves.service.js';
import { PaymentInstructions } from './payment-instructions.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import { PayoutBatchesController } from './payout-batches.controller.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { PayoutFileWriter } from './payout-file-writer.service.js';
import { PayoutFiles } from './payout-files.service.js';
import { PayoutQueries } from './payout-queries.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';
import { PracticeAnswers } from './practice-bank/practice-answers.service.js';
import { PracticeBankController } from './practice-bank/practice-bank.controller.js';
import { PracticeBank } from './practice-bank/practice-bank.service.js';
import { PAYOUTS_ERRORS } from './payouts.errors.js';
import { ReleaseRecords } from './release-records.service.js';

registerCatalogue(PAYOUTS_ERRORS);
registerCatalogue(BANK_FILE_ERRORS);
registerCatalogue(PAYMENTS_ERRORS);
mapConstraints({
  payment_line_counting_uq: 'payouts.line_counted', payment_line_within_ck: 'payouts.more_than_due', payout_batch_adds_up_ck: 'payouts.does_not_add_up',
  payout_approval_pk: 'payouts.approved_already', payout_batch_people_ck: 'payouts.duty_conflict', payout_batch_approved_ck: 'payouts.approvals_missing', payout_release_running_uq: 'payouts.releasing',
});

@Module({
  imports: [AuditModule, IdentityModule, FundsModule, PayeesModule, ClaimsModule],
  controllers: [PayoutBatchesController, BankMessagesController, ReconciliationsController, PracticeBankController],
  providers: [
    PayoutBatchesRepository, PaymentLinesRepository, PayoutReleasesRepository, LineMoves, BatchLifecycle, BatchRecords, BatchPreparation, BatchApprovals, PaymentInstructions, PayoutFileWriter,
    DepartureFiles, BatchDeparture, ReleaseRecords, BatchRelease, PayoutFiles, PayoutQueries,
    BankMessagesRepository, BankItemsRepository, BatchSumsRepository, BatchStandingsRepository, BreaksRepository, BankMessageRecords, BankBytes, LineBooks, StatementBalances, BankStaging, BatchEndings, BatchConclusions, BankApplication, BankReading, BankMessages,
    BankQueries, ReconciliationsRepository, MissingLines, BreakRecords, ResolutionEffects, BreakResolutions, PracticeBank, PracticeAnswers,
  ],
  exports: [BankMessages, BankQueries, BreakResolutions, BatchPreparation, BatchApprovals, BatchRelease, PayoutFiles, PayoutQueries, PracticeBank, PracticeAnswers],
})
export class PayoutsModule {}
