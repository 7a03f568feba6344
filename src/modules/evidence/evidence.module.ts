import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { EVIDENCE_ERRORS } from './evidence.errors.js';
import { SalesDownloads } from './sales-downloads.service.js';
import { SalesFiles } from './sales-files.port.js';
import { FolderSalesFiles } from './sales-files.service.js';
import { EvidenceBytes } from './files/evidence-bytes.service.js';
import { EvidenceFiles } from './files/evidence-files.service.js';
import { EvidenceFilesRepository } from './files/evidence-files.repository.js';
import { EvidenceFiling } from './files/evidence-filing.service.js';
import { EvidenceIntake } from './files/evidence-intake.service.js';
import { EvidenceDates } from './files/evidence-dates.service.js';
import { EvidenceQueries } from './files/evidence-queries.service.js';
import { EvidenceRecords } from './files/evidence-records.service.js';
import { EvidenceScans } from './files/evidence-scans.service.js';
import { EvidenceSettling } from './files/evidence-settling.service.js';
import { LooseFiles } from './files/loose-files.service.js';
import { SalesImports } from './sales-imports.service.js';
import { SalesOriginals } from './sales-originals.service.js';
import { SalesQueries } from './sales-queries.service.js';
import { SalesRecordsRepository } from './sales-records.repository.js';
import { SalesSets } from './sales-sets.service.js';
import { SalesSetsRepository } from './sales-sets.repository.js';
import { SharedEvidenceRepository } from './shared-evidence.repository.js';
import { SharedEvidence } from './shared-evidence.service.js';
import { TillSurveys } from './till-surveys.service.js';
import { TillUploads } from './till-uploads.service.js';
import { TillUploadsRepository } from './till-uploads.repository.js';

registerCatalogue(EVIDENCE_ERRORS);
mapConstraints({
  sales_set_number_uq: 'evidence.upload_meanwhile', sales_set_frozen_ck: 'evidence.set_frozen', evidence_file_frozen_ck: 'evidence.file_frozen',
});

@Module({
  imports: [AuditModule],
  providers: [
    { provide: SalesFiles, useClass: FolderSalesFiles }, SalesOriginals, SalesImports, SalesSets, SalesQueries, SalesDownloads, TillSurveys, TillUploads,
    SalesSetsRepository, SalesRecordsRepository, TillUploadsRepository,
    EvidenceFiles, EvidenceFiling, EvidenceDates, EvidenceQueries, EvidenceSettling, EvidenceScans, EvidenceBytes, EvidenceIntake, EvidenceRecords, EvidenceFilesRepository, LooseFiles, SharedEvidence, SharedEvidenceRepository,
  ],
  exports: [SalesSets, SalesQueries, SalesDownloads, TillUploads, EvidenceFiles, EvidenceFiling, EvidenceDates, EvidenceQueries, LooseFiles, SharedEvidence],
})
export class EvidenceModule {}
