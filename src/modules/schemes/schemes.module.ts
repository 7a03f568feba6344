import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { OutagesModule } from '../outages/index.js';
import { PoliciesModule } from '../policies/index.js';
import { SchemeGroundwork } from './scheme-groundwork.service.js';
import { SchemePlanning } from './scheme-planning.service.js';
import { SchemeQueries } from './scheme-queries.service.js';
import { SchemesController } from './schemes.controller.js';
import { SCHEME_ERRORS } from './schemes.errors.js';
import { SchemesRepository } from './schemes.repository.js';

registerCatalogue(SCHEME_ERRORS);
mapConstraints({ scheme_code_uq: 'schemes.code_taken', scheme_extension_later_ck: 'schemes.extended_meanwhile' });

@Module({
  imports: [AuditModule, OutagesModule, PoliciesModule],
  controllers: [SchemesController],
  providers: [SchemePlanning, SchemeGroundwork, SchemeQueries, SchemesRepository],
  exports: [SchemePlanning, SchemeQueries],
})
export class SchemesModule {}
