import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { AuditController } from './audit.controller.js';
import { AuditQueries } from './audit-queries.service.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditRepository } from './audit.repository.js';

// Two writers of one chain at once: the later one runs again on the new head.
mapConstraints({ audit_head_rises_ck: 'platform.busy', audit_entry_pk: 'platform.busy' });

@Module({ controllers: [AuditController], providers: [AuditRepository, AuditTrail, AuditQueries], exports: [AuditTrail, AuditQueries] })
export class AuditModule {}
