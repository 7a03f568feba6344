import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { EVIDENCE_ERRORS } from './evidence.errors.js';
import { SalesImports } from './sales-imports.service.js';
import { SalesQueries } from './sales-queries.service.js';
import { SalesSets } from './sales-sets.service.js';
import { SalesSetsRepository } from './sales-sets.repository.js';

registerCatalogue(EVIDENCE_ERRORS);
mapConstraints({ sales_set_number_uq: 'evidence.upload_meanwhile', sales_set_frozen_ck: 'evidence.set_frozen' });

@Module({
  imports: [AuditModule],
  providers: [SalesImports, SalesSets, SalesQueries, SalesSetsRepository],
  exports: [SalesImports, SalesSets, SalesQueries],
})
export class EvidenceModule {}
