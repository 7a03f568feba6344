import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule } from '../identity/index.js';
import { PayeesModule } from '../payees/index.js';
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
import { PaymentInstructions } from './payment-instructions.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import { PayoutBatchesController } from './payout-batches.controller.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { PayoutFileWriter } from './payout-file-writer.service.js';
import { PayoutFiles } from './payout-files.service.js';
import { PayoutQueries } from './payout-queries.service.js';
import { PayoutReleasesRepository } from './payout-releases.repository.js';
import { PAYOUTS_ERRORS } from './payouts.errors.js';
import { ReleaseRecords } from './release-records.service.js';

registerCatalogue(PAYOUTS_ERRORS);
mapConstraints({
  payment_line_counting_uq: 'payouts.line_counted', payment_line_within_ck: 'payouts.more_than_due', payout_batch_adds_up_ck: 'payouts.does_not_add_up',
  payout_approval_pk: 'payouts.approved_already', payout_batch_people_ck: 'payouts.duty_conflict', payout_batch_approved_ck: 'payouts.approvals_missing', payout_release_running_uq: 'payouts.releasing',
});

@Module({
  imports: [AuditModule, IdentityModule, FundsModule, PayeesModule, ClaimsModule, TasksModule],
  controllers: [PayoutBatchesController, LedgerProofsController],
  providers: [
    PayoutBatchesRepository, PaymentLinesRepository, PayoutReleasesRepository, LineMoves, BatchLifecycle, BatchRecords, BatchPreparation, BatchApprovals, PaymentInstructions, PayoutFileWriter,
    DepartureFiles, BatchDeparture, ReleaseRecords, BatchRelease, PayoutFiles, PayoutQueries,
    LedgerProofsRepository, LedgerProofs, BatchVarianceRepository, BatchVariance,
  ],
  exports: [BatchPreparation, BatchApprovals, BatchRelease, PayoutFiles, PayoutQueries, LedgerProofs, BatchVariance],
})
export class PayoutsModule {}
