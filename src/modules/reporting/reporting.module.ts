import { Module } from '@nestjs/common';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { OutagesModule } from '../outages/index.js';
import { REPORTING_ERRORS } from './reporting.errors.js';
import { ReportsController } from './reports.controller.js';
import { ReportsRepository } from './reports.repository.js';
import { Reports } from './reports.service.js';

registerCatalogue(REPORTING_ERRORS);

@Module({ imports: [OutagesModule], controllers: [ReportsController], providers: [Reports, ReportsRepository], exports: [Reports] })
export class ReportingModule {}
