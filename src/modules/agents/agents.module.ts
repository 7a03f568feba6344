import { Module } from '@nestjs/common';
import { MandateReader } from '../../platform/access/mandate-reader.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { AgentOrganisations } from './agent-organisations.service.js';
import { AgentsController } from './agents.controller.js';
import { AGENTS_ERRORS } from './agents.errors.js';
import { MandateAnswers } from './mandate-answers.service.js';
import { MandateAssertions } from './mandate-assertions.service.js';
import { MandateLetters } from './mandate-letters.service.js';
import { MandateLifecycle } from './mandate-lifecycle.service.js';
import { MandateQueries } from './mandate-queries.service.js';
import { MandateTerms } from './mandate-terms.service.js';
import { MandatesController } from './mandates.controller.js';
import { MandatesRepository } from './mandates.repository.js';
import { OrganisationsRepository } from './organisations.repository.js';

registerCatalogue(AGENTS_ERRORS);
mapConstraints({
  agent_member_pk: 'agents.member_elsewhere', agent_member_user_fk: 'agents.not_found', mandate_counting_uq: 'agents.mandate_exists',
  mandate_transition_ck: 'agents.transition_refused',
});

@Module({
  imports: [AuditModule, IdentityModule, MailModule, MerchantsModule],
  controllers: [AgentsController, MandatesController],
  providers: [
    OrganisationsRepository, MandatesRepository, AgentOrganisations, MandateLifecycle, MandateLetters, MandateAssertions, MandateAnswers, MandateTerms, MandateQueries,
    { provide: MandateReader, useExisting: MandateQueries },
  ],
  exports: [AgentOrganisations, MandateAssertions, MandateAnswers, MandateLetters, MandateTerms, MandateQueries, MandateReader],
})
export class AgentsModule {}
