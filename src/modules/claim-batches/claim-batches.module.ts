import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AgentsModule } from '../agents/index.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { AgentDigests } from './agent-digests.service.js';
import { AgentKeysRepository } from './agent-keys.repository.js';
import { BatchChecks } from './batch-checks.service.js';
import { BatchCommits } from './batch-commits.service.js';
import { BatchFiling } from './batch-filing.service.js';
import { BatchLetters } from './batch-letters.service.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { BatchQueries } from './batch-queries.service.js';
import { BatchUploads } from './batch-uploads.service.js';
import { BATCHES_ERRORS } from './batches.errors.js';
import { BatchesRepository } from './batches.repository.js';
import { DigestLines } from './digest-lines.service.js';
import { ClaimDigestsRepository } from './claim-digests.repository.js';
import { ClaimDigests } from './claim-digests.service.js';
import { ClaimBatchesController } from './claim-batches.controller.js';
import { RowFilings } from './row-filings.service.js';
import { KnownBusinesses } from './known-businesses.service.js';
import { RowPlaces } from './row-places.service.js';
import { RowPlans } from './row-plans.service.js';

registerCatalogue(BATCHES_ERRORS);
mapConstraints({
  agent_row_pk: 'batches.filed_meanwhile', agent_business_pk: 'batches.filed_meanwhile', agent_place_pk: 'batches.filed_meanwhile',
  claim_batch_transition_ck: 'batches.transition_refused',
});

@Module({
  imports: [AgentsModule, AuditModule, ClaimsModule, MailModule, MerchantsModule, PoliciesModule, SchemesModule],
  controllers: [ClaimBatchesController],
  providers: [
    AgentDigests, ClaimDigests, ClaimDigestsRepository, DigestLines, BatchesRepository, AgentKeysRepository, BatchLifecycle, KnownBusinesses, RowPlans, RowPlaces, RowFilings, BatchUploads, BatchChecks, BatchFiling, BatchLetters, BatchCommits, BatchQueries,
  ],
  exports: [AgentDigests, BatchUploads, BatchChecks, BatchCommits, BatchLetters, BatchQueries],
})
export class ClaimBatchesModule {}
