import { Injectable } from '@nestjs/common';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import { payeeMoved } from './payees.events.js';
import type { NewAccountRow } from './payees.repository.js';

/** What is kept of an entry for ever: who, which kind, and a keyed digest of the number; never the number or a name. */
@Injectable()
export class PayeeRecords {
  constructor(private readonly audit: AuditTrail, private readonly events: EventLog, private readonly duties: Duties) {}

  async entered(tx: Tx, ctx: Context, { id, merchantId, account, index, answer, by }: NewAccountRow): Promise<void> {
    await this.duties.note(tx, id, by, 'payee_editor');
    await this.audit.record(tx, ctx, {
      aggregate: { type: 'payee', id }, action: 'payee.entered', isNew: true,
      data: { merchantId, kind: account.kind, country: account.country, holderCheck: answer.outcome, number: index.index.toString('hex') },
    });
    await this.events.append(tx, ctx, payeeMoved({ accountId: id, merchantId, state: 'waiting' }));
  }
}
