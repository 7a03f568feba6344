import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AssessmentsModule } from '../assessments/index.js';
import { AuditModule } from '../audit/index.js';
import { ClaimsModule } from '../claims/index.js';
import { EvidenceModule } from '../evidence/index.js';
import { IdentityModule } from '../identity/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemesModule } from '../schemes/index.js';
import { ChangeApplication } from './change-application.service.js';
import { ChangeApprovals } from './change-approvals.service.js';
import { ChangeBook } from './change-book.service.js';
import { ChangeCommands } from './change-commands.service.js';
import { ChangeDrift } from './change-drift.service.js';
import { ChangeLifecycle } from './change-lifecycle.service.js';
import { ChangeProposals } from './change-proposals.service.js';
import { ChangeQueries } from './change-queries.service.js';
import { ChangeRehearsals } from './change-rehearsals.service.js';
import { ChangeRunsRepository } from './change-runs.repository.js';
import { ChangeSnapshots } from './change-snapshots.service.js';
import { ChangesController } from './changes.controller.js';
import { CHANGES_ERRORS } from './changes.errors.js';
import { ChangesRepository } from './changes.repository.js';
import { ClaimRehearsal } from './claim-rehearsal.service.js';

registerCatalogue(CHANGES_ERRORS);
mapConstraints({
  change_edition_open_uq: 'changes.proposed_already', change_transition_ck: 'changes.transition_refused', change_approval_four_eyes_ck: 'changes.four_eyes',
});

@Module({
  imports: [AuditModule, IdentityModule, OutagesModule, PoliciesModule, SchemesModule, EvidenceModule, ClaimsModule, AssessmentsModule],
  controllers: [ChangesController],
  providers: [
    ChangesRepository, ChangeRunsRepository, ChangeLifecycle, ChangeSnapshots, ChangeBook, ClaimRehearsal, ChangeRehearsals, ChangeDrift, ChangeApprovals, ChangeApplication,
    ChangeProposals, ChangeCommands, ChangeQueries,
  ],
  exports: [ChangeProposals, ChangeCommands, ChangeQueries, ChangeRehearsals, ChangeApplication],
})
export class ChangesModule {}
