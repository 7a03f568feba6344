import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { AuditTrail } from '../../audit/index.js';
import { evidenceScanned, evidenceStored } from '../evidence.events.js';
import type { EvidenceFileRow } from '../views/evidence-file-view.js';

/** What is written beside a change of an evidence file, in its transaction. Names of files are personal and stay out. */
@Injectable()
export class EvidenceRecords {
  constructor(private readonly audit: AuditTrail, private readonly events: EventLog) {}

  begun(tx: Tx, ctx: Context, { id, subjectId, kind }: EvidenceFileRow): Promise<void> {
    return this.#audit(tx, ctx, id, 'evidence.begun', { subjectId, kind }, true);
  }

  async stored(tx: Tx, ctx: Context, { id, subjectId, merchantId, sha256, sizeBytes, mediaType }: EvidenceFileRow): Promise<void> {
    await this.#audit(tx, ctx, id, 'evidence.stored', { sha256, sizeBytes, mediaType });
    await this.events.append(tx, ctx, evidenceStored(merchantId, { evidenceId: id, subjectId }));
  }

  async scanned(tx: Tx, ctx: Context, { id, subjectId, merchantId }: EvidenceFileRow, state: 'clean' | 'infected'): Promise<void> {
    await this.#audit(tx, ctx, id, 'evidence.scanned', { state });
    await this.events.append(tx, ctx, evidenceScanned(merchantId, { evidenceId: id, subjectId, state }));
  }

  noted(tx: Tx, ctx: Context, id: string, action: 'evidence.refused' | 'evidence.removed' | 'evidence.expired' | 'evidence.frozen' | 'evidence.opened', data: object = {}): Promise<void> {
    return this.#audit(tx, ctx, id, action, data);
  }

  #audit(tx: Tx, ctx: Context, id: string, action: string, data: object, isNew = false): Promise<void> {
    return this.audit.record(tx, ctx, { aggregate: { type: 'evidence', id }, action, data, ...(isNew ? { isNew } : {}) });
  }
}
