export { Reports, type Report } from './reports.service.js';
export { REPORT_NAMES, reportCsv, type Column, type ReportRow } from './reports.rules.js';
export { ReportingModule } from './reporting.module.js';
