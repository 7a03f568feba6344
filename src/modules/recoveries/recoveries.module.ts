import { Module } from '@nestjs/common';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { PayeesModule } from '../payees/index.js';
import { RecoveriesController } from './recoveries.controller.js';
import { RECOVERIES_ERRORS } from './recoveries.errors.js';
import { RecoveriesRepository } from './recoveries.repository.js';
import { RecoveryCasework } from './recovery-casework.service.js';
import { RecoveryDocumentsRepository } from './recovery-documents.repository.js';
import { RecoveryDocuments } from './recovery-documents.service.js';
import { RecoveryHolding } from './recovery-holding.service.js';
import { RecoveryLetters } from './recovery-letters.service.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import { RecoveryMatching } from './recovery-matching.service.js';
import { RecoveryPapersDueHandler } from './recovery-papers-due.handler.js';
import { RecoveryQueries } from './recovery-queries.service.js';
import { RecoveryRequests } from './recovery-requests.service.js';
import { RecoverySearch } from './recovery-search.service.js';
import { RecoverySettlement } from './recovery-settlement.service.js';
import { RecoveryStops } from './recovery-stops.service.js';
import { RecoverySurroundings } from './recovery-surroundings.service.js';

registerCatalogue(RECOVERIES_ERRORS);

@Module({
  imports: [AuditModule, ClaimsModule, EvidenceModule, IdentityModule, MailModule, MerchantsModule, PayeesModule],
  controllers: [RecoveriesController],
  providers: [
    RecoveriesRepository, RecoveryLifecycle, RecoveryLetters, RecoverySearch, RecoveryMatching, RecoveryRequests, RecoveryHolding, RecoverySettlement, RecoveryCasework,
    RecoveryStops, RecoverySurroundings, RecoveryQueries, RecoveryDocumentsRepository, RecoveryDocuments, RecoveryPapersDueHandler,
  ],
  exports: [RecoveryRequests, RecoveryCasework, RecoveryStops, RecoveryQueries, RecoveryDocuments],
})
export class RecoveriesModule {}
