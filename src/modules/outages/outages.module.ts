import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { OutageRegister } from './outage-register.service.js';
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
mapConstraints({
  outage_code_uq: 'outages.code_taken',
  outage_scope_leaf_ck: 'outages.parts_meanwhile',
  service_code_uq: 'services.code_taken',
  service_parent_unrecorded_ck: 'services.parent_recorded',
});

@Module({
  imports: [AuditModule],
  controllers: [ServicesController, OutagesController, TimelineController],
  providers: [ServiceCatalogue, OutageRegister, RegisterQueries, ServicesRepository, OutagesRepository, RegisterRepository],
  exports: [ServiceCatalogue, OutageRegister, RegisterQueries],
})
export class OutagesModule {}
