import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { FeedBytes } from './imports/feed-bytes.service.js';
import { FeedFetching } from './imports/feed-fetching.service.js';
import { FeedIntake } from './imports/feed-intake.service.js';
import { FeedSending } from './imports/feed-sending.service.js';
import { ImportQueries } from './imports/import-queries.service.js';
import { IMPORT_ERRORS } from './imports/imports.errors.js';
import { OutageProposals } from './imports/outage-proposals.service.js';
import { OutageSources, SourceParts } from './imports/outage-sources.service.js';
import { ProposalsRepository } from './imports/proposals.repository.js';
import { SourceChecks } from './imports/source-checks.service.js';
import { SourcesRepository } from './imports/sources.repository.js';
import { OutageProposalsController } from './outage-proposals.controller.js';
import { OutageRegister } from './outage-register.service.js';
import { OutageImportsController, OutageSourcesController } from './outage-sources.controller.js';
import { OUTAGE_ERRORS } from './outages.errors.js';
import { OutagesController } from './outages.controller.js';
import { OutagesRepository } from './outages.repository.js';
import { RegisterQueries } from './register-queries.service.js';
import { RegisterRepository } from './register.repository.js';
import { ServiceCatalogue } from './service-catalogue.service.js';
import { ServicesController } from './services.controller.js';
import { ServicesRepository } from './services.repository.js';
import { TimelineController } from './timeline.controller.js';

registerCatalogue(OUTAGE_ERRORS);
registerCatalogue(IMPORT_ERRORS);
mapConstraints({
  outage_code_uq: 'outages.code_taken',
  outage_scope_leaf_ck: 'outages.parts_meanwhile',
  outage_source_name_uq: 'imports.name_taken',
  service_code_uq: 'services.code_taken',
  service_parent_unrecorded_ck: 'services.parent_recorded',
});

@Module({
  imports: [AuditModule],
  controllers: [ServicesController, OutagesController, TimelineController, OutageSourcesController, OutageImportsController, OutageProposalsController],
  providers: [
    ServiceCatalogue, OutageRegister, RegisterQueries, ServicesRepository, OutagesRepository, RegisterRepository,
    SourcesRepository, ProposalsRepository, FeedBytes, SourceChecks, FeedIntake, FeedFetching, FeedSending, SourceParts, OutageSources, OutageProposals, ImportQueries,
  ],
  exports: [ServiceCatalogue, OutageRegister, RegisterQueries, OutageSources, OutageProposals, FeedSending, ImportQueries],
})
export class OutagesModule {}
