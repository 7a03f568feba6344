export { AuditModule } from './audit.module.js';
export { AuditQueries, type ChainVerdict } from './audit-queries.service.js';
export { AuditTrail, type AuditRecord } from './audit-trail.service.js';
