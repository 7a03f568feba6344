import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { IdentityModule } from '../identity/index.js';
import { PoliciesController } from './policies.controller.js';
import { POLICY_ERRORS } from './policies.errors.js';
import { PoliciesRepository } from './policies.repository.js';
import { PolicyCatalogue } from './policy-catalogue.service.js';
import { PolicyDrafting } from './policy-drafting.service.js';
import { PolicyDraftsController } from './policy-drafts.controller.js';
import { PolicyEditionsRepository } from './policy-editions.repository.js';
import { PolicyImports } from './policy-imports.service.js';
import { PolicyPublication } from './policy-publication.service.js';
import { PolicyQueries } from './policy-queries.service.js';
import { PolicySchemaController } from './policy-schema.controller.js';
import { PolicyTestRuns } from './policy-test-runs.service.js';

registerCatalogue(POLICY_ERRORS);
mapConstraints({
  policy_period_one_answer_ex: 'policies.period_taken', policy_edition_four_eyes_ck: 'policies.four_eyes', policy_edition_stays_ck: 'policies.draft_only',
  policy_transition_ck: 'policies.draft_only',
});

@Module({
  imports: [AuditModule, IdentityModule],
  controllers: [PoliciesController, PolicyDraftsController, PolicySchemaController],
  providers: [PolicyCatalogue, PolicyDrafting, PolicyImports, PolicyPublication, PolicyQueries, PolicyTestRuns, PoliciesRepository, PolicyEditionsRepository],
  exports: [PolicyCatalogue, PolicyDrafting, PolicyPublication, PolicyImports, PolicyQueries, PolicyTestRuns],
})
export class PoliciesModule {}
