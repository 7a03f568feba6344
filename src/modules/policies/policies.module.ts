import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { PoliciesController } from './policies.controller.js';
import { POLICY_ERRORS } from './policies.errors.js';
import { PoliciesRepository } from './policies.repository.js';
import { PolicyCatalogue } from './policy-catalogue.service.js';
import { PolicyImports } from './policy-imports.service.js';
import { PolicyQueries } from './policy-queries.service.js';
import { PolicyTestRuns } from './policy-test-runs.service.js';

registerCatalogue(POLICY_ERRORS);
mapConstraints({ policy_period_one_answer_ex: 'policies.period_taken' });

@Module({
  imports: [AuditModule],
  controllers: [PoliciesController],
  providers: [PolicyCatalogue, PolicyImports, PolicyQueries, PolicyTestRuns, PoliciesRepository],
  exports: [PolicyCatalogue, PolicyImports, PolicyQueries, PolicyTestRuns],
})
export class PoliciesModule {}
