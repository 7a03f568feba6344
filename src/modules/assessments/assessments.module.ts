import { Module } from '@nestjs/common';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { AssessClaimHandler } from './assess-claim.handler.js';
import { AssessmentQueries } from './assessment-queries.service.js';
import { AssessmentRuns } from './assessment-runs.service.js';
import { AssessmentStore } from './assessment-store.service.js';
import { AssessmentVerification } from './assessment-verification.service.js';
import { AssessmentsController } from './assessments.controller.js';
import { ASSESSMENTS_ERRORS } from './assessments.errors.js';
import { AssessmentsRepository } from './assessments.repository.js';
import { ClaimAssessment } from './claim-assessment.service.js';
import { ClaimEstimates } from './claim-estimates.service.js';
import { EstimatesController } from './estimates.controller.js';
import { EligibilityChecks } from './eligibility-checks.service.js';
import { EligibilityController } from './eligibility.controller.js';
import { FactsLoader } from './facts-loader.service.js';
import { OverridesRepository } from './overrides.repository.js';
import { Overrides } from './overrides.service.js';
import { ReceiptKeysController } from './receipt-keys.controller.js';
import { ReceiptKeysRepository } from './receipt-keys.repository.js';
import { ReceiptKeys } from './receipt-keys.service.js';
import { Receipts } from './receipts.service.js';
import { VerificationsRepository } from './verifications.repository.js';

registerCatalogue(ASSESSMENTS_ERRORS);

@Module({
  imports: [AuditModule, ClaimsModule, EvidenceModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule],
  controllers: [AssessmentsController, EstimatesController, ReceiptKeysController, EligibilityController],
  providers: [
    AssessmentsRepository, VerificationsRepository, AssessmentRuns, AssessmentStore, AssessmentVerification, FactsLoader, ClaimAssessment, AssessClaimHandler,
    AssessmentQueries, OverridesRepository, Overrides, ClaimEstimates, ReceiptKeysRepository, ReceiptKeys, Receipts, EligibilityChecks,
  ],
  exports: [AssessmentQueries, AssessmentRuns, AssessmentVerification, ClaimAssessment, ClaimEstimates, FactsLoader, Overrides, Receipts, EligibilityChecks],
})
export class AssessmentsModule {}
